import type { NoteRow } from '$lib/app';
import type { NoteScope } from '$lib/run';
import type { WorkflowRow } from '$lib/workflow';

/** Where a note counts, by name. A workflow that is gone is said to be. */
export function sayPlace(scope: NoteScope, workflows: readonly WorkflowRow[]): string {
	if (scope.kind === 'everywhere') return 'Everywhere';
	const workflow = workflows.find((one) => one.id === scope.workflowId);
	if (!workflow) return 'A workflow that is not here any more';
	if (scope.kind === 'workflow') return `All of ${workflow.title}`;
	const step = workflow.document.steps.find((one) => one.id === scope.stepId);
	return `Step “${step?.title ?? scope.stepId}”`;
}

/** Notes by the workflow they count for, those that count everywhere first. */
export function groupsOf(
	notes: readonly NoteRow[],
	workflows: readonly WorkflowRow[]
): { title: string; notes: NoteRow[] }[] {
	const groups = new Map<string, NoteRow[]>();
	const order = { everywhere: 0, workflow: 1, step: 2 };
	for (const note of [...notes].sort(
		(a, b) => order[a.scope.kind] - order[b.scope.kind] || b.createdAt - a.createdAt
	)) {
		const scope = note.scope;
		const title =
			scope.kind === 'everywhere'
				? 'Everywhere'
				: (workflows.find((one) => one.id === scope.workflowId)?.title ??
					'Workflows that are not here any more');
		groups.set(title, [...(groups.get(title) ?? []), note]);
	}
	return [...groups].map(([title, list]) => ({ title, notes: list }));
}

/** Every place a note can be given, as choices; `value` is read back by {@link readScope}. */
export function scopeChoices(workflows: readonly WorkflowRow[]): { value: string; label: string }[] {
	return [
		{ value: JSON.stringify({ kind: 'everywhere' }), label: 'Everywhere' },
		...workflows.flatMap((workflow) => [
			{ value: writeScope({ kind: 'workflow', workflowId: workflow.id }), label: `All of ${workflow.title}` },
			...workflow.document.steps.map((step) => ({
				value: writeScope({ kind: 'step', workflowId: workflow.id, stepId: step.id }),
				label: `${workflow.title} › ${step.title}`
			}))
		])
	];
}

export function writeScope(scope: NoteScope): string {
	if (scope.kind === 'everywhere') return JSON.stringify({ kind: scope.kind });
	if (scope.kind === 'workflow') return JSON.stringify({ kind: scope.kind, workflowId: scope.workflowId });
	return JSON.stringify({ kind: scope.kind, workflowId: scope.workflowId, stepId: scope.stepId });
}

export function readScope(value: string): NoteScope {
	return JSON.parse(value) as NoteScope;
}
