import { retryAfterOf } from '$lib/core';
import { allowance, heldWhileLoading, type Allowance } from '$lib/models';
import { due, lastAttempt, mayBegin, rungOf, type Effect, type RunState, type Rung } from '$lib/run';
import { isStorageError } from '$lib/storage';
import { unknownAfterBreak } from './act';
import { askPerson, beginWait, fallBack, switchRung, turnedAway } from './asking';
import { carryOut } from './attempt';
import { keptOf, type AttemptPorts, type Execute } from './attempt-log';
import { closeBlock, giveUpBlock, judgeRound } from './block-work';
import { brokenOff, logBroken, logBrokenBlock } from './broken';
import { expireReview, requestReview, weighGate } from './gates';
import { Lanes, type LaneLimits } from './lanes';
import type { MakeEvents, RunLog } from './run-log';

/** Calls to one server that may be under way together. */
const AT_ONCE = 4;

/** Longest time without a look at a run that waits for a point in time, ms. */
const LONGEST_NAP_MS = 30_000;
/** After a commit that failed, such as on a full disk, the run is read and looked at again this much later, ms. */
const AGAIN_MS = 3_000;

/**
 * Makes what is in flight equal to what is due. Starting, resuming after a crash, taking over from another tab and
 * going on after a step are this one path.
 */
export class Reconciler {
	#flying = new Map<string, { stop: AbortController; runId: string; effect: Execute | null }>();
	#timers = new Map<string, ReturnType<typeof setTimeout>>();
	#stopped = false;
	readonly #lanes = new Lanes(() => performance.now());

	constructor(
		private readonly ports: AttemptPorts,
		private readonly onEnded: (runId: string) => void
	) {}

	/** True while any attempt is being carried out here. */
	get busy(): boolean {
		return this.#flying.size > 0;
	}

	/** Looks at a run and starts what should be going on. Cheap and safe to call at any time. */
	look(log: RunLog): void {
		if (this.#stopped) return;
		if (log.state.ended) {
			this.#abandon(log.id);
			void this.ports.salvage.forget(log.id);
			this.onEnded(log.id);
			return;
		}
		this.#stopOvertaken(log);
		let until = Infinity;
		for (const effect of due(log.state, this.ports.now())) {
			switch (effect.type) {
				case 'execute':
					if (!this.#flying.has(effect.attemptId)) this.#execute(log, effect);
					break;
				case 'judge':
				case 'close':
					this.#tend(log, effect);
					break;
				case 'give-up':
					this.#once(log, `give up ${effect.attemptId}`, () => giveUpBlock(log, effect, this.ports));
					break;
				case 'ask-person':
					this.#once(log, `ask ${effect.stepId}`, () => askPerson(log, effect, this.ports));
					break;
				case 'fall-back':
					this.#once(log, `fall ${effect.stepId}`, () => fallBack(log, effect, this.ports));
					break;
				case 'switch-rung':
					this.#once(log, `rung ${effect.stepId}`, () => switchRung(log, effect.stepId, this.ports));
					break;
				case 'sleep':
					this.#once(log, `sleep ${effect.stepId}`, () => beginWait(log, effect.stepId, this.ports));
					break;
				case 'ask':
					this.#write(log, 'strict', (state) => requestReview(state, effect, this.ports));
					break;
				case 'weigh':
					this.#once(log, `weigh ${effect.stepId}`, (signal) => weighGate(log, effect, signal, this.ports));
					break;
				case 'expire':
					this.#write(log, 'strict', (state) => expireReview(state, effect, this.ports));
					break;
				case 'wake':
					this.#write(log, 'strict', (state) =>
						state.steps[effect.stepId]?.status === 'sleeping'
							? { events: [{ type: 'wait.over', at: this.ports.now(), stepId: effect.stepId }] }
							: null
					);
					break;
				case 'finish':
					this.#write(log, 'strict', (state) =>
						state.ended
							? null
							: { events: [{ type: 'run.finished', at: this.ports.now(), status: effect.status }] }
					);
					return;
				case 'wait':
					until = Math.min(until, effect.until);
					break;
			}
		}
		this.#wake(log, until);
	}

	/** Stops everything at once: the lease is lost or the engine closes. Nothing more is logged by what was stopped. */
	stop(): void {
		this.#stopped = true;
		for (const { stop } of this.#flying.values()) stop.abort('stopped');
		for (const timer of this.#timers.values()) clearTimeout(timer);
		this.#lanes.close();
		this.#flying.clear();
		this.#timers.clear();
	}

	#execute(log: RunLog, effect: Execute): void {
		const { attemptId, stepId } = effect;
		if (effect.resume) {
			// The log says that it runs and nobody runs it: the tab that did is gone. Say so, then try anew. What may have
			// gone out is not tried anew: a person is asked.
			const step = log.state.steps[stepId];
			if (step && lastAttempt(step)?.intent) {
				this.#write(log, 'strict', (state) => unknownAfterBreak(state, effect, this.ports.now()));
				return;
			}
			this.#once(log, `interrupted ${attemptId}`, () => this.#interrupt(log, effect));
			return;
		}
		const attempt = async (signal: AbortSignal, stop: AbortController) => {
			const leave = await this.#enter(log, stepId, signal);
			const step = log.state.steps[stepId];
			const isStill = mayBegin(log.state, effect);
			// The time of the step begins when its turn does.
			const time = allowance((step?.def.timeoutSeconds ?? 120) * 1000, () => stop.abort('timeout'));
			try {
				if (leave && isStill) await carryOut(log, effect, signal, this.#timed(time));
				else if (isStill && !signal.aborted) await turnedAway(log, stepId, this.ports);
			} catch (cause) {
				if (isGivenUp(signal) || isStorageError(cause)) throw cause;
				await logBroken(log, effect, cause, this.ports);
			} finally {
				this.ports.release(attemptId);
				// Whoever takes over needs it.
				if (!this.#stopped) this.ports.salvage.end(attemptId);
				time.end();
				this.#leave(log, effect);
				leave?.();
			}
		};
		this.#fly(log, attemptId, attempt, effect);
	}

	async #interrupt(log: RunLog, effect: Execute): Promise<void> {
		const arrived = await this.ports.salvage.take(effect.attemptId);
		const kept = keptOf(log.state, effect, arrived, this.ports.values);
		this.#write(log, 'relaxed', (state) => brokenOff(state, effect, kept, this.ports.now()));
	}

	/** What was sent back, or lies in an item that was left, holds no place at a model that others wait for. */
	#stopOvertaken(log: RunLog): void {
		for (const { stop, runId, effect } of this.#flying.values())
			if (effect && runId === log.id && isOvertaken(log.state, effect)) stop.abort('overtaken');
	}

	/** The same ports for one attempt, whose own time stands still while its model is loaded. */
	#timed(time: Allowance): AttemptPorts {
		const held = heldWhileLoading(time);
		return {
			...this.ports,
			loading: (runId, attemptId, progress) => {
				held(progress);
				this.ports.loading(runId, attemptId, progress);
			}
		};
	}

	/** A place before the provider that the step will ask; at once for a step that asks none. */
	async #enter(log: RunLog, stepId: string, signal: AbortSignal): Promise<(() => void) | null> {
		const rung = asked(log.state, stepId);
		if (!rung) return () => undefined;
		const byHand = log.state.steps[stepId]?.ladder.byHand;
		return this.#lanes.enter(laneOf(rung), limitsOf(rung), signal, byHand);
	}

	/** A provider that said when to come again is left alone until then by everybody. */
	#leave(log: RunLog, { stepId, attemptId }: Execute): void {
		const step = log.state.steps[stepId];
		const last = step && lastAttempt(step);
		const told = last?.id === attemptId ? retryAfterOf(last.failure) : null;
		const rung = asked(log.state, stepId);
		if (rung && step?.failures && told !== null) this.#lanes.hold(laneOf(rung), told * 1000);
	}

	/** What a block needs between its inner steps. */
	#tend(log: RunLog, effect: Extract<Effect, { type: 'judge' | 'close' }>): void {
		const step = log.state.steps[effect.stepId];
		const name = `${effect.attemptId} ${effect.type}`;
		if (!step || this.#flying.has(name)) return;
		this.#fly(log, name, async (signal) => {
			try {
				if (effect.type === 'judge') await judgeRound(log, step, effect.round, signal, this.ports);
				else await closeBlock(log, step, this.ports);
			} catch (cause) {
				if (isGivenUp(signal) || isStorageError(cause)) throw cause;
				await logBrokenBlock(log, effect, cause, this.ports);
			}
		});
	}

	/** Something that is logged once it was worked out; asked for again meanwhile, it is left to the first. */
	#once(log: RunLog, name: string, work: (signal: AbortSignal) => Promise<void>): void {
		const id = `${log.id} ${name}`;
		if (!this.#flying.has(id)) this.#fly(log, id, work);
	}

	#fly(
		log: RunLog,
		name: string,
		work: (signal: AbortSignal, stop: AbortController) => Promise<void>,
		effect: Execute | null = null
	): void {
		const stop = new AbortController();
		this.#flying.set(name, { stop, runId: log.id, effect });
		const land = (isBroken: boolean) => {
			this.#flying.delete(name);
			if (isBroken || log.isStale) this.#again(log);
			else this.look(log);
		};
		// What failed without a word in the log would be due again at once.
		void work(stop.signal, stop).then(
			() => land(false),
			() => land(true)
		);
	}

	#write(log: RunLog, durability: 'strict' | 'relaxed', make: MakeEvents): void {
		void log.append(make, { durability }).then((written) => {
			if (!written.ok) this.#again(log);
			else if (durability === 'strict') this.look(log);
		});
		if (durability === 'relaxed') this.look(log);
	}

	/** Nobody else would go on with a run whose commit failed, so it is tried until the disk takes it. */
	#again(log: RunLog): void {
		const name = `${log.id} again`;
		if (this.#stopped || this.#timers.has(name)) return;
		const retry = async () => {
			this.#timers.delete(name);
			await log.reload();
			this.look(log);
		};
		this.#timers.set(
			name,
			setTimeout(() => void retry().catch(() => this.#again(log)), AGAIN_MS)
		);
	}

	/**
	 * Looks again when something is due, and at the latest after a while: a clock can jump, a device can sleep, and a
	 * timer of three weeks would be more than timers can hold.
	 */
	#wake(log: RunLog, until: number): void {
		clearTimeout(this.#timers.get(log.id));
		this.#timers.delete(log.id);
		if (until === Infinity) return;
		const pause = Math.min(LONGEST_NAP_MS, Math.max(0, until - this.ports.now()) + 5);
		this.#timers.set(
			log.id,
			setTimeout(() => this.look(log), pause)
		);
	}

	#abandon(runId: string): void {
		clearTimeout(this.#timers.get(runId));
		this.#timers.delete(runId);
		for (const flying of this.#flying.values()) if (flying.runId === runId) flying.stop.abort('ended');
	}
}

/** True when nobody wants the work any more; one that only took too long is still answered for. */
function isGivenUp(signal: AbortSignal): boolean {
	return signal.aborted && signal.reason !== 'timeout';
}

/** True when nobody waits for an attempt any more. What acts outside comes to its own end. */
function isOvertaken(state: RunState, { stepId, revision }: Execute): boolean {
	const step = state.steps[stepId];
	return step?.def.job !== 'act' && (step?.revision !== revision || step.status === 'skipped');
}

/** The model that a step will ask; null for one that asks none. */
function asked(state: RunState, stepId: string): Rung | null {
	const step = state.steps[stepId];
	return step ? rungOf(state, step) : null;
}

/** One queue for each engine on the device, since it does one thing at a time, and one for each remote model. */
function laneOf({ id, choice }: Rung): string {
	return choice.onDevice ? choice.id : id;
}

function limitsOf({ choice, limits }: Rung): LaneLimits {
	if (choice.onDevice) return { width: 1 };
	return { width: limits?.concurrent ?? AT_ONCE, perMinute: limits?.perMinute };
}
