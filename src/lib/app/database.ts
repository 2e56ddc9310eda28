import { GalleyDatabase } from '$lib/storage';

let opened: GalleyDatabase | null = null;

/** The page's own connection, for reading only. Every write goes through the engine worker. */
export function database(): GalleyDatabase {
	opened ??= new GalleyDatabase();
	return opened;
}

/** Opens it before anything is asked of it. Where it can't be opened, the first query says so. */
export function openDatabase(): void {
	database()
		.open()
		.catch(() => undefined);
}
