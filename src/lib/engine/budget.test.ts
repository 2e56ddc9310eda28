import 'fake-indexeddb/auto';
import { describe, expect, it } from 'vitest';
import { says, until } from './testing';
import { start, stateOf, status, workflow, type Made } from './testing-flow';
import { ask, EURO, held, near, open, refuses, remote, settingsWith, told } from './testing-ladder';

describe('before anything is paid', () => {
	const far = remote('far', { price: EURO });
	const free: Made = { model: { privacy: 'may-leave' }, with: { maxTokens: 100 } };

	it('holds a call that would go beyond the budget of the run, with what it would cost', async () => {
		const { tab, left } = await open(
			{ far: () => told('paid', 1_000, 100) },
			settingsWith([far], { budget: { run: { amount: 1.2, currency: 'EUR' }, month: null } })
		);
		const runId = await start(
			tab,
			workflow([ask({ id: 'first', ...free }), ask({ id: 'draft', needs: ['first'], ...free })])
		);
		const { call, why, at } = await held(tab, runId);
		expect(left).toHaveLength(1);
		expect(why).toBe('budget');
		expect(call.budget).toEqual({
			of: 'run',
			limit: { amount: 1.2, currency: 'EUR' },
			spent: 1.1,
			unknown: 0
		});
		expect(call.estimate.cost?.amount).toBeCloseTo((call.estimate.input + 100) / 1_000);
		await tab.api.allowCall(at, 'once', { amount: 5, currency: 'EUR' });
		await status(tab, runId, 'done');
		expect((await stateOf(tab, runId)).ladder?.budget).toEqual({ amount: 5, currency: 'EUR' });
		expect((await tab.database.runs.get(runId))?.spends).toMatchObject([
			{ model: 'FAR', calls: 2, unknown: 0, money: { EUR: 2.2 } }
		]);
		tab.engine.close();
	});

	it('of calls at once none slips past the budget', async () => {
		const { tab, left } = await open(
			{ far: () => told('paid', 100, 100) },
			settingsWith([far], { budget: { run: { amount: 0.8, currency: 'EUR' }, month: null } })
		);
		const runId = await start(tab, workflow(['a', 'b', 'c', 'd', 'e'].map((id) => ask({ id, ...free }))));
		await status(tab, runId, 'waiting');
		const { steps } = await stateOf(tab, runId);
		const stopped = Object.values(steps).filter((step) => step.asked?.why === 'budget');
		expect(stopped.length + left.length).toBe(5);
		expect(left.length * 0.2).toBeLessThanOrEqual(0.8);
		expect(stopped.length).toBeGreaterThan(0);
		tab.engine.close();
	});

	it('the month counts over runs; on this device costs nothing; an unknown price is asked about, never 0', async () => {
		const month = { amount: 1.2, currency: 'EUR' };
		const { tab, left } = await open(
			{ far: () => told('paid', 1_000, 100), bare: () => told('x', 1, 1), near: () => says('near') },
			settingsWith([far], { budget: { run: null, month } })
		);
		const first = await start(tab, workflow([ask(free)]));
		await status(tab, first, 'done');
		const second = await start(tab, workflow([ask(free)]), 'lakes');
		const { call, at } = await held(tab, second);
		expect(call.budget).toMatchObject({ of: 'month', spent: 1.1 });
		await tab.api.saveSettings(settingsWith([far, near], { budget: { run: null, month } }));
		await tab.api.refuseCall(at, 'once', 'on-device');
		await until('help', async () => (await stateOf(tab, second)).steps['draft']?.asked?.why === 'escalation');
		const third = await start(tab, workflow([ask(free)]), 'hills');
		await tab.api.refuseCall((await held(tab, third)).at, 'once', 'on-device');
		await status(tab, third, 'done');
		expect(left).toHaveLength(1);
		await tab.api.saveSettings(settingsWith([remote('bare')], { budget: { run: null, month } }));
		const fourth = await start(tab, workflow([ask(free)]), 'seas');
		const bare = await held(tab, fourth);
		expect(bare.call.estimate.cost).toBeNull();
		await tab.api.allowCall(bare.at, 'workflow');
		await status(tab, fourth, 'done');
		expect((await tab.database.runs.get(fourth))?.spends).toMatchObject([{ unknown: 1, money: {} }]);
		tab.engine.close();
	});

	it('in the month a call that told nothing counts with the most that it may have cost', async () => {
		const month = { amount: 0.4, currency: 'EUR' };
		const { tab, left } = await open(
			{ far: () => refuses('model.cut') },
			settingsWith([far], { budget: { run: null, month }, lastResort: 'person' })
		);
		const once: Made = { ...free, retry: { attempts: 1, delaySeconds: 0 } };
		const first = await start(tab, workflow([ask(once)]));
		await until('failed', async () => (await stateOf(tab, first)).steps['draft']?.status === 'failed');
		const most = (await stateOf(tab, first)).steps['draft']?.attempts[0]?.estimate?.cost?.amount ?? 0;
		expect(most).toBeGreaterThan(0.2);
		const second = await start(tab, workflow([ask(once)]), 'lakes');
		const { call } = await held(tab, second);
		expect(call.budget).toEqual({ of: 'month', limit: month, spent: most, unknown: 0 });
		expect(left).toHaveLength(1);
		expect((await tab.database.runs.get(first))?.spends).toMatchObject([{ unknown: 1, money: {} }]);
		tab.engine.close();
	});
});
