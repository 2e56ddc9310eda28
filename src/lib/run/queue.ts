import { descendants, type Step } from '$lib/workflow';
import { localId } from './coords';
import { needsAround, siblingsOf } from './flow';
import { reviewRules } from './review';
import { saidRevision, type RunState, type StepState, type Voided } from './state';
import { foundBefore, upstreamOf } from './upstream';

/** A gate that waits, as a list of gates over all runs shows it. */
export interface WaitingGate {
	/** Coordinates. */
	stepId: string;
	title: string;
	question: string;
	since: number;
	revision: number;
	flags: number;
	missed: number;
	/** Titles of later steps that do something outside. */
	outside: string[];
	/** What goes out was filled in by a document or a model. */
	untrusted: boolean;
	deadline: number | null;
	/** What happens when nobody has answered by then. */
	then: 'wait' | 'reject' | 'continue';
	later: number | null;
	voided: Voided['how'] | null;
}

/** A list row holds no more gates of one run than this. */
export const MOST_GATES = 50;

const OUTSIDE = new Set(['request', 'notify', 'hand-over']);

/** The gates of a run that wait, in the order of its steps; at most {@link MOST_GATES}. */
export function waitingGates(state: RunState, steps: readonly StepState[]): WaitingGate[] {
	const found: WaitingGate[] = [];
	for (const step of steps) {
		if (found.length === MOST_GATES) break;
		const { request } = step;
		const rules = step.status === 'waiting' && request ? reviewRules(state, step.id) : null;
		if (!request || !rules) continue;
		const { flags, missed } = foundBefore(state, upstreamOf(state, step.id));
		const outside = outsideAfter(state, step);
		found.push({
			stepId: step.id,
			title: step.def.title,
			question: rules.question,
			since: request.at,
			revision: saidRevision(step, step.revision),
			flags: flags.length,
			missed: missed.length,
			outside,
			untrusted: outside.length > 0 && request.draft.labels.trust === 'untrusted',
			deadline: request.deadline,
			then: rules.deadline?.then ?? 'wait',
			later: request.later,
			voided: step.voided?.how ?? null
		});
	}
	return found;
}

function outsideAfter(state: RunState, gate: StepState): string[] {
	const after = descendants(localId(gate.id), needsAround(state, gate));
	return siblingsOf(state, gate)
		.map(({ def }) => def)
		.filter((def) => after.has(def.id) && isOutside(def))
		.map(({ title }) => title);
}

function isOutside(step: Step): boolean {
	return OUTSIDE.has(step.kind) || (step.steps ?? []).some(isOutside);
}

/** How much a gate should be looked at, and why: more first. */
export interface Risk {
	weight: number;
	/** In words, the weightiest first. */
	reasons: string[];
}

const DAY_MS = 86_400_000;

/** `now` in ms since 1970. What goes out weighs more than what is odd, and that more than age. */
export function riskOf(gate: WaitingGate, now: number): Risk {
	const parts: [number, string | false][] = [
		[1000, gate.untrusted && 'a document or a model filled in what goes out'],
		[500, gate.outside.length > 0 && `acts outside: ${gate.outside.join(', ')}`],
		[400, gate.deadline !== null && gate.deadline <= now && 'late'],
		[300, soon(gate, now)],
		[250, gate.voided === 'approved' && 'approved before, and changed since'],
		[60 * Math.min(5, gate.missed), gate.missed > 0 && plural(gate.missed, 'note missed', 'notes missed')],
		[30 * Math.min(8, gate.flags), gate.flags > 0 && plural(gate.flags, 'flag', 'flags')],
		[15 * (gate.revision - 1), gate.revision > 1 && `revision ${gate.revision}`]
	];
	const counted = parts.filter((part): part is [number, string] => part[1] !== false);
	const days = Math.min(14, Math.max(0, now - gate.since) / DAY_MS);
	return {
		weight: counted.reduce((sum, [weight]) => sum + weight, days),
		reasons: counted.sort((a, b) => b[0] - a[0]).map(([, words]) => words)
	};
}

function soon({ deadline, then }: WaitingGate, now: number): string | false {
	if (deadline === null || deadline <= now || deadline - now > DAY_MS) return false;
	if (then === 'wait') return 'due within a day';
	return then === 'reject' ? 'rejects itself within a day' : 'goes on by itself within a day';
}

function plural(count: number, one: string, many: string): string {
	return `${count} ${count === 1 ? one : many}`;
}
