import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numbersAt, pointsOf } from './trend';

const run = (number: number, content: Parameters<typeof numbersAt>[0][number]['content']) => ({
	runId: `r${number}`,
	number,
	title: 'R',
	content
});

describe('numbers of earlier runs', () => {
	it('are those at the same path, and only numbers', () => {
		const earlier = [
			run(1, { week: { orders: 10 } }),
			run(2, { week: { orders: '12' } }),
			run(3, { week: null }),
			run(4, ['week']),
			run(5, { week: { orders: 14 } })
		];
		expect(numbersAt(earlier, 'week.orders')).toEqual([
			{ run: 1, value: 10 },
			{ run: 5, value: 14 }
		]);
		expect(numbersAt(earlier, 'constructor.name')).toEqual([]);
	});

	it('are drawn inside their box, from left to right', () => {
		fc.assert(
			fc.property(fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 1 }), (values) => {
				const points = pointsOf(values, 60, 16);
				expect(points).toHaveLength(values.length);
				for (const [x, y] of points) expect(x >= 0 && x <= 60 && y >= 0 && y <= 16).toBe(true);
				expect(points.every(([x], at) => at === 0 || x >= (points[at - 1]?.[0] ?? 0))).toBe(true);
			})
		);
		expect(pointsOf([5, 5], 60, 16)).toEqual([
			[0, 8],
			[60, 8]
		]);
	});
});
