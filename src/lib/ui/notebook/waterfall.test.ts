import * as fc from 'fast-check';
import { foldAll, type RunEvent } from '$lib/run';
import { workflowSchema } from '$lib/workflow';
import { describe, expect, it } from 'vitest';
import { between, moved, placeIn, waterfallOf, wholeOf, zoomed } from './waterfall';

const DAY = 86_400_000;
const definition = workflowSchema.parse({
	format: 1,
	id: 'w',
	title: 'W',
	steps: [
		{ id: 'draft', title: 'Draft', kind: 'model', job: 'draft' },
		{ id: 'review', title: 'Review', kind: 'review', job: 'decide', inputs: { draft: 'steps.draft.output' } },
		{
			...{ id: 'save', title: 'Save', kind: 'save', job: 'act' },
			inputs: { value: 'steps.review.output' }
		}
	]
});
const draft = {
	...{ hash: 'a'.repeat(64), media: 'text/markdown', bytes: 1, from: [] },
	labels: { trust: 'trusted' as const, reach: 'may-leave' as const }
};
const attempt = { attemptId: 'a', stepId: 'draft' };
const events: RunEvent[] = [
	{
		...{ type: 'run.started', at: 1000, number: 1, title: 'R', date: '2026-11-24', workflowVersion: 1 },
		...{ definition, definitionHash: 'h', trigger: { kind: 'person' }, inputs: {}, sources: {} },
		provider: { id: 'built-in', title: 'Built-in', onDevice: true, config: {} }
	},
	{ type: 'attempt.started', at: 1000, ...attempt, revision: 1, attempt: 1, inputs: {} },
	{
		...{ type: 'attempt.succeeded', at: 3000, ...attempt, output: draft, ms: 2000 },
		...{ evidence: [], flags: [], verdicts: [], egress: [] }
	},
	{ type: 'review.requested', at: 3000, stepId: 'review', revision: 1, draft },
	{
		...{ type: 'review.decided', at: 3000 + 3 * DAY, stepId: 'review', revision: 1, draft },
		...{ decision: 'approved', reason: '', ticks: [] }
	}
];

describe('a run over time', () => {
	it('tells work from waiting, and what still lasts lasts until now', () => {
		const rows = waterfallOf(foldAll('r', events), 3000 + 3 * DAY);
		expect(rows.map(({ title, worked, waited }) => [title, worked, waited])).toEqual([
			['Draft', 2000, 0],
			['Review', 0, 3 * DAY],
			['Save', 0, 0]
		]);
		const waiting = waterfallOf(foldAll('r', events.slice(0, -1)), 5000);
		expect(waiting[1]?.segments).toEqual([{ kind: 'person', from: 3000, to: 5000 }]);
	});

	it('spans all of it', () => {
		const state = foldAll('r', events);
		const now = 3000 + 4 * DAY;
		expect(wholeOf(state, waterfallOf(state, now), now)).toEqual({ from: 1000, to: now });
	});
});

describe('what is shown of it', () => {
	const whole = { from: 1000, to: 1000 + 3 * DAY };
	const time = fc.double({ min: -DAY, max: 5 * DAY, noNaN: true });

	it('is always a part of the whole, whatever is brushed, zoomed or moved', () => {
		fc.assert(
			fc.property(
				time,
				time,
				fc.double({ min: 0.01, max: 20, noNaN: true }),
				fc.double({ min: -5, max: 5, noNaN: true }),
				(a, b, factor, share) => {
					const brushed = between(whole, a, b);
					for (const shown of [brushed, zoomed(whole, brushed, factor), moved(whole, brushed, share)]) {
						expect(shown.from).toBeGreaterThanOrEqual(whole.from - 1e-3);
						expect(shown.to).toBeLessThanOrEqual(whole.to + 1e-3);
						expect(shown.to - shown.from).toBeGreaterThanOrEqual(9.99);
					}
				}
			)
		);
	});

	it('two seconds beside three days can be made to fill it', () => {
		let shown = between(whole, 1000, 3000);
		expect(placeIn(shown, { kind: 'work', from: 1000, to: 3000 })).toEqual({ start: 0, size: 1 });
		expect(placeIn(shown, { kind: 'person', from: 4000, to: whole.to })).toBeNull();
		shown = zoomed(whole, shown, 0.5);
		expect(placeIn(shown, { kind: 'work', from: 1000, to: 3000 })).toEqual({ start: 0, size: 1 });
		expect(moved(whole, shown, -10)).toEqual({ from: 1000, to: 2000 });
		expect(zoomed(whole, shown, 1e9)).toEqual(whole);
	});
});
