import type { ModelState, ModelWork, Verdict } from '$lib/app';
import { sayBytes, sayDuration, type ChipState } from '$lib/ui';

/** Colour, icon and word of a verdict. */
export const VERDICTS: Record<Verdict['is'], ChipState> = {
	yes: 'ok',
	maybe: 'wait',
	no: 'bad',
	unknown: 'plain'
};

/** What is so about a model that is here, or on its way. */
export function stateOf(
	model: ModelState,
	work: ModelWork | undefined,
	here: number
): { is: ChipState; word: string } {
	if (work?.doing === 'downloading')
		return work.waiting ? { is: 'wait', word: 'Waiting' } : { is: 'run', word: 'Downloading' };
	if (work?.doing === 'checking') return { is: 'run', word: 'Checking' };
	if (work?.doing === 'bringing-in') return { is: 'run', word: 'Copying' };
	if (model.state === 'damaged') return { is: 'bad', word: 'Damaged' };
	if (model.endedLoading) return { is: 'bad', word: 'Ended the tab' };
	if (model.trial?.problem) return { is: 'bad', word: 'Does not do well' };
	if (model.state === 'ready') return { is: 'ok', word: 'Ready' };
	if (model.failure) return { is: 'bad', word: 'Stopped' };
	return { is: 'wait', word: here > 0 ? 'Paused' : 'Not begun' };
}

/** `312 MB of 780 MB · 4.2 MB a second · 2 min to go`. */
export function sayProgress({ done, total, speed, waiting }: ModelWork): string {
	if (waiting) return `${sayBytes(done)} of ${sayBytes(total)}. ${waiting}.`;
	const facts = [`${sayBytes(done)} of ${sayBytes(total)}`];
	if (speed) facts.push(`${sayBytes(speed)} a second`);
	if (speed && total !== null && total > done)
		facts.push(`${sayDuration(((total - done) / speed) * 1000)} to go`);
	return facts.join(' · ');
}

/** Who vouches for the file being the right one. */
export function sayHash({ sha256, hashFrom, state }: ModelState): string {
	if (!sha256) return 'Hash not known; taken from the first complete download';
	const short = `SHA-256 ${sha256.slice(0, 8)}…`;
	if (hashFrom === 'catalogue') return `${short}, as Galley’s catalogue names it`;
	if (hashFrom === 'host') return `${short}, as its host names it`;
	return state === 'partial' ? short : `${short}, of this copy; nobody else vouches for it`;
}
