import { openDatabase } from '$lib/app';

// Everything a page shows comes from this device's storage, so there is nothing to render on a server.
export const ssr = false;

/** The database is opened while the files of the page are still on their way. */
export function load(): void {
	openDatabase();
}
