import 'fake-indexeddb/auto';
import { fail, failure } from '$lib/core';
import type { LogRecord } from '$lib/run';
import { knownHashes } from '$lib/storage';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Incoming } from './api';
import { filled, newTab, type Tab } from './backup/testing';

let source: Tab;
let incoming: Incoming;
beforeAll(async () => {
	source = await filled(1000);
	const { store, database } = source;
	const heads = await store.heads('');
	const streams: { stream: string; records: LogRecord[] }[] = [];
	for (const { stream } of heads)
		if (/^(run|workflow):/.test(stream)) streams.push({ stream, records: await store.records(stream) });
	const values = await Promise.all([...(await knownHashes(database))].map((hash) => store.value(hash)));
	incoming = {
		streams,
		values: values.flatMap((value) => (value.ok ? [value.value] : [])),
		notes: (await database.notes.toArray()).map(({ record: _record, counted: _counted, ...note }) => note),
		entries: await database.entries.toArray(),
		file: 'theirs.galley.json'
	};
});

const start = (tab: Tab) =>
	tab.api.startRun('report', {
		inputs: { week: 'W48' },
		sources: { notes: [{ kind: 'text', name: 'n', text: 't' }] }
	});

describe('what is brought in', () => {
	it('comes whole or not at all', async () => {
		const tab = await newTab();
		const commit = tab.store.commit.bind(tab.store);
		let commits = 0;
		tab.store.commit = () => {
			commits += 1;
			return Promise.resolve(fail(failure('storage.full', 'No room.')));
		};
		expect(await tab.api.bringIn(incoming)).toMatchObject({ failure: { code: 'storage.full' } });
		expect(commits).toBe(1);
		expect(await tab.store.heads('')).toEqual([]);
		tab.store.commit = commit;
		expect(await tab.api.bringIn(incoming)).toMatchObject({
			ok: true,
			value: { runs: 2, notes: 1, entries: 3 }
		});
		expect(await tab.api.bringIn(incoming)).toEqual({
			ok: true,
			value: { runs: 0, workflows: 0, notes: 0, entries: 0 }
		});
	});

	it('runs nothing, and is for reading until it is made one’s own', async () => {
		const tab = await newTab();
		await tab.api.bringIn(incoming);
		const row = (await tab.database.workflows.get('report'))!;
		expect(await start(tab)).toMatchObject({ failure: { code: 'workflow.not-mine' } });
		expect(await tab.api.saveWorkflow({ ...row.document, title: 'Changed' })).toMatchObject({
			failure: { code: 'workflow.not-mine' }
		});
		const statuses = (await tab.database.runs.toArray()).map(({ status }) => status).sort();
		expect(statuses).toEqual(['done', 'paused']);
		const done = (await tab.database.runs.toArray()).find(({ status }) => status === 'done');
		const wish = { runId: done?.id ?? '', stepId: null, definition: 'then' as const };
		expect(await tab.api.replayRun(wish)).toMatchObject({ failure: { code: 'workflow.not-mine' } });
		expect(await tab.api.makeMine('report')).toMatchObject({ ok: true });
		expect(await start(tab)).toMatchObject({ ok: true });
	});
});
