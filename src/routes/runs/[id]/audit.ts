import { saidRevision, saySentBack, type RunState, type StepState } from '$lib/run';

/** One decision of a person, for the list that an audit reads. */
export interface AuditLine {
	key: string;
	at: number;
	/** The name that it was signed with; undefined where none was given. */
	by: string | undefined;
	what: string;
	why: string;
}

/** Every decision in a run, the earliest first: a person's, and those that needed none. */
export function decisionsOf(run: RunState): AuditLine[] {
	return Object.values(run.steps)
		.flatMap(linesOf)
		.sort((a, b) => a.at - b.at || a.key.localeCompare(b.key));
}

function linesOf(step: StepState): AuditLine[] {
	const title = step.def.title;
	const decided = step.decisions.map((decision, index): AuditLine => {
		const words = decision.words ? ` (+${decision.words.added} −${decision.words.removed} words)` : '';
		const ticks = decision.ticks.length > 0 ? ` Ticked: ${decision.ticks.join('; ')}.` : '';
		const verb = {
			approved: 'approved',
			'approved-with-edits': `approved with edits${words}`,
			changes: 'asked for changes',
			rejected: 'rejected'
		}[decision.decision];
		return {
			key: `${step.id} ${index}`,
			at: decision.at,
			by: decision.by,
			what: `“${title}”, revision ${saidRevision(step, decision.revision)}: ${verb}${decision.button ? ` by “${decision.button.title}”` : ''}.${ticks}`,
			why: saySentBack(decision)
		};
	});
	const answered = step.answers.map((answer, index): AuditLine => ({
		key: `${step.id} answer ${index}`,
		at: answer.at,
		by: answer.by,
		what: `“${title}”: given by hand.`,
		why: answer.reason
	}));
	const changed = step.changed.map((change, index): AuditLine => ({
		key: `${step.id} change ${index}`,
		at: change.at,
		by: change.by,
		what: `“${title}”: output changed by hand.`,
		why: change.reason
	}));
	return [...decided, ...answered, ...changed, ...unasked(step)];
}

/** What went through a gate, or ended at it, without a person. */
function unasked(step: StepState): AuditLine[] {
	const { id, def, passed, expired } = step;
	const event = passed ?? expired;
	if (!event) return [];
	const how = passed ? (passed.why === 'condition' ? 'nobody was asked' : 'went on by itself') : 'rejected';
	return [
		{
			key: `${id} unasked`,
			at: event.at,
			by: 'nobody',
			what: `“${def.title}”, revision ${saidRevision(step, event.revision)}: ${how}.`,
			why: event.because
		}
	];
}
