import { gateButtons, parseRef, type Step } from '$lib/workflow';
import { coordsOf } from './coords';
import type { EventOf } from './event';
import type { AttemptState, RunState } from './state';

/** One way to decide at a gate, and where it leads. */
export interface GateButton {
	id: string;
	title: string;
	outcome: 'approve' | 'changes' | 'reject';
	/** The way that later steps may name in `when`; null where it opens none. */
	route: string | null;
	/** For `changes`: the step that runs again, where it is another than the gate's own. */
	revise: string | null;
}

/** What a gate asks and allows, read from the frozen definition. */
export interface ReviewRules {
	question: string;
	criteria: string[];
	/** The step whose output is judged, by its coordinates. */
	draftStep: string;
	/** The step that runs again when changes are asked for: its id in the document. */
	revise: string;
	/** Revisions in all, the first included. */
	maxRevisions: number;
	/** The ways to decide, in the author's order; the usual three where the author named none. */
	buttons: GateButton[];
	/** JSONata that says when a person is asked; null: always. */
	askWhen: string | null;
	/** How long an answer is waited for, ms, and what happens then; null: for ever. */
	deadline: { ms: number; then: 'wait' | 'reject' | 'continue' } | null;
	/** The members of the draft, a list, are decided one by one. */
	each: boolean;
}

const USUAL: GateButton[] = [
	{ id: 'approve', title: 'Approve', outcome: 'approve', route: null, revise: null },
	{ id: 'changes', title: 'Ask for changes', outcome: 'changes', route: null, revise: null },
	{ id: 'reject', title: 'Reject', outcome: 'reject', route: null, revise: null }
];

/** The rules of a gate, or null when the step is not a gate with a draft. */
export function reviewRules(state: RunState, stepId: string): ReviewRules | null {
	const known = state.steps[stepId];
	const step = known?.def;
	if (!step || step.kind !== 'review') return null;
	const draft = parseRef(step.inputs['draft'] ?? '');
	if (!('ref' in draft) || draft.ref.root !== 'steps') return null;
	const { question, criteria, revise, maxRevisions, askWhen, each } = step.with;
	const named = gateButtons(step);
	return {
		question: typeof question === 'string' && question ? question : `Is “${step.title}” ready?`,
		// A tick is kept by its words: one that is asked twice is one.
		criteria: Array.isArray(criteria)
			? [...new Set(criteria.filter((item) => typeof item === 'string'))]
			: [],
		draftStep: coordsOf(known.inside, draft.ref.id),
		revise: typeof revise === 'string' && revise ? revise : draft.ref.id,
		maxRevisions: typeof maxRevisions === 'number' ? maxRevisions : 3,
		buttons: named.length > 0 ? named : USUAL,
		askWhen: typeof askWhen === 'string' && askWhen.trim() ? askWhen : null,
		deadline: deadlineOf(step),
		each: each === true
	};
}

const HOUR_MS = 3_600_000;

function deadlineOf({ with: config }: Step): ReviewRules['deadline'] {
	const { deadlineHours, afterDeadline } = config;
	if (typeof deadlineHours !== 'number' || deadlineHours <= 0) return null;
	const then = afterDeadline === 'reject' || afterDeadline === 'continue' ? afterDeadline : 'wait';
	return { ms: Math.round(deadlineHours * HOUR_MS), then };
}

/** The button of an outcome that counts where none is named: the first of them. */
export function buttonFor(
	rules: ReviewRules,
	outcome: GateButton['outcome'],
	id?: string
): GateButton | null {
	return rules.buttons.find((one) => one.outcome === outcome && (id === undefined || one.id === id)) ?? null;
}

/** Hashes of the exact values that a person approved in this run on this device. */
export function approvedHashes(state: RunState): Set<string> {
	const found = new Set<string>();
	for (const step of Object.values(state.steps)) {
		const last = step.decisions.slice(step.foreign).at(-1);
		if (last && (last.decision === 'approved' || last.decision === 'approved-with-edits')) {
			found.add((last.reviewed ?? last.draft).hash);
		}
	}
	return found;
}

/** The decision by which a value was approved last; null where it was not. */
export function approvalOf(state: RunState, hash: string): { stepId: string; at: number } | null {
	for (const step of Object.values(state.steps)) {
		const last = step.decisions[step.decisions.length - 1];
		if (last && approves(last, hash)) return { stepId: last.stepId, at: last.at };
	}
	return null;
}

/**
 * Hashes of what may be kept in the library: what a person approved, and what a gate let pass unasked. Nothing goes out
 * on the latter.
 */
export function keepableHashes(state: RunState): Set<string> {
	const found = approvedHashes(state);
	for (const { passed, passedElsewhere } of Object.values(state.steps))
		if (passed && !passedElsewhere) found.add(passed.draft.hash);
	return found;
}

/**
 * True while a value's approval may still be acted on outside: one approval is good for one effect. What surely did not
 * go out, or was answered with a failure that a person then retries, has not used it up. What was approved on another
 * device went out there, or was never approved at all.
 */
export function isApprovalLeft(state: RunState, hash: string, attemptId: string): boolean {
	let left = 0;
	let isLast = false;
	for (const step of Object.values(state.steps)) {
		const ours = step.decisions.slice(step.foreign);
		left += ours.filter((decision) => approves(decision, hash)).length;
		left -= step.attempts.filter((one) => one.id !== attemptId && uses(one, hash)).length;
		const last = ours[ours.length - 1];
		isLast ||= last !== undefined && approves(last, hash);
	}
	return isLast && left > 0;
}

/** Fields that the person confirmed when approving a value on this device, by the gates' last decisions. */
export function confirmedFields(state: RunState, hash: string): Set<string> {
	const found = new Set<string>();
	for (const step of Object.values(state.steps)) {
		const last = step.decisions.slice(step.foreign).at(-1);
		if (last && approves(last, hash)) for (const field of last.confirmed ?? []) found.add(field);
	}
	return found;
}

function approves({ decision, reviewed, draft }: EventOf<'review.decided'>, hash: string): boolean {
	return (decision === 'approved' || decision === 'approved-with-edits') && (reviewed ?? draft).hash === hash;
}

function uses(attempt: AttemptState, hash: string): boolean {
	return attempt.intent?.hash === hash && attempt.status !== 'failed';
}
