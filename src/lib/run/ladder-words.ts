import type { Money } from '$lib/core';
import { spendOfStep, type Spend } from './cost';
import { lastAttempt, type RunState, type StepState } from './state';

/** The ladder and its cost in words, the same on a cell and in an export. */

/** `0.012 EUR`: two digits, or as many as it takes to see that it is not nothing. */
export function sayMoney({ amount, currency }: Money): string {
	const digits = amount === 0 || amount >= 0.1 ? 2 : Math.min(8, 1 - Math.floor(Math.log10(amount)));
	return `${amount.toLocaleString('en-GB', { minimumFractionDigits: 2, maximumFractionDigits: digits })} ${currency}`;
}

/** `1.20 EUR and 0.30 USD`; with `cost unknown for 2 of 5 calls` where that is so; `nothing paid` where nothing was. */
export function saySpend(spend: Spend): string {
	const known = Object.entries(spend.money).map(([currency, amount]) => sayMoney({ amount, currency }));
	const unknown =
		spend.unknown === 0
			? []
			: [
					spend.remote === 1
						? 'cost unknown'
						: `cost unknown for ${spend.unknown} of ${spend.remote} remote calls`
				];
	const parts = [...(known.length > 0 ? [known.join(' and ')] : []), ...unknown];
	return parts.length > 0 ? parts.join(', ') : 'nothing paid: no remote model was asked';
}

/** Who answered, how the ladder led there and what it cost; nothing where no model did, or in runs without a ladder. */
export function sayLadder(state: RunState, step: StepState): string[] {
	const attempt = lastAttempt(step);
	const rung = attempt?.rung;
	if (!state.ladder || !rung || !attempt.prompt || attempt.status === 'held') return [];
	const verb = attempt.status === 'succeeded' ? 'answered by' : 'asked';
	const place =
		rung.place > 1 || step.ladder.switched.length > 0 ? `, choice ${rung.place} of ${rung.of}` : '';
	const spend = spendOfStep(state, step);
	return [
		`${verb} ${rung.title}${place}`,
		...step.ladder.switched.map(({ from, to }) => `${from.title} could not, so ${to.title}`),
		...(attempt.withheld.length > 0 ? [`kept here: ${attempt.withheld.join(', ')}`] : []),
		...(attempt.consent === 'once' ? ['let go once'] : []),
		...(attempt.consent === 'workflow' ? ['let go for this workflow'] : []),
		...(spend.remote > 0 ? [saySpend(spend)] : [])
	];
}
