import { expect, it } from 'vitest';
import { laterTimes } from './later';

const titles = (at: Date, before: Date | null = null) =>
	laterTimes(at.getTime(), before?.getTime() ?? null).map(({ title }) => title);

it('offers times to come, each once, none after the time is up', () => {
	const wednesday = new Date(2026, 10, 25, 10);
	expect(titles(wednesday)).toEqual(['In an hour', 'This evening', 'Tomorrow morning', 'On Monday']);
	expect(titles(wednesday, new Date(2026, 10, 26, 8))).toEqual(['In an hour', 'This evening']);
	expect(titles(new Date(2026, 10, 25, 20))).not.toContain('This evening');
	// On a Sunday tomorrow is Monday.
	expect(titles(new Date(2026, 10, 29, 10))).toEqual(['In an hour', 'This evening', 'Tomorrow morning']);
	expect(laterTimes(new Date(2026, 10, 30, 10).getTime(), null).at(-1)?.at).toBe(
		new Date(2026, 11, 7, 9).getTime()
	);
});
