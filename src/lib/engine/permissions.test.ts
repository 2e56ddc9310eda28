import 'fake-indexeddb/auto';
import { lastAttempt } from '$lib/run';
import { powersOf } from '$lib/workflow';
import { expect, it } from 'vitest';
import { says } from './testing';
import { stateOf, status, workflow } from './testing-flow';
import { ask, near, open, remote, settingsWith } from './testing-ladder';
import { readSettings } from './settings';

const given = { inputs: { topic: 'rivers' }, sources: {} };
const HOST = 'api.example.org';
const document = workflow([
	ask(),
	{
		id: 'propose',
		kind: 'propose',
		job: 'draft',
		permissions: { hosts: [HOST] },
		retry: { attempts: 1 },
		with: { url: `https://${HOST}/x`, json: { a: 1 } }
	}
]);

it('a workflow from a file lets nothing leave before that was allowed, and none of its repeats does after it was taken back', async () => {
	const answers = { near: () => says('near'), far: () => says('far') };
	const { tab, left } = await open(answers, settingsWith([remote('far'), near]));
	const allow = async (allowed: string[]) => {
		const settings = await readSettings(tab.database);
		await tab.api.saveSettings({
			...settings,
			imported: settings.imported.map((one) => ({ ...one, allowed }))
		});
	};
	const run = async () => {
		const started = await tab.api.startRun('flow', given);
		if (!started.ok) throw new Error(started.failure.message);
		return started.value;
	};
	expect((await tab.api.importWorkflow(document, 'theirs.yaml')).ok).toBe(true);
	const refused = { failure: { code: 'workflow.not-mine' } };
	expect(await tab.api.startRun('flow', given)).toMatchObject(refused);
	expect(await tab.api.saveWorkflow({ ...document, title: 'Changed' })).toMatchObject(refused);
	const again = await tab.api.importWorkflow(document, 'theirs.yaml');
	expect(again).toMatchObject({ failure: { code: 'workflow.here' } });
	expect((await tab.database.workflows.get('flow'))?.version).toBe(1);
	await tab.api.makeMine('flow');
	const first = await run();
	await status(tab, first, 'failed');
	const { steps } = await stateOf(tab, first);
	expect(steps['draft']?.status).toBe('done');
	expect(lastAttempt(steps['propose']!)?.failure?.code).toMatch(/permi/);
	expect(left).toEqual([]);

	await allow(powersOf(document));
	const second = await run();
	await status(tab, second, 'done');
	expect(left).toHaveLength(1);

	await allow([]);
	const repeated = await tab.api.replayRun({ runId: second, stepId: null, definition: 'then' });
	if (!repeated.ok) throw new Error(repeated.failure.message);
	await status(tab, repeated.value, 'failed');
	expect(left).toHaveLength(1);
});
