import 'fake-indexeddb/auto';
import type { LedgerEvent } from '$lib/core';
import { afterEach, expect, it } from 'vitest';
import { TestDevice, TestExecutor, until } from './testing';
import { NEVER, start, workflow, type Tab } from './testing-flow';

const channels: BroadcastChannel[] = [];
afterEach(() => channels.splice(0).forEach((one) => one.close()));

function channel(name: string): BroadcastChannel {
	const made = new BroadcastChannel(name);
	channels.push(made);
	return made;
}

/** Two tabs of a device, and what reports to them. */
async function tabs() {
	const device = new TestDevice();
	const name = `${device.name}-egress`;
	const tab = () => device.tab(new TestExecutor(NEVER), undefined, { reports: channel(name) });
	const made = [await tab(), await tab()] as const;
	return { tabs: made, worker: channel(name) };
}

const began = (id: string, call: string): LedgerEvent => ({
	...{ type: 'request.began', at: 1, id, purpose: 'model', call },
	...{ origin: 'https://api.example.org', method: 'POST', sent: 10, address: 1 }
});
const rowsOf = (tab: Tab) => tab.database.requests.toArray();

it('writes each fact once, however many tabs hear it, with its place in a run', async () => {
	const {
		tabs: [first, second],
		worker
	} = await tabs();
	const runId = await start(
		first,
		workflow([{ id: 'w', kind: 'ask', job: 'decide', with: { question: '?' } }])
	);
	const call = `${runId}/each[2]/draft/1.1`;
	worker.postMessage(began('a', call));
	worker.postMessage({ type: 'request.ended', at: 2, id: 'a', status: 200, received: 5 });
	worker.postMessage({ type: 'nonsense', id: 'b' });
	await until('the row', async () => (await rowsOf(second))[0]?.status === 200);
	// Longer than the tab that does not lead waits before it looks.
	await new Promise((resolve) => setTimeout(resolve, 1_800));
	expect(await rowsOf(first)).toMatchObject([
		{ id: 'a', runId, workflowId: 'flow', stepId: 'each[2]/draft', attemptId: call, sent: 10, received: 5 }
	]);
	const records = await first.store.records('egress');
	expect(records.map(({ event }) => event.type)).toEqual(['request.began', 'request.ended']);
});

it('is kept by the other tab where the one that leads is gone', async () => {
	const {
		tabs: [first, second],
		worker
	} = await tabs();
	await until('a leader', () => first.engine.isLeader);
	first.engine.ports.reports?.close();
	worker.postMessage(began('a', 'test-1'));
	await until('the row', async () => (await rowsOf(second)).length === 1);
	expect(await rowsOf(second)).toMatchObject([{ id: 'a', runId: null, purpose: 'model' }]);
});
