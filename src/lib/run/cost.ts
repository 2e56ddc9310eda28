import type { Money, Price, Usage } from '$lib/core';
import type { Estimate } from './event-parts';
import type { AttemptState, RunState, StepState } from './state';

/** What calls took and cost. Money is known only where a price and both counts are; what is not known is counted, never 0. */

/** Tokens, time and money of some calls. */
export interface Spend {
	/** Calls of models, on this device and elsewhere. */
	calls: number;
	/** Calls to remote models: only these cost money. */
	remote: number;
	/** Remote calls of which nobody knows what they cost. */
	unknown: number;
	/** Amount by currency; nothing is converted. */
	money: Record<string, number>;
	/** Tokens read and written, of the calls that told; null when none did. */
	input: number | null;
	output: number | null;
	/** Working time, ms. */
	ms: number;
}

export const NO_SPEND: Spend = {
	calls: 0,
	remote: 0,
	unknown: 0,
	money: {},
	input: null,
	output: null,
	ms: 0
};

/** Answers are taken to be this long at most where the step sets no limit, tokens. */
export const ASSUMED_OUTPUT = 4_000;

const MILLION = 1_000_000;

/** The cost of one call; null where the price or a count is unknown. */
export function costOf(usage: Usage | null, price: Price | null | undefined): Money | null {
	if (!price || !usage || usage.input === null || usage.output === null) return null;
	const amount = (usage.input * price.input + usage.output * price.output) / MILLION;
	return { amount, currency: price.currency };
}

/** What a call will take at most: the prompt as it stands, and an answer as long as it may be. */
export function estimateOf(
	promptTokens: number,
	maxTokens: number | null,
	price: Price | null | undefined
): Estimate {
	const usage = { input: promptTokens, output: maxTokens ?? ASSUMED_OUTPUT };
	return { ...usage, cost: costOf(usage, price) };
}

/** The price that an attempt was made at: the one in the run's own list. */
export function priceOf(state: RunState, attempt: Pick<AttemptState, 'rung'>): Price | null {
	const model = state.ladder?.models.find((one) => one.id === attempt.rung?.id);
	return model?.price ?? null;
}

/** True for an attempt that asked a model, or may have. One that was held was made ready and not sent. */
export function isCall({ prompt, status }: AttemptState): boolean {
	return prompt !== null && status !== 'held';
}

/** What one attempt took; null where it was no call of a model. */
export function spendOfAttempt(state: RunState, attempt: AttemptState): Spend | null {
	if (!isCall(attempt)) return null;
	const isRemote = attempt.provider?.onDevice === false;
	const cost = isRemote ? costOf(attempt.usage, priceOf(state, attempt)) : null;
	return {
		calls: 1,
		remote: Number(isRemote),
		unknown: Number(isRemote && cost === null),
		money: cost ? { [cost.currency]: cost.amount } : {},
		input: attempt.usage?.input ?? null,
		output: attempt.usage?.output ?? null,
		ms: attempt.ms ?? 0
	};
}

/** Two spends as one. */
export function addSpend(a: Spend, b: Spend): Spend {
	const money = { ...a.money };
	for (const [currency, amount] of Object.entries(b.money)) money[currency] = (money[currency] ?? 0) + amount;
	return {
		calls: a.calls + b.calls,
		remote: a.remote + b.remote,
		unknown: a.unknown + b.unknown,
		money,
		input: plus(a.input, b.input),
		output: plus(a.output, b.output),
		ms: a.ms + b.ms
	};
}

function plus(a: number | null, b: number | null): number | null {
	return a === null ? b : b === null ? a : a + b;
}

export function spendOfStep(state: RunState, step: StepState): Spend {
	return step.attempts.reduce((sum, one) => addSpend(sum, spendOfAttempt(state, one) ?? NO_SPEND), NO_SPEND);
}

export function spendOfRun(state: RunState): Spend {
	return Object.values(state.steps).reduce((sum, step) => addSpend(sum, spendOfStep(state, step)), NO_SPEND);
}

/** Tokens written in a second of working time; null where either is unknown. */
export function tokensPerSecond({ usage, ms }: Pick<AttemptState, 'usage' | 'ms'>): number | null {
	return !usage?.output || !ms ? null : usage.output / (ms / 1000);
}

/** What was, or will at most be, spent by then in one currency: calls under way count with what they may cost. */
export function boundOfRun(state: RunState, currency: string): { spent: number; unknown: number } {
	let [spent, unknown] = [0, 0];
	for (const attempt of Object.values(state.steps).flatMap((step) => step.attempts)) {
		if (!isCall(attempt) || attempt.provider?.onDevice !== false) continue;
		const cost = costOf(attempt.usage, priceOf(state, attempt)) ?? attempt.estimate?.cost;
		if (cost?.currency === currency) spent += cost.amount;
		else unknown += 1;
	}
	return { spent, unknown };
}

/** Whether a call fits a budget. `unknown`: its price is not known, or in another currency. */
export function fitsBudget(limit: Money, spent: number, cost: Money | null): 'within' | 'beyond' | 'unknown' {
	if (cost?.currency !== limit.currency) return 'unknown';
	return spent + cost.amount > limit.amount ? 'beyond' : 'within';
}

/** What one model took on one day, for lists that fold no log. The day is UTC, yyyy-mm-dd. */
export interface DaySpend extends Spend {
	day: string;
	model: string;
	/**
	 * By currency, the most that ended calls at a known price may have cost which told no tokens. They count as unknown.
	 * Absent where there are none, and in rows of earlier releases.
	 */
	most?: Record<string, { calls: number; amount: number }>;
}

/** The remote calls of a run by day and model. Those under way count as unknown until they have told. */
export function daysOf(state: RunState): DaySpend[] {
	const days = new Map<string, DaySpend>();
	if (!state.ladder) return [];
	for (const attempt of Object.values(state.steps).flatMap((step) => step.attempts)) {
		const spend = spendOfAttempt(state, attempt);
		if (!spend || spend.remote === 0) continue;
		const day = new Date(attempt.startedAt).toISOString().slice(0, 10);
		const model = attempt.rung?.title ?? attempt.provider?.title ?? '';
		const key = `${day} ${model}`;
		const before = days.get(key);
		const most = mostOf(before?.most, attempt, spend);
		days.set(key, { day, model, ...addSpend(before ?? NO_SPEND, spend), ...(most ? { most } : {}) });
	}
	return [...days.values()];
}

function mostOf(
	before: DaySpend['most'],
	{ estimate, status }: AttemptState,
	spend: Spend
): DaySpend['most'] {
	const cost = estimate?.cost;
	if (spend.unknown === 0 || !cost || status === 'running') return before;
	const { calls, amount } = before?.[cost.currency] ?? { calls: 0, amount: 0 };
	return { ...before, [cost.currency]: { calls: calls + 1, amount: amount + cost.amount } };
}
