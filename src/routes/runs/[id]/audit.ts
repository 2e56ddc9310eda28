import type { RunState, StepState } from '$lib/run';

/** One decision of a person, for the list that an audit reads. */
export interface AuditLine {
	key: string;
	at: number;
	/** The name that it was signed with; undefined where none was given. */
	by: string | undefined;
	what: string;
	why: string;
}

/** Every decision that a person made in a run, the earliest first. */
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
			what: `“${title}”, revision ${decision.revision}: ${verb}.${ticks}`,
			why: decision.reason
		};
	});
	const answered = step.answers.map((answer, index): AuditLine => ({
		key: `${step.id} answer ${index}`,
		at: answer.at,
		by: answer.by,
		what: `“${title}”: given by hand.`,
		why: answer.reason
	}));
	return [...decided, ...answered];
}
