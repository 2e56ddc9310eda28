import type { GivenNote } from '$lib/core';
import type { CellView, Verdict } from '$lib/run';

/** A note that was given to a run: once, however many steps were given it. */
export interface GivenToRun {
	note: GivenNote;
	/** The verdict that counts: a miss anywhere is a miss. */
	verdict: Verdict | null;
	/** Titles of the steps that were given it. */
	steps: string[];
	/** Title of the step that the verdict is about, and its coordinates. */
	where: string;
	stepId: string;
	/** False while the step is still at it. */
	isDone: boolean;
}

const WEIGHT: Record<Verdict['verdict'], number> = { missed: 3, held: 2, 'cannot-tell': 1 };
const weigh = (verdict: Verdict | null) => (verdict ? WEIGHT[verdict.verdict] : 0);

/** The notes that steps were given, in the order of the steps; missed ones first. */
export function givenTo(cells: readonly CellView[]): GivenToRun[] {
	const found = new Map<string, GivenToRun>();
	for (const { id, step, attempt } of cells) {
		for (const note of attempt?.given ?? []) {
			const verdict = attempt?.verdicts.find((one) => one.noteId === note.id) ?? null;
			const known = found.get(note.id);
			const isDone = attempt?.status === 'succeeded' && attempt.prompt !== null;
			if (!known) {
				found.set(note.id, { note, verdict, steps: [step.title], where: step.title, stepId: id, isDone });
				continue;
			}
			known.steps.push(step.title);
			if (weigh(verdict) > weigh(known.verdict))
				Object.assign(known, { verdict, where: step.title, stepId: id, isDone });
		}
	}
	const rank = (one: GivenToRun) => (one.verdict?.verdict === 'missed' ? 0 : 1);
	return [...found.values()].sort((a, b) => rank(a) - rank(b));
}
