import { expect, it } from 'vitest';
import { sourcePlace } from './rendered';

const SOURCE =
	'# Week\n\nCosts were flat. **Costs** were flat, says [the list](https://a.example/costs-were). Costs were flat.\n\n| A | € 48.20 |';
const found = (quote: string, before: string) => {
	const place = sourcePlace(SOURCE, quote, before);
	return place && [SOURCE.slice(place.start, place.end), place.start];
};

it('finds words as they are read, whatever marks stand between them', () => {
	expect(found('Costs were flat', 'Week ')).toEqual(['Costs were flat', SOURCE.indexOf('Costs')]);
	expect(found('the list . Costs', 'Week Costs were flat.  Costs  were flat, says ')?.[0]).toBe(
		'the list](https://a.example/costs-were). Costs'
	);
	expect(found('A € 48.20', '')?.[0]).toBe('A | € 48.20');
	expect(found('€ 48.20', '')?.[0]).toBe('€ 48.20');
});

it('of words that read alike takes those that were meant', () => {
	const read = 'Week Costs were flat.  Costs  were flat, says  the list . ';
	expect(found('Costs were flat', 'Week Costs were flat. ')?.[0]).toBe('Costs** were flat');
	expect(found('Costs were flat.', read)).toEqual([
		'Costs were flat.',
		SOURCE.lastIndexOf('Costs were flat.')
	]);
});

it('says when there is no such place', () => {
	expect(found('never written', '')).toBeNull();
	expect(found(' – ', 'Week')).toBeNull();
});
