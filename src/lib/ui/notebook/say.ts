import type { Because, CellView, EventOf, ItemDecision, RunState, RunStatus, Verdict } from '$lib/run';
import { sayBlock, type Attention, type Said } from './progress';

export type { Said };

const CELL: Record<CellView['status'], Said> = {
	pending: { word: 'Not begun', state: 'plain' },
	running: { word: 'Working', state: 'run' },
	waiting: { word: 'Waiting for you', state: 'wait' },
	sleeping: { word: 'Waiting for its time', state: 'plain' },
	done: { word: 'Done', state: 'ok' },
	failed: { word: 'Failed', state: 'bad' },
	skipped: { word: 'Not run', state: 'plain' },
	'waiting-retry': { word: 'Tries again', state: 'wait' }
};

const RUN: Record<RunStatus, Said> = {
	none: { word: 'Unknown', state: 'plain' },
	running: { word: 'Running', state: 'run' },
	waiting: { word: 'Waiting for you', state: 'wait' },
	sleeping: { word: 'Waiting for its time', state: 'plain' },
	paused: { word: 'Paused', state: 'wait' },
	failed: { word: 'Failed', state: 'bad' },
	done: { word: 'Done', state: 'ok' },
	rejected: { word: 'Rejected', state: 'bad' },
	cancelled: { word: 'Cancelled', state: 'plain' }
};

const VERDICT: Record<Verdict['verdict'], Said> = {
	held: { word: 'held', state: 'ok' },
	missed: { word: 'missed', state: 'bad' },
	'cannot-tell': { word: 'cannot tell', state: 'plain' }
};

export const SAID_DECISION: Record<EventOf<'review.decided'>['decision'], Said> = {
	approved: { word: 'Approved', state: 'ok' },
	'approved-with-edits': { word: 'Approved with edits', state: 'ok' },
	changes: { word: 'Changes asked for', state: 'wait' },
	rejected: { word: 'Rejected', state: 'bad' }
};

const SKIPPED: Record<Because, Said> = {
	route: { word: 'Not on this way', state: 'plain' },
	need: { word: 'Left out', state: 'plain' },
	item: { word: 'Left out', state: 'plain' },
	person: { word: 'Skipped by you', state: 'plain' },
	ended: { word: 'Not run', state: 'plain' }
};

/** The state of a cell. A gate says how it was decided, a broken-off try that it was, a block what goes on in it. */
export function sayCell(cell: CellView, run: Pick<RunState, 'paused'>, attention: Attention): Said {
	const { decisions, because, asked, passed, expired } = cell.state;
	const last = decisions.at(-1);
	const ended = cell.status === 'done' || cell.status === 'skipped';
	if (ended && expired) return { word: 'Rejected: nobody answered', state: 'bad' };
	if (cell.status === 'done' && passed)
		return { word: passed.why === 'condition' ? 'Not asked' : 'Went on by itself', state: 'plain' };
	if (ended && last?.decision === 'rejected') return { word: 'Rejected', state: 'bad' };
	if (cell.status === 'done' && last) return { word: 'Approved', state: 'ok' };
	if (cell.status === 'skipped' && because) return SKIPPED[because];
	if (cell.status === 'waiting' && asked?.why === 'escalation')
		return { word: 'Failed, asks you', state: 'wait' };
	if (cell.status === 'pending' && cell.attempt?.status === 'interrupted') {
		return { word: 'Interrupted', state: 'wait' };
	}
	const block = cell.status === 'running' ? sayBlock(cell.state, run.paused, attention) : null;
	return block ?? CELL[cell.status];
}

export function sayRun(status: RunStatus): Said {
	return RUN[status];
}

export function sayVerdict(verdict: Verdict['verdict']): Said {
	return VERDICT[verdict];
}

/** How a run came to be, in words. */
export function sayTrigger(trigger: RunState['trigger']): string {
	return { person: 'started by you', import: 'imported', example: 'an example' }[trigger];
}

/** How the members of a list were decided: `2 approved, 1 left out`. */
export function sayItems(items: readonly ItemDecision[]): string {
	const out = items.filter(({ decision }) => decision === 'left-out').length;
	return `${items.length - out} approved${out > 0 ? `, ${out} left out` : ''}`;
}

/** Who did it, in the middle of a sentence: whoever gave no name is “you”. */
export function sayWho(by: string | null | undefined): string {
	return !by || by === 'You' ? 'you' : by;
}

/** Words added and removed. */
export function sayWords(words: { added: number; removed: number }): string {
	if (words.added + words.removed === 0) return 'no words changed';
	return `+${words.added} −${words.removed} words`;
}

/** The host of an origin, for a chip; the whole text where it is none. */
export function hostOf(origin: string): string {
	return URL.canParse(origin) ? new URL(origin).host : origin;
}
