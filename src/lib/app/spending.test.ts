import { NO_SPEND } from '$lib/run';
import { expect, it } from 'vitest';
import { monthsOf } from './spending';

const spend = (day: string, model: string, eur: number | null) => ({
	...NO_SPEND,
	day,
	model,
	calls: 1,
	remote: 1,
	unknown: eur === null ? 1 : 0,
	money: (eur === null ? {} : { EUR: eur }) as Record<string, number>
});

it('adds up by month, workflow and model, and keeps what is unknown', () => {
	const rows = [
		{
			workflowId: 'a',
			workflowTitle: 'A',
			spends: [spend('2026-11-30', 'Far', 1), spend('2026-12-01', 'Far', 2)]
		},
		{
			workflowId: 'b',
			workflowTitle: 'B',
			spends: [spend('2026-11-02', 'Far', 4), spend('2026-11-02', 'Other', null)]
		},
		{ workflowId: 'c', workflowTitle: 'C' }
	];
	const [december, november] = monthsOf(rows);
	expect(december).toMatchObject({ month: '2026-12', whole: { money: { EUR: 2 } } });
	expect(november).toMatchObject({
		whole: { calls: 3, unknown: 1, money: { EUR: 5 } },
		workflows: [
			{ id: 'a', spend: { money: { EUR: 1 } } },
			{ id: 'b', spend: { money: { EUR: 4 }, unknown: 1 } }
		],
		models: [
			{ title: 'Far', spend: { money: { EUR: 5 }, unknown: 0 } },
			{ title: 'Other', spend: { money: {}, unknown: 1 } }
		]
	});
});
