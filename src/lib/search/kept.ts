import { Dexie, type Table } from 'dexie';

/**
 * What the search keeps between starts: its index, and the texts of files that took a reader. All of it can be made again,
 * so it is in no journal, and a version of before is thrown away.
 */
export class KeptIndex extends Dexie {
	declare readonly index: Table<{ key: 'index'; text: string }, string>;
	/** Text of a file by the hash of its bytes; null for one that cannot be read. */
	declare readonly texts: Table<{ hash: string; text: string | null }, string>;

	constructor(name = 'galley-search') {
		super(name, { chromeTransactionDurability: 'relaxed' });
		this.version(1).stores({ index: 'key', texts: 'hash' });
	}
}
