import { everyStep, type Workflow } from '$lib/workflow';
import { inScope, type CorrectionNote, type NoteRecord } from './notes';

/** Notes that have most likely had their day. Nothing is retired by itself: a person is offered to. */

/** Nobody was given it for so long, milliseconds: sixty days, eight weeks of a weekly run. */
const LONG = 60 * 86_400_000;

export interface StaleNote<N> {
	note: N;
	/**
	 * - gone: the workflow or step that it is for is not here any more
	 * - held: a step of its workflow holds it as a rule
	 * - unused: no run was given it for sixty days
	 */
	why: 'gone' | 'held' | 'unused';
}

/** `now` is in ms since 1970. */
export function staleNotes<N extends CorrectionNote & { record: NoteRecord }>(
	notes: readonly N[],
	workflows: readonly Workflow[],
	now: number
): StaleNote<N>[] {
	return notes.flatMap((note): StaleNote<N>[] => {
		if (note.status !== 'active') return [];
		const places = workflows.flatMap((workflow) =>
			[...everyStep(workflow.steps)].flatMap(({ step }) =>
				inScope(note.scope, workflow.id, step.id) ? [step] : []
			)
		);
		if (places.length === 0 && note.scope.kind !== 'everywhere') return [{ note, why: 'gone' }];
		const isRule = places.some(
			({ with: { rules } }) => Array.isArray(rules) && rules.includes(note.instruction)
		);
		if (isRule && note.scope.kind !== 'everywhere') return [{ note, why: 'held' }];
		const last = Math.max(note.record.lastUsed ?? 0, note.createdAt, note.updatedAt);
		return now - last > LONG ? [{ note, why: 'unused' }] : [];
	});
}
