import { wholeNumber } from '../whole-number';

/** How much a remote model takes. No server says it reliably, so only the person can; unknown is left out. */
export const contextSchema = wholeNumber(256, 100_000_000)
	.optional()
	.meta({ title: 'Context' })
	.describe(
		'Tokens of prompt and answer together, as the model’s maker states them. Longer material is then given in its nearest passages. Empty is unknown: all of it is sent.'
	);
