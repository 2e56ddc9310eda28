// Before Dexie, which looks for a database as it loads.
import 'fake-indexeddb/auto';
import { afterEach, expect, it, vi } from 'vitest';
import { GalleyDatabase } from './dexie-database';

afterEach(() => {
	vi.restoreAllMocks();
	vi.useRealTimers();
});

/** Openings fail as on a full disk until the mock is restored. */
function refuseOpenings() {
	return vi.spyOn(indexedDB, 'open').mockImplementation(() => {
		throw new DOMException('Internal error opening backing store', 'UnknownError');
	});
}

it('opens anew after an opening that failed, without being told to', async () => {
	vi.useFakeTimers({ toFake: ['setTimeout'] });
	const database = new GalleyDatabase('reopening');
	const refused = refuseOpenings();
	await expect(database.runs.count()).rejects.toThrow('backing store');
	refused.mockRestore();
	vi.advanceTimersByTime(1_000);
	vi.useRealTimers();
	expect(await database.runs.count()).toBe(0);
	await database.delete();
});

it('stays closed once it was closed', async () => {
	vi.useFakeTimers({ toFake: ['setTimeout'] });
	const database = new GalleyDatabase('closed');
	const refused = refuseOpenings();
	await expect(database.runs.count()).rejects.toThrow('backing store');
	database.close();
	refused.mockRestore();
	vi.advanceTimersByTime(1_000);
	vi.useRealTimers();
	await expect(database.runs.count()).rejects.toThrow();
});
