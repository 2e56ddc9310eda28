import type { GalleyDatabase } from './dexie-database';
import { keysOf, readRecords, rewriteStream } from './event-rows';
import type { FaultRig } from './testing-rig';
import { knownHashes } from './value-rows';

type DatabaseSide = Pick<
	FaultRig,
	| 'rows'
	| 'setFormat'
	| 'loseDatabase'
	| 'loseTail'
	| 'loseFence'
	| 'valueKeys'
	| 'damageRow'
	| 'damageInline'
	| 'loseRow'
	| 'loseRecords'
	| 'putAlien'
	| 'copyRun'
>;

/** What tests read of a database and do to it behind the store's back, on a connection of their own. */
export function databaseSide(page: GalleyDatabase): DatabaseSide {
	return {
		rows: async () => ({
			runs: await page.runs.toArray(),
			workflows: await page.workflows.toArray(),
			notes: await page.notes.toArray(),
			entries: await page.entries.toArray(),
			requests: await page.requests.toArray()
		}),
		setFormat: async (format) => {
			await page.meta.put({ key: 'fence', format, epoch: 0 });
		},
		loseDatabase: async () => {
			await page.delete();
			await page.open();
		},
		loseTail: async (stream, count) => {
			await rewriteStream(page, stream, (await readRecords(page, stream)).slice(0, -count));
			for (const row of await page.meta.toArray()) {
				if (row.key !== 'fence' && row.entries > 0)
					await page.meta.put({ ...row, entries: row.entries - count });
			}
		},
		loseFence: async () => {
			await page.meta.delete('fence');
			await page.runs.clear();
			await page.heads.clear();
		},
		valueKeys: async () => [...(await knownHashes(page))].sort(),
		damageRow: async (stream, seq) => {
			const records = await readRecords(page, stream);
			await rewriteStream(
				page,
				stream,
				records.map((record) =>
					record.seq === seq ? { ...record, event: { ...record.event, at: record.event.at + 1 } } : record
				)
			);
		},
		damageInline: async (hash) => {
			const row = await page.values.get(hash);
			if (row && 'content' in row) await page.values.put({ ...row, content: 'something else' });
			await page.packs
				.where('hashes')
				.equals(hash)
				.modify(({ values }) => {
					for (const value of values) if (value.hash === hash) value.content = 'something else';
				});
		},
		loseRow: async (table) => {
			const [key] = await page.table(table).toCollection().primaryKeys();
			await page.table(table).delete(key as string);
		},
		loseRecords: async (stream) => {
			const [key] = await page.events
				.where('[stream+seq]')
				.between(...keysOf(stream))
				.primaryKeys();
			if (key) await page.events.delete(key);
		},
		putAlien: async (table) => {
			await page.table(table).put({ id: 'alien', status: 'running', title: {}, startedAt: 'never' });
		},
		copyRun: async (id, other) => {
			const row = await page.runs.get(id);
			if (row) await page.runs.put({ ...row, id: other });
		}
	};
}
