import { fail, failure, hashOf, ok, type Failure, type Result } from '$lib/core';
import { originFor } from '$lib/models';
import {
	boundOfRun,
	estimateOf,
	fitsBudget,
	leaveOf,
	roughTokens,
	rungsOf,
	targetOf,
	type AttemptState,
	type RunState,
	type Rung,
	type StepState
} from '$lib/run';
import type { AblationAsk } from './api';
import type { Engine } from './engine';
import { readSettings } from './settings';

/** A try that would leave the device: where it would go, and whether that may be asked for at all. */

/**
 * The model elsewhere that answered then, where the same may be sent to it once more when the person says so. Not to a
 * place that the person said never of, and not with a note that is for this device only by now.
 */
export async function rungAway(
	engine: Engine,
	given: { state: RunState; step: StepState; attempt: AttemptState; noteId: string }
): Promise<Result<Rung>> {
	const { state, step, attempt, noteId } = given;
	const target = attempt.provider && targetOf(attempt.provider);
	const rung = rungsOf(state, step).find((one) => targetOf(one.choice) === target);
	const name = rung?.title ?? attempt.provider?.title ?? 'The model';
	if (!rung || attempt.withheld.length > 0)
		return no(
			'ablation.elsewhere',
			`What ${name} was sent then cannot be put together again: it is in this run’s list no more, or something was withheld.`
		);
	const { consents } = await readSettings(engine.ports.database);
	if (leaveOf(state, step, rung, null, consents) === 'never')
		return no('ablation.never', `You said that nothing of this workflow goes to ${name}.`);
	const others = attempt.given.filter(({ id }) => id !== noteId).map(({ id }) => id);
	const kept = await engine.ports.database.notes.bulkGet(others);
	if (kept.some((note) => note?.reach === 'local-only'))
		return no(
			'ablation.local-note',
			'Another note that the step was given is for this device only by now, so it cannot be sent again.'
		);
	return ok(rung);
}

/** What the person is asked before exactly this prompt is sent; a failure where it does not fit a budget. */
export async function askAway(
	engine: Engine,
	state: RunState,
	rung: Rung,
	maxTokens: unknown,
	prompt: string
): Promise<Result<AblationAsk>> {
	const limit = typeof maxTokens === 'number' ? maxTokens : null;
	const { input, output, cost } = estimateOf(roughTokens(prompt), limit, rung.price);
	const { budget } = await readSettings(engine.ports.database);
	const run = state.ladder?.budget;
	const ports = engine.attemptPorts();
	const fits =
		(!run || fitsBudget(run, boundOfRun(state, run.currency).spent, cost) === 'within') &&
		(!budget.month ||
			fitsBudget(budget.month, (await ports.spentThisMonth(budget.month.currency)).spent, cost) === 'within');
	if (!fits) return no('ablation.budget', 'This try does not surely fit your budget.');
	const { model } = rung.choice.config;
	return ok({
		asks: true,
		title: rung.title,
		origin: originFor(rung.choice) ?? rung.title,
		model: typeof model === 'string' ? model : null,
		...{ prompt, hash: hashOf(prompt), bytes: new TextEncoder().encode(prompt).length },
		estimate: { input, output, cost }
	});
}

function no(code: string, message: string): { ok: false; failure: Failure } {
	return fail(failure(code, `${message} Nothing was sent, and nothing was changed.`));
}
