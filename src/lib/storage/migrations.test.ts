import 'fake-indexeddb/auto';
import { Dexie } from 'dexie';
import { expect, it } from 'vitest';
import { GalleyDatabase } from './dexie-database';
import { migrations } from './migrations';

it('has one file for each version, without a gap', () => {
	const files = Object.keys(import.meta.glob('./migrations/[0-9]*.ts'));
	expect(migrations.map((one) => one.version)).toEqual(files.map((_, index) => index + 1));
});

/** A database as a release of that version left it, with a row in every table. */
async function databaseOf(version: number, name: string): Promise<void> {
	const old = new Dexie(name);
	for (const one of migrations.slice(0, version)) {
		const step = old.version(one.version).stores(one.stores);
		if (one.upgrade) step.upgrade(one.upgrade);
	}
	await old.open();
	for (const table of old.tables) {
		const { keyPath } = table.schema.primKey;
		const names = Array.isArray(keyPath) ? keyPath : [keyPath ?? 'id'];
		await table.put(Object.fromEntries(names.map((key, index) => [key, index === 0 ? 'kept' : index])));
	}
	old.close();
}

it.each(migrations.map(({ version }) => version))(
	'comes from version %i with every row and every table',
	async (version) => {
		const name = `migrate-${version}`;
		await databaseOf(version, name);
		const database = new GalleyDatabase(name);
		await database.open();
		expect(database.verno).toBe(migrations.length);
		const tables = new Set(migrations.flatMap((one) => Object.keys(one.stores)));
		expect(new Set(database.tables.map((table) => table.name))).toEqual(tables);
		for (const one of migrations.slice(0, version)) {
			for (const table of Object.keys(one.stores)) expect(await database.table(table).count(), table).toBe(1);
		}
		database.close();
	}
);
