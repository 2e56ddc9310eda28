import { isOfBefore } from '$lib/core';
import type { Step, Workflow } from '$lib/workflow';

/** Something that a called workflow is given by the step that calls it. */
export interface Taken {
	root: 'inputs' | 'sources';
	id: string;
	title: string;
	/** Without it no run can start. */
	needed: boolean;
}

/** What a workflow takes when it is called. Its last approved result it finds by itself. */
export function givenTo(called: Pick<Workflow, 'inputs' | 'sources'>): Taken[] {
	const taken =
		(root: Taken['root']) =>
		({ id, title, required }: { id: string; title: string; required: boolean }): Taken => ({
			root,
			id,
			title,
			needed: required
		});
	return [
		...called.inputs.map(taken('inputs')),
		...called.sources.filter((source) => !isOfBefore(source.kind)).map(taken('sources'))
	];
}

/** What a call does not give yet and has to. */
export function missingFor(
	step: Pick<Step, 'inputs'>,
	called: Pick<Workflow, 'inputs' | 'sources'>
): Taken[] {
	return givenTo(called).filter((one) => one.needed && !(one.id in step.inputs));
}
