import { judgeRule, parseRule, type GivenNote } from '$lib/core';
import type { Verdict } from './event-parts';

/**
 * Judges each note against a text (null: the output is data) without a model. What no rule can tell is told as
 * `cannot-tell`, never guessed. That one word stands for another is, in data, for understanding only and not judged.
 */
export function judgeNotes(notes: readonly GivenNote[], text: string | null): Verdict[] {
	return notes.flatMap((note): Verdict | [] => {
		const rule = parseRule(note.instruction);
		if (text === null) {
			if (rule?.type === 'replace') return [];
			return { noteId: note.id, verdict: 'cannot-tell', reason: 'This step makes data; read for yourself.' };
		}
		if (!rule) {
			return {
				noteId: note.id,
				verdict: 'cannot-tell',
				reason: 'No rule can check this wording; read for yourself.'
			};
		}
		const { held, reason } = judgeRule(rule, text);
		return { noteId: note.id, verdict: held ? 'held' : 'missed', reason };
	});
}
