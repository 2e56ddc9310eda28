import * as z from 'zod';

/** A whole number that a person enters; refused in words that say what is taken. */
export function wholeNumber(least: number, most: number) {
	const error = `Enter a whole number from ${least} to ${most.toLocaleString('en-GB')}.`;
	return z.int({ error }).min(least, { error }).max(most, { error });
}
