// Before Dexie, which looks for a database as it loads.
import 'fake-indexeddb/auto';
import { chain, emptyHead, headAfter } from '$lib/run';
import { Dexie } from 'dexie';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { GalleyDatabase, type EventsRow } from './dexie-database';
import { DexieStore } from './dexie-store';
import { eventRows, readLog, recordsIn, ROW_BYTES } from './event-rows';
import { DATA_FORMAT } from './format';
import { MemoryBlobs } from './memory-blobs';
import { MemoryDisk, MemoryJournal } from './memory-journal';
import { migrations } from './migrations';
import type { Commit } from './ports';
import { append, history, textValue, tick, told, whole } from './testing';
import { knownHashes } from './value-rows';

let count = 0;

/** A device whose copies tests may look into. */
function device(disk = new MemoryDisk()) {
	const name = `shared-${++count}`;
	return {
		name,
		disk,
		page: new GalleyDatabase(name),
		tab: () => new DexieStore({ name, blobs: new MemoryBlobs(), journal: new MemoryJournal(disk) })
	};
}

/** A database as a release of version 2 left it: a row for each record and each value. */
async function fillOld(name: string, commits: readonly Commit[]): Promise<void> {
	const old = new Dexie(name);
	for (const { version, stores } of migrations.slice(0, 2)) old.version(version).stores(stores);
	await old.open();
	for (const { records, values, runs } of commits) {
		await old.table('events').bulkPut(records);
		await old.table('values').bulkPut(values);
		await old.table('runs').bulkPut(runs);
		for (const record of records)
			await old.table('heads').put({ stream: record.stream, length: record.seq + 1, hash: record.hash });
	}
	await old.table('meta').put({ key: 'fence', format: 1, epoch: 5 });
	await old.table('meta').put({
		key: 'segment:one',
		entries: 2,
		last: commits.slice(-1).flatMap(({ records }) => records.map(({ stream, seq }) => ({ stream, seq })))
	});
	old.close();
}

it('gives back any records from rows that are no bigger than they should be', () => {
	const texts = fc.array(fc.oneof(fc.string({ maxLength: 9_000 }), fc.constant('ä→'.repeat(9_000))), {
		minLength: 1,
		maxLength: 40
	});
	fc.assert(
		fc.property(texts, fc.nat(3), (written, before) => {
			const head = { stream: 'run:x', length: before, hash: before === 0 ? '' : 'f'.repeat(64) };
			const records = chain(
				head,
				written.map((text) => ({ type: 'told', at: 1, text }))
			);
			const rows = eventRows(records);
			expect(rows.flatMap(recordsIn)).toEqual(records);
			for (const row of rows) {
				const bytes = row.records.reduce(
					(sum, text) => sum + text.length * (/[ā-\uffff]/.test(text) ? 2 : 1),
					0
				);
				expect(row.records.length === 1 || bytes <= ROW_BYTES).toBe(true);
			}
		}),
		{ numRuns: 30 }
	);
});

it('writes what was committed together into few rows', async () => {
	const { tab, page } = device();
	const store = tab();
	await store.open();
	const ticks = Array.from({ length: 200 }, (_, n) => tick(n));
	const values = ticks.map((_, n) => textValue(`value ${n} ${'x'.repeat(500)}`));
	await store.commit(append('run:many', ticks, { values }));
	expect(await page.events.count()).toBeLessThan(5);
	expect((await page.values.count()) + (await page.packs.count())).toBeLessThan(5);
	expect((await knownHashes(page)).size).toBe(values.length);
	expect(await store.records('run:many', 150)).toHaveLength(50);
	for (const value of values) expect(await store.value(value.hash)).toEqual({ ok: true, value });
	await store.close();
});

it.each([
	{ stream: 7, length: 1, hash: '' },
	{ stream: ['run:r'] },
	{ stream: 'run:r', length: 'many' },
	{ stream: 'run:nobody', length: 3, hash: 'f'.repeat(64) },
	{ stream: 'workflow:nobody', length: 3, hash: 'f'.repeat(64) }
])('opens beside the head %o, which Galley did not write, and removes it', async (alien) => {
	const { tab, page } = device();
	const store = tab();
	await store.open();
	await store.commit(append('run:r', [tick(1)]));
	await store.close();
	const heads = await page.heads.toArray();
	await page.table('heads').put(alien);
	const next = tab();
	expect(await next.open()).toMatchObject({ ok: true });
	expect(await page.heads.toArray()).toEqual(heads);
	expect(await next.records('run:r')).toHaveLength(1);
	await next.close();
});

it('says of a log whether it is whole', async () => {
	const { tab, page } = device();
	const store = tab();
	await store.open();
	for (let n = 0; n < 3; n++) await store.commit(append(await store.head('run:r'), [tick(n)]));
	expect(await readLog(page, 'run:r')).toMatchObject({ isWhole: true, records: { length: 3 } });
	await page.events.where('[stream+seq]').equals(['run:r', 1]).delete();
	expect(await readLog(page, 'run:r')).toMatchObject({ isWhole: false, records: { length: 2 } });
	await store.records('run:r');
	expect(await readLog(page, 'run:r')).toMatchObject({ isWhole: true, records: { length: 3 } });
	expect(await readLog(page, 'run:nobody')).toEqual({ isWhole: true, records: [] });
	await store.close();
});

it('reads rows of version 2 as they are, goes on behind them, and fences off tabs that would not', async () => {
	const { name, tab, page } = device();
	const commits = history();
	await fillOld(name, commits);
	const store = tab();
	// The journal of this device is gone, so that everything has to come from the old rows.
	expect(await store.open()).toMatchObject({ ok: true, value: { rebuilt: 'journal', hadData: true } });
	for (const { records, values } of commits) {
		const [first] = records;
		if (first)
			expect((await store.records(first.stream, first.seq)).slice(0, records.length)).toEqual(records);
		for (const value of values) expect(told(await store.value(value.hash))).toEqual(whole(value));
	}
	const more = append(await store.head('run:r1'), [tick(1), tick(2)]);
	expect(await store.commit(more)).toMatchObject({ ok: true });
	expect((await store.records('run:r1')).slice(-2)).toEqual(more.records);
	expect(await page.meta.get('fence')).toMatchObject({ format: DATA_FORMAT });
	await store.close();
	const again = tab();
	expect(await again.open()).toMatchObject({ ok: true, value: { rebuilt: 'nothing', notice: null } });
	await again.close();
});

it('finishes a save of version 2 that was cut off before its second copy', async () => {
	const disk = new MemoryDisk();
	const { name, tab, page } = device(disk);
	const [first] = history();
	if (!first) throw new Error('fixture');
	await fillOld(name, [{ ...first, values: [], records: first.records.slice(0, 2) }]);
	disk.segments.set('one', []);
	const store = tab();
	expect(await store.open()).toMatchObject({ ok: true, value: { rebuilt: 'nothing', notice: null } });
	expect([...disk.segments.values()].flat()).toEqual(first.records.slice(0, 2).map((record) => ({ record })));
	expect(await page.meta.get('fence')).toMatchObject({ format: DATA_FORMAT });
	await store.close();
});

it('mends a row that can’t be read, from the journal; without one it is left out, and said', async () => {
	const { tab, page, disk } = device();
	const store = tab();
	await store.open();
	const commit = append('run:r', [tick(1), tick(2), tick(3)]);
	await store.commit(commit);
	await store.commit(append(headAfter(emptyHead('run:r'), commit.records), [tick(4)]));
	const spoil = async () => {
		for (const row of (await page.events.toArray()) as EventsRow[])
			if (row.seq === 3) await page.events.put({ ...row, records: ['{"event":'] });
	};
	await spoil();
	expect(await store.records('run:r')).toHaveLength(4);
	expect((await page.events.toArray()).flatMap(recordsIn)).toHaveLength(4);
	await store.close();

	await page.events.where('[stream+seq]').above(['run:r', 2]).delete();
	await page.events.put({ stream: 'run:r', seq: 3, prev: '', records: ['{"event":'] });
	disk.segments.clear();
	await page.meta.delete('fence');
	const again = tab();
	const report = await again.open();
	expect(report).toMatchObject({ ok: true, value: { hadData: true } });
	expect(report.ok && report.value.notice).toMatch(/damaged|left out/);
	await again.close();
});

it('leaves a stream alone of which neither copy has the end any more', async () => {
	const { tab, page, disk } = device();
	const store = tab();
	await store.open();
	const first = append('run:r', [tick(1), tick(2)]);
	await store.commit(first);
	await store.commit(append(headAfter(emptyHead('run:r'), first.records), [tick(3)]));
	for (const held of disk.segments.values()) held.pop();
	const rows = (await page.events.toArray()) as EventsRow[];
	await page.events.bulkPut(rows.map((row) => (row.seq === 2 ? { ...row, records: ['{'] } : row)));
	expect(await store.records('run:r')).toEqual(first.records);
	// The head still says that there was more: a cut tail must show.
	expect(await store.head('run:r')).toMatchObject({ length: 3 });
	expect(await page.events.count()).toBe(2);
	await store.close();
});

it('gives a value from another row or the journal when one is changed', async () => {
	const { tab, page, disk } = device();
	const store = tab();
	await store.open();
	const values = [textValue('one'), textValue('two'), textValue('three')];
	await store.commit(append('run:v', [tick(1)], { values }));
	await page.packs.toCollection().modify(({ values: [first] }) => {
		if (first) first.content = 'something else';
	});
	for (const value of values) expect(await store.value(value.hash)).toEqual({ ok: true, value });
	const [one] = values;
	await page.values.put({ ...one!, content: 'something else' });
	await page.packs.toCollection().modify((pack) => {
		pack.values = values.slice();
	});
	disk.segments.clear();
	expect(await store.value(one!.hash)).toEqual({ ok: true, value: one });
	await store.close();
});

it('gives a value from the journal when the row that it shares is lost', async () => {
	const { tab, page } = device();
	const store = tab();
	await store.open();
	const values = [textValue('one'), textValue('two')];
	await store.commit(append('run:v', [tick(1)], { values }));
	await page.packs.clear();
	for (const value of values) expect(await store.value(value.hash)).toEqual({ ok: true, value });
	await store.close();
});

it('loses nothing of another tab while it mends a stream', async () => {
	const { tab, page } = device();
	const [one, two] = [tab(), tab()];
	await one.open();
	await two.open();
	const commit = append('run:r', [tick(1), tick(2)]);
	await one.commit(commit);
	const [row] = (await page.events.toArray()) as EventsRow[];
	await page.events.put({ ...row!, records: ['{}', '{}'] });
	const next = append(headAfter(emptyHead('run:r'), commit.records), [tick(3)]);
	const [read, written] = await Promise.all([one.records('run:r'), two.commit(next)]);
	expect(written).toMatchObject({ ok: true });
	expect(read.slice(0, 2)).toEqual(commit.records);
	expect(await one.records('run:r')).toEqual([...commit.records, ...next.records]);
	expect(await one.head('run:r')).toMatchObject({ length: 3 });
	await one.close();
	await two.close();
});
