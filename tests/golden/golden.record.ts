/**
 * `npm run record`: plays stories through the real engine and writes down the logs of the version in package.json, with
 * what they say today. Once per release that can write something new; a file that is there is left alone, since a golden
 * log that can be made again proves nothing.
 */
import 'fake-indexeddb/auto';
import { fail, failure, type Json } from '$lib/core';
import { filled } from '$lib/engine/backup/testing';
import { reportWorkflow, says, TestDevice, TestExecutor, until, type Answer } from '$lib/engine/testing';
import { start, stateOf, status, transform, workflow } from '$lib/engine/testing-flow';
import { BACKUP_FORMAT } from '$lib/exports';
import type { LogRecord } from '$lib/run';
import { saidOf } from '$lib/run/testing-golden';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const release = version.replace(/\.\d+$/, '');
const file = `tests/golden/${release}.json`;

type Tab = Awaited<ReturnType<TestDevice['tab']>>;

async function gateOf(tab: Tab, runId: string, stepId = 'review') {
	await until('a gate', async () => (await stateOf(tab, runId)).steps[stepId]?.request != null);
	const request = (await stateOf(tab, runId)).steps[stepId]?.request;
	return { runId, stepId, draftHash: request?.draft.hash ?? '', ticks: [] };
}

/** A report: a failed try, a note, sent back once, approved with edits, saved. */
async function report(tab: Tab): Promise<string> {
	await tab.api.saveWorkflow(reportWorkflow());
	await tab.api.confirmNote({
		instruction: 'Give money without decimals.',
		scope: { kind: 'workflow', workflowId: 'report' },
		before: '',
		after: '',
		from: null
	});
	const started = await tab.api.startRun('report', {
		inputs: { week: 'W47' },
		sources: { notes: [{ kind: 'text', name: 'notes.txt', text: 'All well.' }] }
	});
	if (!started.ok) throw new Error(started.failure.message);
	await tab.api.askForChanges({ ...(await gateOf(tab, started.value)), reason: 'Shorter.' });
	await until('revision 2', async () => (await stateOf(tab, started.value)).steps['review']?.revision === 2);
	await tab.api.approve({ ...(await gateOf(tab, started.value)), text: '# Report\n\nAll well.\n' });
	await status(tab, started.value, 'done');
	return started.value;
}

const flow = workflow([
	transform('list', '[{ "n": 1 }, { "n": 0 }, { "n": 3 }]'),
	{
		id: 'route',
		kind: 'branch',
		job: 'decide',
		inputs: { list: 'steps.list.output' },
		with: { routes: [{ id: 'many', when: '$count(list) > 2' }], otherwise: 'few' }
	},
	transform('few-only', '"few"', { when: { step: 'route', route: ['few'] } }),
	{
		id: 'each',
		kind: 'map',
		inputs: { over: 'steps.list.output' },
		when: { step: 'route', route: ['many'] },
		with: { concurrency: 2, onFail: 'collect' },
		steps: [
			transform('half', 'item.n = 0 ? $error("no zero") : item.n / 2', { retry: { attempts: 1, delaySeconds: 0 } }),
			{
				id: 'gate',
				title: 'Gate',
				kind: 'review',
				job: 'decide',
				inputs: { draft: 'steps.half.output' },
				with: { question: 'Fine?' }
			}
		]
	},
	{
		id: 'grow',
		kind: 'loop',
		needs: ['each'],
		with: { until: 'output >= 8', max: 5 },
		steps: [transform('double', '(loop.last ? loop.last : 1) * 2')]
	},
	transform('risky', '$error("no luck")', {
		needs: ['grow'],
		retry: { attempts: 1, delaySeconds: 0 },
		fallback: [{ use: 'person' }]
	}),
	{ id: 'nap', kind: 'wait', job: 'decide', needs: ['risky'], with: { seconds: 0.01 } },
	{ id: 'who', kind: 'ask', job: 'collect', needs: ['nap'], with: { question: 'For whom?' } }
]);

/** Every kind of control flow, with a pause, an answer by hand and an item that fails. */
async function controlFlow(tab: Tab): Promise<string> {
	const runId = await start(tab, flow);
	await tab.api.approve(await gateOf(tab, runId, 'each[0]/gate'));
	await tab.api.reject({ ...(await gateOf(tab, runId, 'each[2]/gate')), reason: 'Not this one.' });
	const asked = async (stepId: string) =>
		until(stepId, async () => (await stateOf(tab, runId)).steps[stepId]?.asked != null);
	await asked('risky');
	await tab.api.pauseRun(runId, 'Lunch.');
	await tab.api.resumeRun(runId);
	await tab.api.answerStep(runId, 'risky', 'by hand', 'It was down.');
	await asked('who');
	await tab.api.answerStep(runId, 'who', { name: 'Ada' } satisfies Json, '');
	await status(tab, runId, 'done');
	return runId;
}

/** The same run again from its loop on. */
async function repeated(tab: Tab): Promise<string> {
	const runId = await controlFlow(tab);
	const again = await tab.api.replayRun({ runId, stepId: 'risky', definition: 'then' });
	if (!again.ok) throw new Error(again.failure.message);
	await status(tab, again.value, 'waiting');
	await tab.api.cancelRun(again.value, 'Enough.');
	await status(tab, again.value, 'cancelled');
	return again.value;
}

it('writes the golden logs of this release', async () => {
	if (existsSync(file)) throw new Error(`${file} is there already. Golden logs are never written again.`);
	let tries = 0;
	const stumbling: Answer = () => {
		tries += 1;
		if (tries > 1) return says(`# Draft ${tries}\n\nRevenue was € 48,210.40.\n`);
		const why = failure('model.busy', 'It was busy.', { retryable: true });
		return { ...fail(why), kept: 'Half', egress: [] };
	};
	const stories: Record<string, { records: LogRecord[]; said: unknown }> = {};
	for (const [name, play] of Object.entries({ report, controlFlow, repeated })) {
		const tab = await new TestDevice().tab(new TestExecutor(stumbling));
		const runId = await play(tab);
		stories[name] = {
			records: await tab.store.records(`run:${runId}`),
			said: saidOf(await stateOf(tab, runId))
		};
		tab.engine.close();
	}
	writeFileSync(file, `${JSON.stringify({ release, stories }, null, '\t')}\n`);
	expect(existsSync(file)).toBe(true);
});

const backup = `tests/golden/backup-${BACKUP_FORMAT}.galley-backup`;

it.skipIf(existsSync(backup))('records a backup of this format', async () => {
	const tab = await filled(66_000);
	const made = await tab.api.makeBackup({ kept: {}, passphrase: null, keys: false });
	if (!made.ok) throw new Error(made.failure.message);
	writeFileSync(backup, new Uint8Array(await made.value.file.arrayBuffer()));
});
