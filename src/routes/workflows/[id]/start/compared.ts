import type { Json } from '$lib/core';
import { approvedBefore, pathInputs, type Approved } from '$lib/run';
import type { Workflow } from '$lib/workflow';

/** Says which report a run of these inputs is compared with. */
export function sayCompared(
	workflow: Workflow,
	inputs: Record<string, Json>,
	approved: readonly Approved[]
): string {
	if (approved.length === 0) return 'No report was approved yet, so there is nothing to compare with.';
	const open = pathInputs(workflow).find((id) => isEmpty(inputs[id]));
	const asked = workflow.inputs.find((input) => input.id === open);
	if (asked) return `Which one it is depends on “${asked.title}” above.`;
	const before = approvedBefore(workflow, inputs, approved);
	if (!before) return 'No approved report comes before this one, so there is nothing to compare with.';
	return before.by === 'order'
		? `Compared with ${before.entry.path}, the last one before this.`
		: `Compared with ${before.entry.path}, the one approved last.`;
}

function isEmpty(value: Json | undefined): boolean {
	return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}
