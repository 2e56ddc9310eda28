import 'fake-indexeddb/auto';
import { lastAttempt } from '$lib/run';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { says, TestDevice, until } from './testing';
import { actWorkflow, answered, approve, outside } from './testing-act';
import { open as openFlow, start, stateOf, status, workflow } from './testing-flow';
import { ask, near, open, remote, settingsWith } from './testing-ladder';

/** Marks of sealed runs, as Cache Storage would have them. */
const marks = new Set<string>();
beforeEach(() => {
	marks.clear();
	const cache = { put: async (key: string) => void marks.add(key), delete: async () => true };
	vi.stubGlobal('caches', { open: async () => cache, delete: async () => true });
});
afterEach(() => vi.unstubAllGlobals());

const given = { inputs: { topic: 'rivers' }, sources: {} };

describe('a sealed run', () => {
	const asks = workflow([
		ask({ fallback: [{ use: 'person' }] }),
		ask({ id: 'outright', model: { privacy: 'may-leave' } })
	]);

	it('asks no model elsewhere, whatever the steps permit, and is marked before anything of it runs', async () => {
		const { tab, left } = await open({ far: () => says('far') }, settingsWith([remote('far')]));
		await tab.api.saveWorkflow(asks);
		const started = await tab.api.startRun('flow', { ...given, sealed: true });
		if (!started.ok) throw new Error(started.failure.message);
		await until('the failures', async () => {
			const { steps } = await stateOf(tab, started.value);
			return Object.values(steps).every((step) => lastAttempt(step)?.status === 'failed');
		});
		const { steps, guard } = await stateOf(tab, started.value);
		expect(guard).toEqual({ sealed: true, enforced: true });
		for (const step of Object.values(steps))
			expect(lastAttempt(step)?.failure).toMatchObject({ code: 'model.sealed', retryable: false });
		expect(left).toEqual([]);
		expect(marks).toContain(`/sealed/${started.value}`);
	});

	it('asks one on the device instead, and the same run unsealed asks as ever', async () => {
		const answers = { near: () => says('near'), far: () => says('far') };
		const { tab, left } = await open(answers, settingsWith([remote('far'), near]));
		await tab.api.saveWorkflow(asks);
		const sealed = await tab.api.startRun('flow', { ...given, sealed: true });
		if (!sealed.ok) throw new Error(sealed.failure.message);
		await status(tab, sealed.value, 'done');
		expect(left).toEqual([]);
		const open_ = await tab.api.startRun('flow', given);
		if (!open_.ok) throw new Error(open_.failure.message);
		await until('a call', () => left.length > 0);
		expect((await stateOf(tab, open_.value)).guard?.sealed).toBe(false);
	});

	it('is what every run of a workflow is that says so, and every repeat of a sealed one', async () => {
		const { tab } = await open({ near: () => says('near') }, settingsWith([near]));
		const runId = await start(tab, workflow([ask()], { sealed: true }));
		await status(tab, runId, 'done');
		expect((await stateOf(tab, runId)).guard?.sealed).toBe(true);
		await tab.api.saveWorkflow(workflow([ask()]));
		const again = await tab.api.replayRun({ runId, stepId: null, definition: 'now' });
		if (!again.ok) throw new Error(again.failure.message);
		expect((await stateOf(tab, again.value)).guard?.sealed).toBe(true);
	});

	it('sends no request, approved or not', async () => {
		const executor = outside(() => answered());
		const { tab } = await openFlow(executor);
		const runId = await start(tab, { ...actWorkflow(), sealed: true });
		await approve(tab, runId);
		await status(tab, runId, 'failed');
		const { steps } = await stateOf(tab, runId);
		expect(lastAttempt(steps['send']!)?.failure).toMatchObject({ code: 'egress.sealed' });
		expect(lastAttempt(steps['send']!)?.intent).toBeNull();
		expect(executor.acted).toEqual([]);
	});
});

it('a run that is carried on where policies are not enforced says so, for good', async () => {
	const device = new TestDevice();
	const { executor } = await openFlow(
		outside(() => answered()),
		device
	);
	const first = await device.tab(executor, undefined, { isGuarded: () => false });
	const runId = await start(
		first,
		workflow([{ id: 'ask', kind: 'ask', job: 'decide', with: { question: '?' } }])
	);
	expect((await stateOf(first, runId)).guard).toEqual({ sealed: false, enforced: false });
});
