import { BUILT_IN, DONE, fail, failure, ok, type Result } from '$lib/core';
import {
	apply,
	due,
	emptyRun,
	lastAttempt,
	rungOf,
	type Effect,
	type RunEvent,
	type RunState
} from '$lib/run';
import { stepKind } from '$lib/steps';
import { fallBack, switchRung } from './asking';
import { carryOut } from './attempt';
import type { AttemptPorts, Execute } from './attempt-log';
import { closeBlock, giveUpBlock, judgeRound } from './block-work';
import type { Engine } from './engine';
import { requestReview } from './gates';
import type { How, Log, MakeEvents } from './run-log';
import { ValueBook } from './values';

/** A run that lives in memory alone: the same steps, the same prompts, and no log, no library, nothing outside. */
class TrialLog implements Log {
	readonly state: RunState;

	constructor(
		readonly id: string,
		begin: readonly RunEvent[]
	) {
		this.state = emptyRun(id);
		for (const event of begin) apply(this.state, event);
	}

	append(make: MakeEvents, _how: How): Promise<Result<void>> {
		for (const event of make(this.state)?.events ?? []) apply(this.state, event);
		return Promise.resolve(DONE);
	}
}

/**
 * Goes through a run in memory from its first facts up to where a person would be asked, something would act, or time would
 * be waited for. Only models on this device are asked: what leaves it has to be on record. The state as far as it came.
 */
export async function tryRun(
	engine: Engine,
	id: string,
	begin: readonly RunEvent[]
): Promise<Result<{ state: RunState; values: ValueBook }>> {
	const log = new TrialLog(id, begin);
	const values = new ValueBook(engine.ports.store);
	const ports: AttemptPorts = {
		...engine.attemptPorts(),
		values,
		earlier: async () => null,
		emit: () => undefined,
		loading: () => undefined,
		reading: () => undefined,
		save: async () => fail(failure('trial.acts', 'A trial writes nothing.'))
	};
	for (;;) {
		const next = due(log.state, engine.now()).find((effect) => mayGoOn(log.state, effect));
		if (!next) return ok({ state: log.state, values });
		const step = 'stepId' in next ? log.state.steps[next.stepId] : undefined;
		const rung = step && rungOf(log.state, step);
		if (next.type === 'execute' && rung && !rung.choice.onDevice) {
			return fail(
				failure(
					'trial.elsewhere',
					`“${step.def.title}” would ask ${rung.title}, which is elsewhere, and a trial stands in no record of what left the device. Nothing was sent.`
				)
			);
		}
		if (next.type === 'execute' && rung && rung.choice.id !== BUILT_IN.id && engine.isBusy) {
			return fail(
				failure(
					'trial.busy',
					'A run is at work, and models on this device do one thing at a time. Try again when it is done.',
					{ retryable: true }
				)
			);
		}
		await goOn(log, next, ports);
	}
}

/** False for what a trial stops at: a person, an act, a wait, the end. */
function mayGoOn(state: RunState, effect: Effect): boolean {
	if (effect.type === 'execute') return stepKind(state.steps[effect.stepId]?.def.kind ?? '')?.acts !== true;
	if (effect.type === 'fall-back')
		return state.steps[effect.stepId]?.def.fallback?.[effect.place]?.use !== 'person';
	return ['judge', 'close', 'give-up', 'switch-rung', 'ask'].includes(effect.type);
}

async function goOn(log: Log, effect: Effect, ports: AttemptPorts): Promise<void> {
	switch (effect.type) {
		case 'execute':
			return execute(log, effect, ports);
		case 'ask':
			await log.append((state) => requestReview(state, effect, ports), { durability: 'relaxed' });
			return;
		case 'switch-rung':
			return switchRung(log, effect.stepId, ports);
		case 'fall-back':
			return fallBack(log, effect, ports);
		case 'give-up':
			return giveUpBlock(log, effect, ports);
		case 'judge':
		case 'close': {
			const step = log.state.steps[effect.stepId];
			if (!step) return;
			if (effect.type === 'close') return closeBlock(log, step, ports);
			return judgeRound(log, step, effect.round, new AbortController().signal, ports);
		}
	}
}

async function execute(log: Log, effect: Execute, ports: AttemptPorts): Promise<void> {
	const step = log.state.steps[effect.stepId];
	const stop = new AbortController();
	const timer = setTimeout(() => stop.abort('timeout'), (step?.def.timeoutSeconds ?? 120) * 1000);
	await carryOut(log, effect, stop.signal, ports);
	clearTimeout(timer);
	const attempt = step && lastAttempt(step);
	// Whoever gives up without a word would be asked for ever.
	if (!attempt || attempt.status === 'running')
		apply(log.state, {
			...{ type: 'attempt.failed', at: ports.now(), attemptId: effect.attemptId, stepId: effect.stepId },
			...{ failure: failure('trial.gave-up', 'The step came to no end.'), egress: [], ms: 0 }
		});
}
