import 'fake-indexeddb/auto';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { GalleyDatabase } from './dexie-database';
import { getSetting, putSetting } from './settings';

it('keeps a setting, and gives the fallback for none and for one of another shape', async () => {
	const db = new GalleyDatabase('settings');
	const shape = z.object({ theme: z.enum(['light', 'dark']) });
	expect(await getSetting(db, 'look', shape, { theme: 'light' })).toEqual({ theme: 'light' });
	await putSetting(db, 'look', { theme: 'dark' });
	expect(await getSetting(db, 'look', shape, { theme: 'light' })).toEqual({ theme: 'dark' });
	await putSetting(db, 'look', { theme: 'plaid' });
	expect(await getSetting(db, 'look', shape, { theme: 'light' })).toEqual({ theme: 'light' });
	await db.delete();
});
