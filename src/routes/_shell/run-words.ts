import type { RunRow, RunStatus } from '$lib/run';
import type { ChipState } from '$lib/ui';

/** How a run's status looks and reads, everywhere. */
export const RUN_STATUS: Record<RunStatus, { is: ChipState; word: string }> = {
	none: { is: 'plain', word: 'Empty' },
	running: { is: 'run', word: 'Running' },
	waiting: { is: 'wait', word: 'Waiting for you' },
	sleeping: { is: 'plain', word: 'Waiting for its time' },
	paused: { is: 'wait', word: 'Paused' },
	failed: { is: 'bad', word: 'Failed' },
	done: { is: 'ok', word: 'Done' },
	rejected: { is: 'plain', word: 'Rejected' },
	cancelled: { is: 'plain', word: 'Cancelled' }
};

/** What the button of a run that waits says, by why it waits. */
export const WAITING_ACT: Record<NonNullable<RunRow['waiting']>['why'], string> = {
	review: 'Review',
	ask: 'Answer',
	escalation: 'Help out',
	unknown: 'Settle',
	'hand-over': 'Take over',
	consent: 'Look at it',
	budget: 'Look at it'
};

/** A decision in words: `approved-with-edits` is “approved with edits”. */
export function sayDecision(decision: string): string {
	return decision === 'changes' ? 'changes asked for' : decision.replaceAll('-', ' ');
}
