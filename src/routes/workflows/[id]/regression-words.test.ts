import type { RegressionResult } from '$lib/app';
import { describe, expect, it } from 'vitest';
import { outcomeOf } from './regression-words';

const BACK = { noteId: 'n', instruction: 'No cents.', reason: 'The text still says € 4.50.' };

function result(after: string | null, back = [] as (typeof BACK)[]): Pick<RegressionResult, 'cases'> {
	const one = { stepId: 'draft', gateId: 'review', title: 'Draft', before: 'a', after };
	return { cases: [{ ...one, back, kept: 0, unjudged: 0 }] };
}

describe('going through approved runs once more', () => {
	it.each([
		['back', [result('b', [BACK])], 0],
		['none-back', [result('b'), result('b')], 0],
		['open', [result('b'), result(null)], 0],
		['open', [result('b')], 2],
		['nothing', [result(null)], 0],
		['nothing', [], 3]
	])('comes to “%s”', (kind, results, missing) => {
		expect(outcomeOf(results, missing).kind).toBe(kind);
	});

	it('says of how many drafts it speaks', () => {
		expect(outcomeOf([result('b'), result(null)], 1).title).toBe(
			'No correction would come back in 1 of 3 drafts'
		);
	});
});
