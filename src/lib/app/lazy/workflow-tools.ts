// Loaded with the workflow editor and imports. Rooms are not imported dynamically themselves: that would keep every
// module of theirs, schemas included, in the chunks of the first screen.
import { workflowSchema, type Workflow } from '$lib/workflow';

export { checkWorkflow } from '$lib/steps';
export { fromYaml, toYaml, validate } from '$lib/workflow';

/** A document with one first step. */
export function blankWorkflow(id: string): Workflow {
	return workflowSchema.parse({
		format: 1,
		id,
		title: 'New workflow',
		steps: [{ id: 'collect', title: 'Collect', kind: 'collect', job: 'collect' }]
	});
}
