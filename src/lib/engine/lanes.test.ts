import 'fake-indexeddb/auto';
import { fail, failure } from '$lib/core';
import { noModelFits } from '$lib/run';
import { expect, it, vi } from 'vitest';
import { Lanes } from './lanes';
import { says, TestDevice, TestExecutor, until } from './testing';
import { start, stateOf, status, transform, workflow } from './testing-flow';
import { ask, near, open as openLadder, refuses, remote, settingsWith } from './testing-ladder';

const never = new AbortController().signal;

it('lets in so many, the others in the order in which they came', async () => {
	const lanes = new Lanes(() => Date.now());
	const order: number[] = [];
	const leave = await lanes.enter('a', { width: 1 }, never);
	const later = [1, 2, 3].map(async (number) => {
		const out = await lanes.enter('a', { width: 1 }, never);
		order.push(number);
		await Promise.resolve();
		out?.();
	});
	expect(await lanes.enter('b', { width: 1 }, never)).not.toBeNull();
	expect(order).toEqual([]);
	leave?.();
	await Promise.all(later);
	expect(order).toEqual([1, 2, 3]);
});

it('lets go of one who was stopped while it waited, and hands its turn on', async () => {
	const lanes = new Lanes(() => Date.now());
	const leave = await lanes.enter('a', { width: 1 }, never);
	const stop = new AbortController();
	const stopped = lanes.enter('a', { width: 1 }, stop.signal);
	const last = lanes.enter('a', { width: 1 }, never);
	stop.abort();
	expect(await stopped).toBeNull();
	leave?.();
	expect(await last).not.toBeNull();
});

it('a turn is never handed to one who was stopped and is gone', async () => {
	const lanes = new Lanes(() => Date.now());
	const leave = await lanes.enter('a', { width: 1 }, never);
	const stop = new AbortController();
	const order: string[] = [];
	const wait = async (who: string, signal: AbortSignal) => {
		const out = await lanes.enter('a', { width: 1 }, signal);
		if (out) order.push(who);
		out?.();
	};
	const first = wait('first', never);
	const stopped = wait('stopped', stop.signal);
	const last = wait('last', never);
	stop.abort();
	await stopped;
	leave?.();
	await Promise.all([first, last]);
	expect(order).toEqual(['first', 'last']);
});

it('leaves alone until then whoever said later', async () => {
	vi.useFakeTimers();
	const lanes = new Lanes(() => Date.now());
	lanes.hold('a', 5_000);
	let entered = false;
	void lanes.enter('a', { width: 2 }, never).then(() => (entered = true));
	await vi.advanceTimersByTimeAsync(4_900);
	expect(entered).toBe(false);
	await vi.advanceTimersByTimeAsync(200);
	expect(entered).toBe(true);
	vi.useRealTimers();
});

it('a model on the device answers one item of a map at a time, and every item is answered', async () => {
	let [now, most, calls] = [0, 0, 0];
	const executor = new TestExecutor(async () => {
		now += 1;
		calls += 1;
		most = Math.max(most, now);
		await new Promise((resolve) => setTimeout(resolve, 5));
		now -= 1;
		return says(`# ${calls}`);
	});
	const tab = await new TestDevice().tab(executor);
	const runId = await start(
		tab,
		workflow([
			transform('list', '[1, 2, 3, 4, 5, 6]'),
			{
				id: 'each',
				kind: 'map',
				inputs: { over: 'steps.list.output' },
				with: { concurrency: 6 },
				steps: [
					{
						id: 'write',
						title: 'Write',
						kind: 'model',
						job: 'draft',
						instructions: 'Write about {{item}}.',
						permissions: { model: 'any' }
					}
				]
			}
		])
	);
	await status(tab, runId, 'done');
	expect([most, calls]).toEqual([1, 6]);
	expect((await stateOf(tab, runId)).ended).toBe('done');
	tab.engine.close();
});

it('a person who wants the next try now need not wait for what the provider asked', async () => {
	let calls = 0;
	const late = failure('model.busy', 'Later.', { retryable: true, details: { retryAfterSeconds: 86_400 } });
	const executor = new TestExecutor(() =>
		(calls += 1) === 1 ? { ...fail(late), kept: '', egress: [] } : says('# Now')
	);
	const tab = await new TestDevice().tab(executor);
	const write = { id: 'write', kind: 'model', job: 'draft', permissions: { model: 'any' } };
	const runId = await start(tab, workflow([write]));
	await until(
		'the first try to fail',
		async () => (await stateOf(tab, runId)).steps['write']?.failures === 1
	);
	expect(await tab.api.retryStep(runId, 'write')).toMatchObject({ ok: true });
	await status(tab, runId, 'done');
	expect(calls).toBe(2);
	tab.engine.close();
});

it('turns away, and does not hold up, whoever would have to wait for longer than a day', async () => {
	const lanes = new Lanes(() => Date.now());
	const leave = await lanes.enter('a', { width: 1 }, never);
	const waiting = lanes.enter('a', { width: 1 }, never);
	lanes.hold('a', 100 * 86_400_000);
	expect(await waiting).toBeNull();
	expect(await lanes.enter('a', { width: 1 }, never)).toBeNull();
	leave?.();
	expect(await lanes.enter('a', { width: 1 }, never, true)).not.toBeNull();
});

it('a server that is away for months is left alone; each step says so, or goes on with another model', async () => {
	const failed = failure('model.rate-limited', 'In 116 days.', {
		details: { retryAfterSeconds: 10_000_000 }
	});
	const { tab, left } = await openLadder(
		{ far: () => ({ ...fail(failed), kept: '', egress: [] }), near: () => says('# Near') },
		settingsWith([remote('far'), near])
	);
	const far = (id: string) => ask({ id, title: id, model: { exact: 'far' } });
	const runId = await start(tab, workflow([far('one'), far('two'), far('three')]));
	await status(tab, runId, 'failed');
	const { steps } = await stateOf(tab, runId);
	const codes = ['one', 'two', 'three'].map((id) => steps[id]?.attempts.at(-1)?.failure?.code);
	expect(codes).toContain('model.rate-limited');
	const next = await start(tab, workflow([ask(), far('alone')], { id: 'next' }));
	await status(tab, next, 'failed');
	const after = (await stateOf(tab, next)).steps;
	expect(after['draft']?.ladder.switched).toMatchObject([{ from: { id: 'far' }, because: 'model.away' }]);
	expect(after['draft']?.status).toBe('done');
	const [away, ...more] = (after['alone']?.attempts ?? []).map((one) => one.failure);
	expect([away?.code, more]).toEqual(['model.away', []]);
	expect(away && noModelFits(away), 'another model is offered').toBe(true);
	expect(left.length).toBeLessThanOrEqual(3);
	const asked = left.length;
	await tab.api.retryStep(next, 'alone');
	await until('it is asked by hand', () => left.length === asked + 1);
	tab.engine.close();
});

it('a model that asked to be left alone is left alone by what goes on to it from another one, too', async () => {
	const late = failure('model.rate-limited', 'Later.', {
		retryable: true,
		details: { retryAfterSeconds: 3_600 }
	});
	const { tab, left } = await openLadder(
		{ far: () => ({ ...fail(late), kept: '', egress: [] }), near: () => refuses('model.out-of-memory') },
		settingsWith([near, remote('far')])
	);
	const outright = { privacy: 'may-leave' };
	const first = ask({
		id: 'first',
		title: 'first',
		model: { exact: 'far', ...outright },
		retry: { attempts: 2 }
	});
	const runId = await start(tab, workflow([first]));
	await until('the first to wait', async () => (await stateOf(tab, runId)).steps['first']?.failures === 1);
	const next = await start(tab, workflow([ask({ model: outright })], { id: 'next' }));
	await until(
		'the other to be led there',
		async () => (await stateOf(tab, next)).steps['draft']?.ladder.switched.length === 1
	);
	await new Promise((resolve) => setTimeout(resolve, 50));
	expect(left).toHaveLength(1);
	tab.engine.close();
});

it('lets no more in within a minute than were agreed, and drops nobody', async () => {
	vi.useFakeTimers();
	const lanes = new Lanes(() => Date.now());
	const entered: number[] = [];
	const begun = Date.now();
	for (let each = 0; each < 7; each++)
		void lanes.enter('a', { width: 2, perMinute: 3 }, never).then((leave) => {
			entered.push(Date.now() - begun);
			setTimeout(() => leave?.(), 10);
		});
	await vi.advanceTimersByTimeAsync(50);
	expect(entered).toHaveLength(3);
	await vi.advanceTimersByTimeAsync(59_000);
	expect(entered).toHaveLength(3);
	await vi.advanceTimersByTimeAsync(130_000);
	expect(entered).toHaveLength(7);
	for (const [index, at] of entered.entries())
		expect(at - (entered[index - 3] ?? -Infinity)).toBeGreaterThanOrEqual(60_000);
	vi.useRealTimers();
});
