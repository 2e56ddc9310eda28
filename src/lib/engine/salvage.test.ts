import 'fake-indexeddb/auto';
import { fail, failure } from '$lib/core';
import { expect, it } from 'vitest';
import type { StepHost, StepSpec } from './protocol';
import { says, TestDevice, TestExecutor, until } from './testing';
import { start, stateOf, status, workflow } from './testing-flow';
import { ask } from './testing-ladder';

/** A model that says half of something; then its worker dies, or it goes on for ever. */
class Half extends TestExecutor {
	constructor(private readonly dies: boolean) {
		super(() => says('whole'));
	}
	override async run(spec: StepSpec, host: StepHost, signal: AbortSignal) {
		if (this.ran.length > 0) return super.run(spec, host, signal);
		this.ran.push(spec.attemptId);
		await host.prepared('prompt');
		host.emit('Half of ');
		host.emit('it');
		if (!this.dies) await new Promise((done) => signal.addEventListener('abort', done));
		const died = failure('worker.died', 'It died.', { retryable: true });
		return { result: fail(died), egress: [], kept: '' };
	}
}

const write = () => workflow([ask({ retry: { attempts: 2, delaySeconds: 0 } })]);

it('what a tab had received when it was killed is kept with the attempt that it interrupts', async () => {
	const device = new TestDevice();
	const killed = await device.tab(new Half(false));
	const runId = await start(killed, write());
	const rows = () => killed.database.settings.where('key').startsWith('salvage:').toArray();
	await until('a copy beside the log', async () => (await rows())[0]?.value === 'Half of it');
	killed.engine.close();
	// Of an attempt that nobody will go on with.
	await killed.database.settings.put({ key: `salvage:${runId}/other/1.1`, value: 'Left' });

	const next = await device.tab(new TestExecutor(() => says('whole')));
	await status(next, runId, 'done');
	const [first, second] = (await stateOf(next, runId)).steps['draft']?.attempts ?? [];
	expect(first).toMatchObject({ status: 'interrupted', kept: { labels: { trust: 'untrusted' } } });
	expect(await next.store.value(first?.kept?.hash ?? '')).toMatchObject({ value: { content: 'Half of it' } });
	expect(second).toMatchObject({ status: 'succeeded', kept: null });
	await until('the copies to go', async () => (await rows()).length === 0);
	next.engine.close();
});

it('what had come from a worker that died is kept with the failure', async () => {
	const tab = await new TestDevice().tab(new Half(true));
	const runId = await start(tab, write());
	await status(tab, runId, 'done');
	const [first] = (await stateOf(tab, runId)).steps['draft']?.attempts ?? [];
	expect(first).toMatchObject({ status: 'failed', failure: { code: 'worker.died' } });
	expect(await tab.store.value(first?.kept?.hash ?? '')).toMatchObject({ value: { content: 'Half of it' } });
	tab.engine.close();
});
