import { hashOf, type ConfiguredModel } from '$lib/core';
import { routesOf, type Workflow } from '$lib/workflow';
import { decide, type Command } from './decide';
import { due, mayBegin, type Effect } from './due';
import type { RunEvent } from './event';
import { apply } from './fold';
import { rungAfter, rungOf, type Rung } from './ladder';
import { reviewRules } from './review';
import { emptyRun, lastAttempt, type RunState, type StepState } from './state';
import { refTo } from './testing';

type Execute = Extract<Effect, { type: 'execute' }>;

/** Two more models than the built-in one that is chosen; the first is elsewhere. */
const LADDER = [model('far', false), model('near', true)];

function model(id: string, onDevice: boolean): ConfiguredModel {
	return { id, title: id, choice: { id, title: id, onDevice, config: {} }, tier: 'small' };
}

/** Plays a run: each number chooses what happens next. */
export class Simulation {
	readonly state: RunState = emptyRun('r1');
	readonly events: RunEvent[] = [];
	now = 1_000;
	/** Attempts that this host has in flight. */
	readonly flying = new Set<string>();
	/** How many came to their turn and were not due any more. */
	outdated = 0;
	/** Attempts that were due and wait for their turn at a model, by id. */
	readonly queued = new Map<string, Execute>();

	constructor(
		definition: Workflow,
		/** Called before each event is folded. */
		private readonly watch: (state: RunState, event: RunEvent) => void = () => undefined
	) {
		this.command({
			type: 'start',
			number: 1,
			title: 'Run',
			date: '2026-11-23',
			trigger: 'person',
			definition,
			definitionHash: hashOf('x'),
			workflowVersion: 1,
			inputs: {},
			sources: {},
			provider: { id: 'built-in', title: 'Built-in', onDevice: true, config: {} },
			ladder: { models: LADDER, lastResort: 'person' }
		});
	}

	say(event: RunEvent): void {
		this.watch(this.state, event);
		this.events.push(event);
		apply(this.state, event);
	}

	/** True when the command was accepted. */
	command(command: Command): boolean {
		const decided = decide(this.state, command, { now: (this.now += 1) });
		if (decided.ok) for (const event of decided.value) this.say(event);
		return decided.ok;
	}

	/** One thing happens: `choice` says how, `pick` which. False when nothing could. */
	step(choice: number, pick = Math.floor(choice / 7)): boolean {
		this.now += 1 + (choice % 7);
		const effects = due(this.state, this.now).filter(
			(effect) =>
				effect.type !== 'execute' || !(this.flying.has(effect.attemptId) || this.queued.has(effect.attemptId))
		);
		const flying = [...this.flying].flatMap((id) => this.#attemptOf(id) ?? []);
		const waiting = Object.values(this.state.steps).filter(
			(step) => step.status === 'waiting' || step.status === 'failed'
		);
		const options: (() => void)[] = [
			...effects.map((effect) => () => this.#carryOut(effect, choice)),
			...[...this.queued.values()].map((effect) => () => this.#takeTurn(effect)),
			...flying.map((step) => () => this.#answer(step, choice)),
			...waiting.map((step) => () => this.#person(step, choice))
		];
		if (choice % 29 === 0) options.unshift(() => this.#change(choice));
		if (choice % 97 === 0) options.unshift(() => this.#crash());
		if (choice % 53 === 0) options.unshift(() => this.command({ type: 'pause', reason: '' }));
		if (this.state.paused) options.push(() => this.command({ type: 'resume' }));
		const option = options[pick % Math.max(1, options.length)];
		option?.();
		return option !== undefined;
	}

	#attemptOf(id: string): StepState | undefined {
		return Object.values(this.state.steps).find((step) => lastAttempt(step)?.id === id);
	}

	#takeTurn(effect: Execute): void {
		const { attemptId, stepId, revision, attempt } = effect;
		this.queued.delete(attemptId);
		if (!mayBegin(this.state, effect)) {
			this.outdated += 1;
			return;
		}
		this.flying.add(attemptId);
		const at = this.now;
		this.say({ type: 'attempt.started', at, attemptId, stepId, revision, attempt, inputs: {} });
	}

	#crash(): void {
		this.flying.clear();
		this.queued.clear();
	}

	#carryOut(effect: Effect, choice: number): void {
		const at = this.now;
		switch (effect.type) {
			case 'execute': {
				const { attemptId, stepId } = effect;
				if (effect.resume) return this.#brokenOff(stepId, attemptId);
				this.queued.set(attemptId, effect);
				// Whatever else happens before its turn comes.
				return choice % 3 === 0 ? undefined : this.#takeTurn(effect);
			}
			case 'ask':
			case 'weigh': {
				const { stepId, revision } = effect;
				const gate = { at, stepId, revision, draft: refTo(`${stepId} ${choice}`) };
				if (effect.type === 'weigh' && choice % 2 === 0)
					return this.say({ type: 'review.passed', ...gate, why: 'condition', because: '' });
				const deadline = reviewRules(this.state, stepId)?.deadline ? { deadline: at + (choice % 50) } : {};
				return this.say({ type: 'review.requested', ...gate, ...deadline });
			}
			case 'expire': {
				const step = this.state.steps[effect.stepId];
				if (!step?.request) return;
				const { draft } = step.request;
				const gate = { at, stepId: step.id, revision: step.revision, draft, because: '' };
				if (effect.then === 'reject') return this.say({ type: 'review.expired', ...gate });
				return this.say({ type: 'review.passed', ...gate, why: 'deadline' });
			}
			case 'ask-person':
				return this.say({ type: 'person.asked', at, stepId: effect.stepId, why: effect.why });
			case 'fall-back': {
				const use = this.state.steps[effect.stepId]?.def.fallback?.[effect.place]?.use ?? 'without';
				const output = use === 'value' ? { output: refTo('default') } : {};
				return this.say({
					type: 'fallback.used',
					at,
					stepId: effect.stepId,
					place: effect.place,
					use,
					...output
				});
			}
			case 'switch-rung': {
				const step = this.state.steps[effect.stepId];
				const [from, to] = step ? [rungOf(this.state, step), rungAfter(this.state, step)] : [];
				if (!from || !to) return;
				const named = ({ id, title, choice: { onDevice } }: Rung) => ({ id, title, onDevice });
				return this.say({
					type: 'rung.switched',
					at,
					stepId: effect.stepId,
					from: named(from),
					to: named(to),
					because: 'x',
					says: ''
				});
			}
			case 'judge': {
				const { attemptId, stepId, round } = effect;
				const again = round < 3 && choice % 2 === 0;
				return this.say({ type: 'round.judged', at, attemptId, stepId, round, again, because: '' });
			}
			case 'close': {
				const { attemptId, stepId } = effect;
				return this.say({ ...success(attemptId, stepId, at), output: refTo(`${stepId} out`) });
			}
			case 'give-up': {
				const { attemptId, stepId } = effect;
				const failure = { code: 'block.stuck', message: 'Stuck.', retryable: false };
				return this.say({ type: 'attempt.failed', at, attemptId, stepId, failure, egress: [], ms: 1 });
			}
			case 'sleep':
				return this.say({ type: 'wait.began', at, stepId: effect.stepId, until: at + (choice % 50) });
			case 'wake':
				return this.say({ type: 'wait.over', at, stepId: effect.stepId });
			case 'wait':
				this.now = effect.until;
				return;
			case 'finish':
				return this.say({ type: 'run.finished', at, status: effect.status });
		}
	}

	/** Found running with nobody who runs it. */
	#brokenOff(stepId: string, attemptId: string): void {
		const step = this.state.steps[stepId];
		const at = { at: this.now, attemptId, stepId };
		if (step && lastAttempt(step)?.intent) return this.say({ type: 'effect.unknown', ...at, reason: '' });
		this.say({ type: 'attempt.interrupted', ...at });
	}

	/** A person puts something else in the place of an output. */
	#change(choice: number): void {
		const done = Object.values(this.state.steps).filter((step) => step.output !== null);
		const step = done[choice % Math.max(1, done.length)];
		const output = refTo(`changed ${choice}`);
		const wasHash = step?.output?.hash ?? '';
		if (step) this.command({ type: 'change-output', stepId: step.id, wasHash, output, reason: '' });
	}

	/** An attempt in flight ends, in one way or another. */
	#answer(step: StepState, choice: number): void {
		const attempt = lastAttempt(step);
		if (!attempt) return;
		const [at, stepId, attemptId] = [this.now, step.id, attempt.id];
		if (step.def.job === 'act' && attempt.status === 'running' && !attempt.intent) {
			const says = 'POST https://far.example/';
			return this.say({ type: 'effect.intended', at, attemptId, stepId, hash: attemptId, key: stepId, says });
		}
		this.flying.delete(attemptId);
		if (attempt.intent && choice % 3 === 0)
			return this.say({ type: 'effect.unknown', at, attemptId, stepId, reason: '' });
		if (step.def.steps && attempt.status === 'running' && !step.block && choice % 11 !== 0) {
			const count = step.def.kind === 'map' ? choice % 5 : 1;
			return this.say({ type: 'block.opened', at, attemptId, stepId, count });
		}
		const rung = rungOf(this.state, step);
		if (rung && !rung.choice.onDevice && choice % 3 === 0) {
			return this.say({
				type: 'call.held',
				at,
				attemptId,
				stepId,
				why: choice % 2 === 0 ? 'consent' : 'budget',
				rung: { id: rung.id, title: rung.title, onDevice: false },
				origin: 'https://far.example',
				model: null,
				prompt: refTo(`${stepId} prompt`),
				marker: 'm',
				estimate: { input: 1, output: 1, cost: null },
				withheld: []
			});
		}
		if (choice % 4 === 0) {
			const failure = {
				code: choice % 3 === 0 ? 'x' : 'model.unreachable',
				message: 'It failed.',
				retryable: choice % 8 === 0
			};
			return this.say({ type: 'attempt.failed', at, attemptId, stepId, failure, egress: [], ms: 1 });
		}
		if (step.def.kind === 'branch') {
			const route = choice % 3 === 0 ? 'left' : 'right';
			this.say({ type: 'branch.taken', at, attemptId, stepId, route });
		}
		this.say(success(attemptId, stepId, at));
	}

	#person(step: StepState, choice: number): void {
		const { id: stepId, request } = step;
		if (step.asked?.why === 'unknown') {
			this.command({ type: 'settle-effect', stepId, happened: choice % 2 === 1, reason: '' });
		} else if (request) {
			const base = { stepId, draftHash: request.draft.hash, ticks: [] };
			if (choice % 23 === 0)
				this.command({ type: 'postpone', stepId, draftHash: base.draftHash, until: this.now + 30 });
			else if (choice % 13 === 0) this.command({ type: 'reject', ...base, button: 'away', reason: 'No.' });
			else if (choice % 5 === 0) this.command({ type: 'ask-for-changes', ...base, reason: 'Again.' });
			else if (choice % 41 === 0) this.command({ type: 'reject', ...base, reason: 'No.' });
			else this.command({ type: 'approve', ...base });
		} else if (step.asked && step.ladder.held && step.asked.about === step.ladder.held.prompt) {
			const { hash } = step.ladder.held.prompt;
			const scope = choice % 2 === 0 ? 'once' : 'workflow';
			if (choice % 5 < 3) this.command({ type: 'allow-call', stepId, hash, scope });
			else this.command({ type: 'refuse-call', stepId, hash, scope, instead: 'next' });
		} else if (choice % 3 === 0) {
			this.command({ type: 'skip', stepId, reason: 'Not needed.' });
		} else if (step.status === 'failed' && choice % 3 === 1) {
			this.command({ type: 'retry', stepId });
		} else {
			const ways = step.def.kind === 'branch' ? (routesOf(step.def) ?? []) : [];
			const route = ways[choice % Math.max(1, ways.length)];
			const chosen = route === undefined ? {} : { route };
			this.command({ type: 'answer', stepId, output: refTo('by hand'), reason: '', ...chosen });
		}
	}
}

function success(attemptId: string, stepId: string, at: number) {
	return {
		type: 'attempt.succeeded' as const,
		at,
		attemptId,
		stepId,
		output: refTo(`${attemptId} out`),
		evidence: [],
		flags: [],
		verdicts: [],
		egress: [],
		ms: 1
	};
}
