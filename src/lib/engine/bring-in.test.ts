import 'fake-indexeddb/auto';
import { fail, failure } from '$lib/core';
import { firstBroken, type LogRecord } from '$lib/run';
import { unpackBundle } from '$lib/exports';
import { knownHashes } from '$lib/storage';
import { beforeAll, describe, expect, it, vi } from 'vitest';
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

/** The file that those would be in, with one member somewhere inside taken away or made something else. */
function harmedFile({ streams, values, notes, entries }: Incoming, number: number): string {
	const some = (kind: string) =>
		streams
			.filter(({ stream }) => stream.startsWith(kind))
			.map(({ stream, records }) => ({ id: stream.slice(kind.length), records }));
	const texts = values.flatMap(({ hash, media, content }) =>
		typeof content === 'string' ? [{ hash, media, text: content }] : []
	);
	const whole = {
		galley: 'bundle',
		format: 1,
		exportedAt: 0,
		runs: some('run:'),
		workflows: some('workflow:')
	};
	const parts = structuredClone({ ...whole, values: texts, notes, entries });
	const places: { holder: Record<string, unknown>; key: string }[] = [];
	const visit = (value: unknown) => {
		if (value === null || typeof value !== 'object') return;
		const holder = value as Record<string, unknown>;
		for (const key of Object.keys(holder)) {
			places.push({ holder, key });
			visit(holder[key]);
		}
	};
	visit(parts);
	const { holder, key } = places[(number * 7919) % places.length]!;
	const others = [undefined, null, -1, 'harmed', [], {}, '\u0000', 1e300];
	const other = others[number % others.length];
	if (other === undefined) delete holder[key];
	else holder[key] = other;
	return JSON.stringify(parts);
}

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
			value: { runs: 0, workflows: 0, notes: 0, retired: 0, entries: 0 }
		});
	});

	it('of 300 that came to harm on the way, each is whole here or not here at all, and asks nobody for anything', async () => {
		const asked = vi.spyOn(globalThis, 'fetch');
		let refused = 0;
		let tab = await newTab();
		for (let n = 0; n < 300; n++) {
			const read = unpackBundle(harmedFile(incoming, n));
			if (!read.ok) {
				refused += 1;
				continue;
			}
			const { runs, workflows, ...more } = read.value;
			const streams = [
				...workflows.map(({ id, records }) => ({ stream: `workflow:${id}`, records })),
				...runs.map(({ id, records }) => ({ stream: `run:${id}`, records }))
			];
			const brought = await tab.api.bringIn({ ...more, streams, file: 'harmed.galley.json' });
			const heads = await tab.store.heads('');
			if (!brought.ok) {
				refused += 1;
				expect(heads).toEqual([]);
				expect(await tab.database.runs.count()).toBe(0);
				continue;
			}
			for (const { stream, length } of heads) {
				const records = await tab.store.records(stream);
				expect(records).toHaveLength(length);
				expect(firstBroken(records)).toBeNull();
			}
			tab = await newTab();
		}
		expect(refused).toBeGreaterThan(100);
		expect(asked).not.toHaveBeenCalled();
		asked.mockRestore();
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
