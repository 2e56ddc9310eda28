import { ok, type Result, type ValueRef } from '$lib/core';
import type { EventOf, RunEvent } from './event';
import type { GateComment, ItemDecision } from './event-review';
import { sentBackBy } from './fold-review';
import { no, signed, type Occasion } from './occasion';
import { openEffects, withInner } from './outside';
import { buttonFor, reviewRules, type GateButton, type ReviewRules } from './review';
import { saidRevision, type GateRequest, type RunState, type StepState } from './state';
import { flaggedBefore } from './upstream';

/** What a person decides at a gate, and what they may not. */

interface AtGate {
	stepId: string;
	/** The draft that was on the screen: a decision about an older one is refused. */
	draftHash: string;
	ticks: string[];
	/** Id of the button, where the author named several of one outcome. */
	button?: string;
	/** Remarks on places of the draft. */
	comments?: GateComment[];
	/** Hash of the review packet that the decision came back with. */
	packet?: string;
}

export type Reviewing =
	| (AtGate & {
			type: 'approve';
			/** The edited value; absent when approved as it stands. */
			reviewed?: ValueRef;
			words?: { added: number; removed: number };
			/** Fields filled from untrusted values that the person confirmed. */
			confirmed?: string[];
			/** For a list that is reviewed together: what was said of each member. */
			items?: ItemDecision[];
			/** How many flags had been looked at. */
			flagsSeen?: number;
	  })
	| (AtGate & { type: 'ask-for-changes'; reason: string })
	| (AtGate & { type: 'reject'; reason: string });

/** The person looks at it later; `until` null: now after all. */
export interface Postponing {
	type: 'postpone';
	stepId: string;
	draftHash: string;
	/** ms since 1970. */
	until: number | null;
}

const OUTCOME = { approve: 'approve', 'ask-for-changes': 'changes', reject: 'reject' } as const;

export function review(state: RunState, command: Reviewing, when: Occasion): Result<RunEvent[]> {
	const found = waitingGate(state, command);
	if (!found.ok) return found;
	const { step, rules, request } = found.value;
	const button = buttonFor(rules, OUTCOME[command.type], command.button);
	if (!button) return notOffered(rules);
	const { draft } = request;
	const base = {
		type: 'review.decided' as const,
		...signed(when),
		stepId: step.id,
		revision: step.revision,
		draft,
		ticks: command.ticks,
		...pressed(step, button),
		...(command.comments?.length ? { comments: command.comments } : {}),
		...(command.packet ? { packet: command.packet } : {})
	};
	if (command.type === 'approve') {
		const flagged = flaggedBefore(state, step.id);
		if ((command.flagsSeen ?? 0) < flagged) return unseen(flagged);
		return ok([{ ...base, ...approval(command, draft) }]);
	}
	const reason = command.reason.trim();
	const isSaid = reason !== '' || (command.type === 'ask-for-changes' && base.comments !== undefined);
	if (!isSaid) return no('reason.missing', 'Say why in a sentence; the next draft is given your words.');
	if (command.type === 'reject') return ok([{ ...base, decision: 'rejected', reason }]);
	const revision = saidRevision(step, step.revision);
	if (revision >= rules.maxRevisions) {
		return no(
			'review.no-more-revisions',
			`This is revision ${revision} of ${rules.maxRevisions}, the last one. Edit the text yourself, or reject it.`
		);
	}
	const [acting] = openEffects(withInner(state, sentBackBy(state, step, base.revise)));
	if (acting) {
		return no(
			'review.acting',
			`“${acting.step.def.title}” hangs on this draft and is going out just now, or nobody knows yet whether it did. Nothing was changed; wait for that, or say whether it went out, then ask for changes.`
		);
	}
	return ok([{ ...base, decision: 'changes', reason }]);
}

function approval(command: Extract<Reviewing, { type: 'approve' }>, draft: ValueRef) {
	const { reviewed, confirmed, words, items, flagsSeen } = command;
	const edited = reviewed !== undefined && reviewed.hash !== draft.hash;
	return {
		decision: edited ? ('approved-with-edits' as const) : ('approved' as const),
		reviewed: edited ? reviewed : draft,
		reason: '',
		...(confirmed?.length ? { confirmed } : {}),
		...(words ? { words } : {}),
		...(items ? { items } : {}),
		...(flagsSeen === undefined ? {} : { flagsSeen })
	};
}

/** The button as the record names it. The usual three go without saying. */
function pressed(
	{ def }: StepState,
	{ id, title, route, revise }: GateButton
): Partial<EventOf<'review.decided'>> {
	if (!Array.isArray(def.with['buttons']) || def.with['buttons'].length === 0) return {};
	return {
		button: { id, title },
		...(route === null ? {} : { route }),
		...(revise === null ? {} : { revise })
	};
}

function unseen(flagged: number) {
	const things = flagged === 1 ? 'One thing is' : `${flagged} things are`;
	return no(
		'review.flags-unseen',
		`${things} flagged before this review, and not all of it was opened. Nothing was approved; open what is flagged, then approve.`
	);
}

function notOffered(rules: ReviewRules) {
	const titles = rules.buttons.map(({ title }) => `“${title}”`).join(', ');
	return no('review.not-offered', `This review can be decided by ${titles} only. Nothing was decided.`);
}

export function postpone(state: RunState, command: Postponing, when: Occasion): Result<RunEvent[]> {
	const found = waitingGate(state, command);
	if (!found.ok) return found;
	const { step, rules, request } = found.value;
	const { until } = command;
	if (until !== null && until <= when.now)
		return no('postpone.past', 'That time has passed already. Choose a later one.');
	if (
		until !== null &&
		request.deadline !== null &&
		until >= request.deadline &&
		rules.deadline?.then !== 'wait'
	)
		return no(
			'postpone.deadline',
			'An answer is waited for until before then, and the run would go on by itself. Choose an earlier time, or decide now.'
		);
	const { draft } = request;
	const at = { ...signed(when), stepId: step.id, revision: step.revision, draft };
	return ok([{ type: 'review.postponed', ...at, until }]);
}

function waitingGate(
	state: RunState,
	{ stepId, draftHash }: { stepId: string; draftHash: string }
): Result<{ step: StepState; rules: ReviewRules; request: GateRequest }> {
	const step = state.steps[stepId];
	const rules = reviewRules(state, stepId);
	if (!step || !rules) return no('review.unknown', 'This run has no such review.');
	const { request } = step;
	if (step.status !== 'waiting' || !request)
		return no(
			'review.not-waiting',
			'This was decided already, perhaps in another tab. Your text is still here.'
		);
	if (request.draft.hash !== draftHash)
		return no('review.stale', 'The draft has changed since you opened it. Look at the new one, then decide.');
	return ok({ step, rules, request });
}
