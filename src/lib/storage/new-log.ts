import { Dexie } from 'dexie';
import { within } from './exclusive';

/**
 * Creating and deleting a database makes LevelDB begin a new log. It appends to one that a failed write or a power cut has
 * left torn, acknowledges that, and at the next start throws all of it away.
 */
export async function beginNewLog(name: string, patience: number): Promise<void> {
	const scratch = new Dexie(`${name}-scratch`, { chromeTransactionDurability: 'strict' });
	scratch.version(1).stores({ scratch: 'key' });
	await within(patience, scratch.open());
	await within(patience, scratch.delete());
}
