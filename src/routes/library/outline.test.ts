import { expect, test } from 'vitest';
import { grouped } from './outline';

test('slides, parts and moments are groups with a title, paragraphs stand alone, white space is nothing', () => {
	const text = 'One\nTwo\nThree\nWhen: Monday\nHello.\n\nEnd';
	const at = (words: string) => ({ start: text.indexOf(words), end: text.indexOf(words) + words.length });
	const groups = grouped(text, [
		{ ...at('One'), place: { in: 'slide', slide: 1, paragraph: 1 } },
		{ ...at('Two'), place: { in: 'slide', slide: 1, paragraph: 2 } },
		{ ...at('Three'), place: { in: 'slide', slide: 2, paragraph: 1 } },
		{ ...at('When: Monday'), place: { in: 'part', part: 'event 1', line: 1 } },
		{ ...at('Hello.'), place: { in: 'time', from: 72_400, to: 75_000 } },
		{ start: at('Hello.').end, end: at('End').start, place: { in: 'paragraph', paragraph: 1 } },
		{ ...at('End'), place: { in: 'paragraph', paragraph: 2 } }
	]);
	expect(groups.map(({ title, rows }) => [title, rows.map((row) => row.text)])).toEqual([
		['Slide 1', ['One', 'Two']],
		['Slide 2', ['Three']],
		['Event 1', ['When: Monday']],
		['00:01:12', ['Hello.']],
		['', ['End']]
	]);
	expect(groups[1]?.rows[0]?.words).toBe('slide 2, paragraph 1');
});
