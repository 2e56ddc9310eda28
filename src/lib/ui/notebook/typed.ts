import { numbersIn, quantitiesIn, type FoundNumber, type Json } from '$lib/core';
import { fits } from './claims';
import type { Marked } from './flags';

/** Every number that a value holds, in its data and in its texts. */
export function numbersOf(value: Json): number[] {
	if (typeof value === 'number') return [value];
	if (typeof value === 'string') return numbersIn(value).map((number) => number.value);
	if (value === null || typeof value !== 'object') return [];
	return Object.values(value).flatMap(numbersOf);
}

/**
 * Numbers of an edited copy that stand neither in the draft nor in the material, as written, each once. The material
 * can hold very many, so it is asked for only when the draft has no such number.
 */
export function typedNumbers(text: string, draft: string, material: () => readonly number[]): string[] {
	const drafted = numbersOf(draft);
	const typed = quantitiesIn(text).filter((number) => {
		const same = (value: number) => fits(number, value) || isCut(number, value);
		return !drafted.some(same) && !material().some(same);
	});
	return [...new Set(typed.map(({ raw, percent }) => (percent ? `${raw} %` : raw)))];
}

/** People take decimals off without rounding. Of a small number that would say too little. */
function isCut(written: FoundNumber, value: number): boolean {
	const size = Math.abs(written.value);
	const unit = 10 ** -written.decimals;
	const more = Math.abs(value) - size;
	return size >= 10 * unit && more >= 0 && more < unit - 1e-9;
}

const MOST = 8;

/** A hint at the gate: a person may well know a number that no file holds. */
export function markTyped(numbers: readonly string[]): Marked {
	const left = numbers.length - MOST;
	const said = numbers.slice(0, MOST).join(', ') + (left > 0 ? ` and ${left} more` : '');
	return {
		state: 'wait',
		word: 'Typed by you',
		text: `Not found in the material: ${said}.`,
		aside: 'Only a hint; it stops nothing.'
	};
}
