import { readKept, writeKept } from './store';

/** Which step, and which of its questions or failures. */
export interface AnswerPlace {
	runId: string;
	stepId: string;
	about: string;
}

const keyOf = ({ runId, stepId, about }: AnswerPlace) => `answer:${runId}:${stepId}:${about}`;

/** An answer as far as it was typed; null when nothing was. */
export function keptAnswer(place: AnswerPlace): string | null {
	const known = readKept(keyOf(place));
	return typeof known === 'string' ? known : null;
}

export function keepAnswer(place: AnswerPlace, text: string | null): void {
	writeKept(keyOf(place), text);
}
