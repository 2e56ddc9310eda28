// Loaded with the workflow editor and imports. Rooms are not imported dynamically themselves: that would keep every
// module of theirs, schemas included, in the chunks of the first screen.
import { diffWords, type DiffPart } from '$lib/run';
import { toYaml as asYaml, withoutDefaults, workflowSchema, type Workflow } from '$lib/workflow';

export { checkWorkflow } from '$lib/steps';
export { fromYaml, validate } from '$lib/workflow';

/** A document as a person would write it: without what is so anyway. */
export function toYaml(document: unknown): string {
	return asYaml(withoutDefaults(document));
}

/** A document with one first step. */
export function blankWorkflow(id: string): Workflow {
	return workflowSchema.parse({
		format: 1,
		id,
		title: 'New workflow',
		steps: [{ id: 'collect', title: 'Collect', kind: 'collect', job: 'collect' }]
	});
}

/** Lines of sameness that are shown around a change. */
const AROUND = 2;

/** What changed between two versions of a workflow, as YAML by word, with some lines around each change; [] when nothing did. */
export function compareDefinitions(before: Workflow, after: Workflow): DiffPart[] {
	const parts = diffWords(toYaml(before), toYaml(after));
	if (parts.every((part) => part.kind === 'same')) return [];
	return parts.map((part, index) => {
		if (part.kind !== 'same') return part;
		const lines = part.text.split('\n');
		const isFirst = index === 0;
		const isLast = index === parts.length - 1;
		if (lines.length <= 2 * AROUND + 2) return part;
		const head = isFirst ? [] : lines.slice(0, AROUND + 1);
		const tail = isLast ? [] : lines.slice(-(AROUND + 1));
		return { kind: 'same', text: [...head, '…', ...tail].join('\n') };
	});
}
