import type { GalleyDatabase } from './dexie-database';
import type { FaultRig } from './testing-rig';

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
>;

/** What tests read of a database and do to it behind the store's back, on a connection of their own. */
export function databaseSide(page: GalleyDatabase): DatabaseSide {
	return {
		rows: async () => ({
			runs: await page.runs.toArray(),
			workflows: await page.workflows.toArray(),
			notes: await page.notes.toArray(),
			entries: await page.entries.toArray()
		}),
		setFormat: async (format) => {
			await page.meta.put({ key: 'fence', format, epoch: 0 });
		},
		loseDatabase: async () => {
			await page.delete();
			await page.open();
		},
		loseTail: async (stream, count) => {
			const head = await page.heads.get(stream);
			const length = (head?.length ?? 0) - count;
			const last = await page.events.get([stream, length - 1]);
			await page.heads.put({ stream, length, hash: last?.hash ?? '' });
			await page.events.bulkDelete(
				Array.from({ length: count }, (_, n): [string, number] => [stream, length + n])
			);
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
		valueKeys: () => page.values.toCollection().primaryKeys(),
		damageRow: async (stream, seq) => {
			const row = await page.events.get([stream, seq]);
			if (row) await page.events.put({ ...row, event: { ...row.event, at: row.event.at + 1 } });
		},
		damageInline: async (hash) => {
			const row = await page.values.get(hash);
			if (row && 'content' in row) await page.values.put({ ...row, content: 'something else' });
		},
		loseRow: async (table) => {
			const [key] = await page.table(table).toCollection().primaryKeys();
			await page.table(table).delete(key as string);
		}
	};
}
