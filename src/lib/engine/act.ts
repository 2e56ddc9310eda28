import {
	fail,
	failure,
	hashOf,
	ok,
	stricter,
	type Failure,
	type Json,
	type Result,
	type Value
} from '$lib/core';
import { mayReach, originOf, type Acted, type Answer } from '$lib/egress';
import {
	confirmedFields,
	isApprovalLeft,
	lastAttempt,
	reviewRules,
	type RunEvent,
	type RunState,
	type StepState
} from '$lib/run';
import { isPermitted, notPermitted, readProposal, staysHere, unconfirmed, type Proposal } from '$lib/steps';
import type { Step } from '$lib/workflow';
import { isOpen, logFailure, type AttemptPorts, type Execute } from './attempt-log';
import type { Outgoing } from './protocol';
import type { Resolved } from './resolve';
import type { MakeEvents, Log } from './run-log';
import { pack } from './values';

/**
 * Acting outside: intent, done, outcome. What a person approved is checked byte for byte, the intent is on disk before
 * anything is handed over, and what may have gone out is never sent again by itself: a person is asked.
 */

/** How long after its intent was decided something may still go out, ms; below what makes another tab take over. */
const FRESH_MS = 5_000;

type Made = ReturnType<MakeEvents>;

/** What is to be done, checked. */
interface Planned {
	out: Outgoing;
	hash: string;
	key: string;
	says: string;
}

/** Carries out one attempt of a step that acts outside, from its approved proposal to an outcome in the log. */
export async function actOutside(
	log: Log,
	effect: Execute,
	step: StepState,
	resolved: Resolved,
	signal: AbortSignal,
	ports: AttemptPorts
): Promise<void> {
	const base = { attemptId: effect.attemptId, stepId: step.id };
	const begun = ports.now();
	const planned = plan(log.state, effect, step, resolved, begun);
	if (!planned.ok) return logFailure(log, base, planned.failure, 0, ports);
	const { out, hash, key, says } = planned.value;
	let isLogged = false;
	const intended = await log.append(
		(state) => {
			isLogged = isOpen(state, effect) && isApprovalLeft(state, hash, effect.attemptId) && !signal.aborted;
			return isLogged ? { events: [{ type: 'effect.intended', at: begun, ...base, hash, key, says }] } : null;
		},
		{ durability: 'strict' }
	);
	if (!intended.ok) return logFailure(log, base, intended.failure, ports.now() - begun, ports);
	if (!isLogged) return giveUp(log, base, signal, ports);
	const acted = await ports.executor.act(effect.attemptId, out, signal);
	// The engine was closed or lost its lease: whoever goes on finds the intent and asks.
	if (signal.aborted && signal.reason !== 'timeout' && acted.how === 'unknown') return;
	await logOutcome(log, effect, step, acted, ports, begun);
}

/** Between the approval and the intent the run was stopped, or the approval was used by another step. */
async function giveUp(
	log: Log,
	base: { attemptId: string; stepId: string },
	signal: AbortSignal,
	ports: AttemptPorts
): Promise<void> {
	if (signal.aborted && signal.reason !== 'timeout') return;
	const title = log.state.steps[base.stepId]?.def.title ?? base.stepId;
	await logFailure(log, base, signal.aborted ? heldUp(title) : notApproved(title), 0, ports);
}

/** Everything that has to hold before something may go out. */
function plan(
	state: RunState,
	{ attemptId, revision }: Execute,
	step: StepState,
	resolved: Resolved,
	now: number
): Result<Planned> {
	const { title, kind, permissions } = step.def;
	const [value, ...more] = resolved.inputs['proposal'] ?? [];
	if (!value || more.length > 0) return fail(notApproved(title));
	// Of the content as it is now, not of what a reference says of it.
	const { hash } = pack(value).ref;
	if (!isApprovalLeft(state, hash, attemptId)) return fail(notApproved(title));
	if (!isProposed(state, hash)) return fail(notProposed(title));
	const read = readProposal(value.content);
	if (!read.ok) return read;
	const proposal = read.value;
	const open = unconfirmed(proposal, confirmedFields(state, hash));
	if (open.length > 0) return fail(notConfirmed(title, open));
	if (proposal.action !== kind) return fail(otherAction(title, proposal));
	// By the step's place and revision, not by the try: a server can drop a copy that a person lets go out again.
	const key = `galley-${hashOf(`${state.id}/${step.id}/${revision}`).slice(0, 32)}`;
	if (proposal.action === 'notify') {
		const { body } = proposal;
		const out: Outgoing = {
			action: 'notify',
			title: proposal.title,
			body,
			key,
			stay: step.def.with['stay'] === true
		};
		return ok({ out, hash, key, says: `Notification “${proposal.title}”` });
	}
	if (value.labels.reach === 'local-only') return fail(staysHere(title));
	const { method, url, headers, body } = proposal;
	if (!isPermitted(url, permissions.hosts)) return fail(notPermitted(title, url, permissions.hosts));
	const reachable = mayReach(url, [originOf(url) ?? '']);
	if (!reachable.ok) return reachable;
	const { answerLimit } = step.def.with;
	const out: Outgoing = {
		...{ action: 'request', method, url, headers, body },
		key: proposal.idempotency && method !== 'GET' ? key : null,
		answerLimit: typeof answerLimit === 'number' ? answerLimit : 1_000_000,
		before: now + FRESH_MS
	};
	return ok({ out, hash, key, says: `${method} ${url}` });
}

/**
 * True when a gate approved it as the proposal of a step of kind `propose`, which lists what untrusted values filled.
 * Whatever else writes such a text could leave that list empty.
 */
function isProposed(state: RunState, hash: string): boolean {
	return Object.values(state.steps).some((gate) => {
		const last = gate.decisions[gate.decisions.length - 1];
		if (!last || (last.reviewed ?? last.draft).hash !== hash) return false;
		return judgedBy(state, gate.id)?.def.kind === 'propose';
	});
}

/** The step whose output a gate judges, through gates that judge gates. */
function judgedBy(state: RunState, gateId: string, depth = 0): StepState | undefined {
	const rules = reviewRules(state, gateId);
	return rules && depth < 20 ? judgedBy(state, rules.draftStep, depth + 1) : state.steps[gateId];
}

async function logOutcome(
	log: Log,
	effect: Execute,
	step: StepState,
	acted: Acted,
	ports: AttemptPorts,
	begun: number
): Promise<void> {
	const base = { attemptId: effect.attemptId, stepId: step.id };
	const ms = ports.now() - begun;
	const { egress } = acted;
	if (acted.how === 'refused') {
		return logFailure(log, base, acted.failure, ms, ports, { egress, kept: '' });
	}
	if (acted.how === 'unknown') {
		const event: RunEvent = {
			type: 'effect.unknown',
			at: ports.now(),
			...base,
			reason: acted.reason,
			egress
		};
		await log.append((state) => (isOpen(state, effect) ? { events: [event] } : null), {
			durability: 'strict'
		});
		return;
	}
	const { answer } = acted;
	if (answer && (answer.status < 200 || answer.status > 299)) {
		return logFailure(log, base, saysNo(step.def.title, answer), ms, ports, { egress, kept: answer.text });
	}
	const packed = ports.values.put(outputOf(log.state, effect, answer));
	const event: RunEvent = {
		type: 'attempt.succeeded',
		at: ports.now(),
		...base,
		output: packed.ref,
		evidence: [],
		flags: answer?.cut ? [{ kind: 'uncertain', text: 'Only the beginning of the answer was kept.' }] : [],
		verdicts: [],
		egress,
		ms
	};
	await log.append((state) => (isOpen(state, effect) ? { events: [event], values: [packed.stored] } : null), {
		durability: 'strict'
	});
}

/** What came back is somebody else's word, and no more open than what was sent. */
function outputOf(state: RunState, effect: Execute, answer: Answer | null): Value {
	const step = state.steps[effect.stepId];
	const from = Object.values((step && lastAttempt(step)?.inputs) ?? {}).flat();
	const labels = stricter([
		{ trust: answer ? 'untrusted' : 'trusted', reach: 'may-leave' },
		...from.map((ref) => ref.labels)
	]);
	const content: Json = answer
		? { status: answer.status, headers: answer.headers, media: answer.media, body: bodyOf(answer) }
		: { shown: true };
	return { content, media: 'application/json', labels, from: from.map((ref) => ref.hash) };
}

function bodyOf({ media, text, cut }: Answer): Json {
	if (cut || !/[/+]json$/.test(media)) return text;
	try {
		return JSON.parse(text) as Json;
	} catch {
		return text;
	}
}

/** Found after a crash between intent and outcome. */
export function unknownAfterBreak(state: RunState, effect: Execute, now: number): Made {
	if (!isOpen(state, effect)) return null;
	const { attemptId, stepId } = effect;
	const reason =
		'Galley was closed or crashed after it had begun, before it knew how that ended. It may have gone out.';
	return { events: [{ type: 'effect.unknown', at: now, attemptId, stepId, reason }] };
}

export function notApproved(title: string): Failure {
	return failure(
		'approval.mismatch',
		`What “${title}” was given is not, byte for byte, what you approved, or that approval was used already. Nothing went out and everything before is kept; approve it again in a new run.`
	);
}

export function onlyTried({ title }: Step): Failure {
	return failure(
		'try.cannot-act',
		`This run only tries a step alone, so “${title}” does nothing outside it. Nothing was written or sent; run the whole workflow for that.`
	);
}

function notProposed(title: string): Failure {
	return failure(
		'proposal.foreign',
		`What “${title}” was given was not put together by a step of kind “propose”. Nothing went out and everything before is kept; let such a step propose it, and start a new run.`
	);
}

function notConfirmed(title: string, fields: string[]): Failure {
	return failure(
		'confirm.missing',
		`A document or a model has filled in ${fields.map((field) => `“${field}”`).join(', ')} of “${title}”, and nobody confirmed that. Nothing went out and everything before is kept; approve it again in a new run.`
	);
}

function heldUp(title: string): Failure {
	return failure(
		'step.timeout',
		`The time for “${title}” was over before anything went out. Everything before is kept; retry the step, or give it more time in the workflow.`
	);
}

function otherAction(title: string, { action }: Proposal): Failure {
	return failure(
		'proposal.other',
		`“${title}” was given a proposal for something else (${action}). Nothing went out and everything before is kept; mend the workflow and start a new run.`
	);
}

function saysNo(title: string, { status }: Answer): Failure {
	return failure(
		'request.status',
		`The server received “${title}” and answered ${status}, which is no success. What it said is kept. It is not sent again by itself: look at the answer, then retry the step or go on without it.`,
		{ details: { status } }
	);
}
