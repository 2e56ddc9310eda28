import type { GalleyDatabase } from './dexie-database';

/** What can tell whether a stored setting has the right shape; every Zod schema can. */
export interface Shape<T> {
	safeParse(value: unknown): { success: true; data: T } | { success: false };
}

/** A setting of this device, or the fallback where there is none or an older Galley wrote another shape. */
export async function getSetting<T>(
	db: GalleyDatabase,
	key: string,
	shape: Shape<T>,
	fallback: T
): Promise<T> {
	const row = await db.settings.get(key);
	const read = shape.safeParse(row?.value);
	return read.success ? read.data : fallback;
}

/** Keeps a setting. It is in no history and no journal: a lost database loses it. */
export async function putSetting(db: GalleyDatabase, key: string, value: unknown): Promise<void> {
	await db.settings.put({ key, value });
}
