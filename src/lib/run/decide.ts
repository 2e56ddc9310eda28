import {
	isOfBefore,
	ok,
	type Json,
	type Money,
	type ProviderChoice,
	type Result,
	type ValueRef
} from '$lib/core';
import { routesOf, type Workflow } from '$lib/workflow';
import type { EventOf, RunEvent } from './event';
import { changeOutput, type Changing } from './decide-change';
import { postpone, review, type Postponing, type Reviewing } from './decide-review';
import { isPausing } from './fold-person';
import { no, signed, type Occasion } from './occasion';
import { decideItem, type ItemClosing } from './open-items';
import { openEffects } from './outside';
import { decideProse } from './prose';
import { lastAttempt, type RunState } from './state';

/** What a person (or a host on behalf of a trigger) wants. Values are already stored; only references travel. */
export type Command =
	| {
			type: 'start';
			number: number;
			title: string;
			date: string;
			trigger: 'person' | 'example';
			definition: Workflow;
			definitionHash: string;
			workflowVersion: number;
			inputs: Record<string, Json>;
			sources: Record<string, ValueRef[]>;
			provider: ProviderChoice;
			/** False: no equal earlier result is taken. */
			reuse?: boolean;
			/** Whether anything may leave for it, and whether the browser enforces that here. */
			guard?: Pick<EventOf<'run.guarded'>, 'sealed' | 'enforced'>;
			/** The models that it may use, as they are set up now. */
			ladder?: Pick<EventOf<'run.laddered'>, 'models' | 'lastResort' | 'budget'>;
			/** For a run that repeats another one: which, and what of it serves. */
			derived?: {
				facts: EventOf<'run.derived'>;
				reused: EventOf<'step.reused'>[];
				/** Waits of the earlier run that need not be waited for again. */
				waited?: RunEvent[];
				/** Approvals of the earlier run that do not count here. */
				voided?: EventOf<'review.voided'>[];
			};
	  }
	| Reviewing
	| Postponing
	| Changing
	| { type: 'retry'; stepId: string; provider?: ProviderChoice }
	/** The person gives the output of a step that asks for it, or of one that failed. */
	| { type: 'answer'; stepId: string; output: ValueRef; reason: string; /** Of a branch. */ route?: string }
	/** The run goes on without a step that failed, asks or waits. */
	| { type: 'skip'; stepId: string; reason: string }
	/** The person looked whether something went out. */
	| { type: 'settle-effect'; stepId: string; happened: boolean; reason: string }
	/** The person lets a held call go, or does not. `hash` is that of the prompt that was on the screen. */
	| { type: 'allow-call'; stepId: string; hash: string; scope: 'once' | 'workflow'; raised?: Money }
	| {
			type: 'refuse-call';
			stepId: string;
			hash: string;
			scope: 'once' | 'workflow';
			instead: 'next' | 'on-device';
	  }
	| { type: 'pause'; reason: string }
	| { type: 'resume' }
	| { type: 'replace-source'; sourceId: string; values: ValueRef[] }
	/** The person's own text above a step, or at the end. An empty one takes it away. */
	| { type: 'write-prose'; id: string; before: string | null; text: string }
	| ItemClosing
	| { type: 'cancel'; reason: string };

/** The only place that may say no. A refusal is a failure with a code; it is told, never logged. */
export function decide(state: RunState, command: Command, when: Occasion): Result<RunEvent[]> {
	const { now } = when;
	if (command.type === 'start') return start(state, command, now);
	if (!state.definition) return no('run.unknown', 'There is no such run on this device.');
	if (command.type === 'write-prose') return decideProse(state, command, when);
	if (state.ended)
		return no('run.ended', 'This run has ended; its record cannot be changed. Start a new run.');
	switch (command.type) {
		case 'approve':
		case 'ask-for-changes':
		case 'reject':
			return review(state, command, when);
		case 'postpone':
			return postpone(state, command, when);
		case 'change-output':
			return changeOutput(state, command, when);
		case 'retry': {
			const step = state.steps[command.stepId];
			const isEscalated = step?.status === 'waiting' && step.asked?.why === 'escalation';
			if (!step || (step.status !== 'failed' && !isEscalated && !isPausing(step)))
				return no('retry.not-failed', 'This step has not failed, so there is nothing to retry.');
			if (step.flow.settled) return gone();
			const provider = command.provider ? { provider: command.provider } : {};
			return ok([{ type: 'step.retried', ...signed(when), stepId: command.stepId, ...provider }]);
		}
		case 'answer':
		case 'skip':
		case 'settle-effect':
			return handle(state, command, when);
		case 'allow-call':
		case 'refuse-call':
			return letGo(state, command, when);
		case 'pause':
			return state.paused
				? no('run.paused', 'This run is paused already.')
				: ok([{ type: 'run.paused', ...signed(when), reason: command.reason }]);
		case 'resume':
			return state.paused
				? ok([{ type: 'run.resumed', ...signed(when) }])
				: no('run.not-paused', 'This run is not paused.');
		case 'replace-source': {
			const known = state.definition.sources.some((source) => source.id === command.sourceId);
			if (!known) return no('source.unknown', `This run has no source “${command.sourceId}”.`);
			return ok([
				{ type: 'source.replaced', ...signed(when), sourceId: command.sourceId, values: command.values }
			]);
		}
		case 'close-item':
		case 'reopen-item':
			return decideItem(state, command, when);
		case 'cancel':
			return ok([
				...leftOpen(state, now),
				{ type: 'run.cancelled', ...signed(when), reason: command.reason }
			]);
	}
}

/** What is going out while the run ends: nobody waits for how that ends, so the record must not be silent about it. */
function leftOpen(state: RunState, at: number): RunEvent[] {
	const reason = 'The run was cancelled while this was going out. It may have arrived.';
	return openEffects(Object.values(state.steps)).flatMap(({ step, attempt }) =>
		attempt.status === 'running'
			? [{ type: 'effect.unknown', at, attemptId: attempt.id, stepId: step.id, reason }]
			: []
	);
}

function gone() {
	return no(
		'step.gone-on',
		'The run has gone on without this step, and later steps rest on that. Repeat the run from this step instead.'
	);
}

type Handling = Extract<Command, { type: 'answer' | 'skip' | 'settle-effect' }>;

/** What a person does about a step that asks, failed, or may have acted. */
function handle(state: RunState, command: Handling, when: Occasion): Result<RunEvent[]> {
	const at = signed(when);
	const step = state.steps[command.stepId];
	if (!step) return no('step.unknown', 'This run has no such step.');
	const { stepId } = command;
	const isUnknown = step.asked?.why === 'unknown';
	if (command.type === 'settle-effect') {
		const attempt = lastAttempt(step);
		if (!isUnknown || !attempt)
			return no('effect.settled', 'This was settled already, perhaps in another tab.');
		const { happened, reason } = command;
		return ok([{ type: 'effect.settled', ...at, attemptId: attempt.id, stepId, happened, reason }]);
	}
	if (isUnknown)
		return no('effect.unknown', 'First say whether it went out: look where it should have arrived.');
	const asks = step.status === 'waiting' && step.asked !== null;
	if (command.type === 'answer') {
		if (step.status === 'failed' && step.flow.settled) return gone();
		if (step.status !== 'failed' && !asks)
			return no(
				'answer.not-asked',
				'This was answered already, perhaps in another tab. Your text is kept here.'
			);
		if (step.def.job === 'act' && step.asked?.why !== 'hand-over')
			return no(
				'answer.act',
				'What acts outside cannot be filled in by hand. Retry it, or go on without it.'
			);
		const { output, reason, route } = command;
		const ways = step.def.kind === 'branch' ? (routesOf(step.def) ?? []) : [];
		if (step.def.kind === 'branch' && (route === undefined || !ways.includes(route)))
			return no(
				'answer.no-way',
				`Say which way the run goes: ${ways.map((way) => `“${way}”`).join(', ')}. Your text is kept here.`
			);
		const chosen = route === undefined ? {} : { route };
		return ok([{ type: 'person.answered', ...at, stepId, output, ...chosen, reason }]);
	}
	const isGate = step.status === 'waiting' && step.request !== null;
	if (isGate) return no('skip.gate', 'A review is decided, not skipped: approve, ask for changes or reject.');
	if (step.status === 'failed' && step.flow.settled) return gone();
	if (step.status !== 'failed' && step.status !== 'sleeping' && !asks && !isPausing(step))
		return no('skip.not-possible', 'Only a step that failed, asks or waits can be skipped.');
	return ok([{ type: 'step.skipped', ...at, stepId, reason: command.reason }]);
}

/** What the person says about a call that waits. */
function letGo(
	state: RunState,
	command: Extract<Command, { type: 'allow-call' | 'refuse-call' }>,
	when: Occasion
): Result<RunEvent[]> {
	const { stepId, scope } = command;
	const step = state.steps[stepId];
	const held = step?.ladder.held;
	const why = step?.asked?.why;
	if (!held || step.status !== 'waiting' || (why !== 'consent' && why !== 'budget'))
		return no(
			'call.not-held',
			'This was answered already, perhaps in another tab. Nothing was sent by this.'
		);
	if (held.prompt.hash !== command.hash)
		return no(
			'call.stale',
			'What would be sent has changed since you looked at it. Look again, then decide.'
		);
	const base = { ...signed(when), stepId, why, rung: held.rung, scope };
	if (command.type === 'refuse-call')
		return ok([{ type: 'call.refused', ...base, instead: command.instead }]);
	const raised = command.raised ? { raised: command.raised } : {};
	return ok([{ type: 'call.allowed', ...base, hash: held.prompt.hash, ...raised }]);
}

function start(
	state: RunState,
	command: Extract<Command, { type: 'start' }>,
	now: number
): Result<RunEvent[]> {
	if (state.definition) return no('run.exists', 'This run was already started.');
	const { type: _type, trigger, reuse = true, guard, ladder, derived, ...facts } = command;
	const missing = command.definition.inputs.filter(
		(input) => input.required && (command.inputs[input.id] === undefined || command.inputs[input.id] === '')
	);
	if (missing.length) {
		return no('input.missing', `Fill in ${missing.map((input) => `“${input.title}”`).join(', ')} first.`);
	}
	const empty = command.definition.sources.filter(
		(source) => source.required && !isOfBefore(source.kind) && (command.sources[source.id] ?? []).length === 0
	);
	if (empty.length) {
		return no(
			'source.missing',
			`Choose something for ${empty.map((source) => `“${source.title}”`).join(', ')} first.`
		);
	}
	return ok([
		{ type: 'run.started', at: now, trigger: { kind: trigger }, ...facts },
		...(guard ? [{ type: 'run.guarded' as const, at: now, ...guard }] : []),
		...(ladder ? [{ type: 'run.laddered' as const, at: now, ...ladder }] : []),
		...(reuse ? [] : [{ type: 'run.configured' as const, at: now, reuse }]),
		...(derived
			? [derived.facts, ...derived.reused, ...(derived.waited ?? []), ...(derived.voided ?? [])]
			: [])
	]);
}
