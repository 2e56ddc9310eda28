import 'fake-indexeddb/auto';
import type { Json } from '$lib/core';
import { lastAttempt } from '$lib/run';
import { expect, it } from 'vitest';
import { open, start, stateOf, status, workflow, type Tab } from './testing-flow';

const nap = (config: Json, id: string) =>
	workflow([{ id: 'nap', kind: 'wait', job: 'decide', with: config }], { id });

async function failureOf(tab: Tab, runId: string) {
	await status(tab, runId, 'failed');
	const step = (await stateOf(tab, runId)).steps['nap'];
	return step && lastAttempt(step)?.failure?.code;
}

it('a wait until what is no time fails with words, and is not over at once', async () => {
	const { tab } = await open();
	const runId = await start(tab, nap({ until: '{{inputs.topic}}' }, 'weeks'), 'week 12');
	expect(await failureOf(tab, runId)).toBe('wait.no-time');
	tab.engine.close();
});

it('a wait until after the last day that can be written fails with words, and the one until then waits', async () => {
	const { tab } = await open();
	const document = nap({ seconds: 3600 }, 'late');
	const runId = await start(tab, nap({ until: '9999-12-31' }, 'last'));
	await status(tab, runId, 'sleeping');
	// As a release froze it that knew no limit.
	const clock = tab.engine.ports.clock;
	clock.now = () => 8.64e15;
	expect(await failureOf(tab, await start(tab, document))).toBe('wait.too-far');
	tab.engine.close();
});
