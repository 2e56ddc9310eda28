import { expect, it } from 'vitest';
import wait from './kinds/wait';
import { timeOf } from './point-in-time';

it('reads a day, a time of a day, and a time with its zone', () => {
	expect(timeOf('2026-12-01')).toBe(new Date(2026, 11, 1).getTime());
	expect(timeOf(' 2026-12-01 09:00 ')).toBe(new Date(2026, 11, 1, 9).getTime());
	expect(timeOf('2026-12-01T09:00:30.5')).toBe(new Date(2026, 11, 1, 9, 0, 30, 500).getTime());
	expect(timeOf('2026-12-01T09:00Z')).toBe(Date.UTC(2026, 11, 1, 9));
	expect(timeOf('2026-12-01T09:00+02:00')).toBe(Date.UTC(2026, 11, 1, 7));
});

it('takes no other text for a time, whatever the language makes of it', () => {
	const others = ['', 'NaN', 'week 12', 'tomorrow 9', '5', '1 December 2026', '2026-02-31', '2026-13-01'];
	for (const text of [...others, '2026-12-01T25:00', '2026-12', '+275760-09-13'])
		expect(timeOf(text), text).toBeNull();
});

it('a wait for what is no time, or for longer than anybody, is told while it is written', () => {
	const fits = (given: object) => wait.config.safeParse(given).success;
	expect([fits({ until: 'week 12' }), fits({ seconds: 1e300 })]).toEqual([false, false]);
	expect([fits({ until: '{{inputs.publish}}' }), fits({ until: '2026-12-01' })]).toEqual([true, true]);
});
