import type { RegressionResult } from '$lib/app';
import { count } from '$lib/ui';

/** What going through approved runs once more came to. */
export interface Outcome {
	/** `open`: of some of them nothing can be said. */
	kind: 'back' | 'none-back' | 'open' | 'nothing';
	title: string;
}

/** `missing`: how many runs could not be gone through. A draft that was not made keeps no correction, and breaks none. */
export function outcomeOf(results: readonly Pick<RegressionResult, 'cases'>[], missing: number): Outcome {
	const cases = results.flatMap((one) => one.cases);
	const back = cases.reduce((sum, one) => sum + one.back.length, 0);
	const made = cases.filter(({ after }) => after !== null).length;
	const unmade = cases.length - made + missing;
	if (back > 0) return { kind: 'back', title: `${count(back, 'correction')} would come back` };
	if (made === 0) return { kind: 'nothing', title: 'Nothing could be held against it' };
	return unmade > 0
		? { kind: 'open', title: `No correction would come back in ${made} of ${made + unmade} drafts` }
		: { kind: 'none-back', title: 'No correction would come back' };
}
