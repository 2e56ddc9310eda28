import { due, stepOf, type RunEvent, type RunState } from '$lib/run';
import { carryOut, type AttemptPorts } from './attempt';
import type { RunLog } from './run-log';

/**
 * Makes what is in flight equal to what is due. Starting, resuming after a crash, taking over from another tab and
 * going on after a step are this one path.
 */
export class Reconciler {
	#flying = new Map<string, { stop: AbortController; runId: string }>();
	#timers = new Map<string, ReturnType<typeof setTimeout>>();
	#stopped = false;

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
			this.onEnded(log.id);
			return;
		}
		let until = Infinity;
		for (const effect of due(log.state, this.ports.now())) {
			switch (effect.type) {
				case 'execute':
					if (!this.#flying.has(effect.attemptId)) this.#execute(log, effect);
					break;
				case 'ask':
					this.#write(log, 'strict', (state) => ask(state, effect.stepId, effect.revision, this.ports.now()));
					break;
				case 'finish':
					this.#write(log, 'strict', (state) =>
						state.ended ? null : { type: 'run.finished', at: this.ports.now(), status: effect.status }
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
		this.#flying.clear();
		this.#timers.clear();
	}

	#execute(log: RunLog, effect: Parameters<typeof carryOut>[1]): void {
		const { attemptId, stepId } = effect;
		if (effect.resume) {
			// The log says that it runs and nobody runs it: the tab that did is gone. Say so, then try anew.
			this.#write(log, 'relaxed', (state) =>
				state.steps[stepId]?.status === 'running'
					? { type: 'attempt.interrupted', at: this.ports.now(), attemptId, stepId }
					: null
			);
			return;
		}
		const stop = new AbortController();
		this.#flying.set(attemptId, { stop, runId: log.id });
		const seconds = stepOf(log.state, stepId)?.timeoutSeconds ?? 120;
		const timer = setTimeout(() => stop.abort('timeout'), seconds * 1000);
		void carryOut(log, effect, stop.signal, this.ports).finally(() => {
			clearTimeout(timer);
			this.#flying.delete(attemptId);
			if (!log.isStale) this.look(log);
		});
	}

	#write(log: RunLog, durability: 'strict' | 'relaxed', make: (state: RunState) => RunEvent | null): void {
		void log
			.append(
				(state) => {
					const event = make(state);
					return event ? { events: [event] } : null;
				},
				{ durability }
			)
			.then((written) => {
				if (written.ok && durability === 'strict') this.look(log);
			});
		if (durability === 'relaxed') this.look(log);
	}

	#wake(log: RunLog, until: number): void {
		clearTimeout(this.#timers.get(log.id));
		this.#timers.delete(log.id);
		if (until === Infinity) return;
		const pause = Math.max(0, until - this.ports.now()) + 5;
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

/** The request of a gate, made from the newest output of the step that it judges. */
function ask(state: RunState, stepId: string, revision: number, at: number): RunEvent | null {
	const step = state.steps[stepId];
	const reference = stepOf(state, stepId)?.inputs['draft'] ?? '';
	const draft = state.steps[reference.split('.')[1] ?? '']?.output;
	if (step?.status !== 'pending' || step.revision !== revision || !draft) return null;
	return { type: 'review.requested', at, stepId, revision, draft };
}
