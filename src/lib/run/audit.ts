import { complete } from './complete';
import type { RunEvent } from './event';
import { saySentBack } from './sent-back';
import { saidRevision, type RunState, type StepState } from './state';

/** One decision, for the list that an audit reads. */
export interface AuditLine {
	at: number;
	/** The name that it was signed with; null where none was given. */
	by: string | null;
	what: string;
	why: string;
}

const NOBODY = 'nobody';

/**
 * Every decision in a run, the earliest first: a person's, and those of gates that needed none. Of the record and not of
 * the state, which keeps only what still counts. `state` is the one that the events fold into.
 */
export function auditOf(state: RunState, events: readonly RunEvent[]): AuditLine[] {
	return events.flatMap((record) => lineOf(state, complete(record)) ?? []);
}

function lineOf(state: RunState, event: RunEvent): AuditLine | null {
	const signed = (what: string, why = ''): AuditLine => {
		const by = 'by' in event ? (event.by ?? null) : null;
		return { at: event.at, by, what, why };
	};
	if (event.type === 'run.derived') return null;
	if ('stepId' in event) {
		const step = Object.hasOwn(state.steps, event.stepId) ? state.steps[event.stepId] : undefined;
		return step ? lineOfStep(state, step, event, signed) : null;
	}
	switch (event.type) {
		case 'source.replaced': {
			const source = state.definition?.sources.find(({ id }) => id === event.sourceId);
			return signed(`“${source?.title ?? event.sourceId}”: given something else.`);
		}
		case 'item.closed':
			return signed('Something that an earlier run had left open: settled.');
		case 'item.reopened':
			return signed('Something that an earlier run had left open: open again.');
		case 'run.paused':
			return signed('The run: paused.', event.reason);
		case 'run.resumed':
			return signed('The run: resumed.');
		case 'run.cancelled':
			return signed('The run: cancelled.', event.reason);
		default:
			return null;
	}
}

function lineOfStep(
	state: RunState,
	step: StepState,
	event: Extract<RunEvent, { stepId: string }>,
	signed: (what: string, why?: string) => AuditLine
): AuditLine | null {
	const title = `“${step.def.title}”${sayPlace(state, step)}`;
	const revised = (revision: number) => `${title}, revision ${saidRevision(step, revision)}`;
	switch (event.type) {
		case 'review.decided': {
			const words = event.words ? ` (+${event.words.added} −${event.words.removed} words)` : '';
			const verb = {
				approved: 'approved',
				'approved-with-edits': `approved with edits${words}`,
				changes: 'asked for changes',
				rejected: 'rejected'
			}[event.decision];
			const button = event.button ? ` by “${event.button.title}”` : '';
			const ticks = event.ticks.length > 0 ? ` Ticked: ${event.ticks.join('; ')}.` : '';
			return signed(`${revised(event.revision)}: ${verb}${button}.${ticks}`, saySentBack(event));
		}
		case 'review.passed': {
			const how = event.why === 'condition' ? 'nobody was asked' : 'went on by itself';
			return { ...signed(`${revised(event.revision)}: ${how}.`, event.because), by: NOBODY };
		}
		case 'review.expired':
			return { ...signed(`${revised(event.revision)}: rejected.`, event.because), by: NOBODY };
		case 'review.postponed':
			return signed(`${revised(event.revision)}: ${event.until === null ? 'taken up again' : 'put off'}.`);
		case 'output.changed':
			return signed(`${title}: output changed by hand.`, event.reason);
		case 'person.answered':
			return signed(`${title}: given by hand.`, event.reason);
		case 'step.skipped':
			return signed(
				`${title}: ${step.until === null ? 'left out' : 'not waited for any longer'}.`,
				event.reason
			);
		case 'step.retried': {
			const other = event.provider ? `, with ${event.provider.title} from there on` : '';
			return signed(`${title}: tried again${other}.`);
		}
		case 'effect.settled':
			return signed(
				`${title}: said that it ${event.happened ? 'went out' : 'did not go out'}.`,
				event.reason
			);
		case 'call.allowed': {
			const what =
				event.why === 'consent' ? `let ${event.rung.title} have what it sees` : 'paid for beyond the budget';
			const scope = event.scope === 'once' ? 'this once' : 'for the whole workflow';
			return signed(`${title}: ${what}, ${scope}.`);
		}
		case 'call.refused': {
			const what =
				event.why === 'consent' ? `did not let ${event.rung.title} have what it sees` : 'not paid for';
			return signed(`${title}: ${what}.`);
		}
		default:
			return null;
	}
}

/** Which item or round of the blocks around a step it is in; nothing at the top. */
function sayPlace(state: RunState, { inside }: StepState): string {
	if (!inside) return '';
	const around = state.steps[inside.block];
	if (!around) return '';
	const what = around.def.kind === 'loop' ? 'round' : 'item';
	const here = around.def.kind === 'workflow' ? '' : `, ${what} ${inside.index + 1}`;
	return ` in “${around.def.title}”${here}${sayPlace(state, around)}`;
}
