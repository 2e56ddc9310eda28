import type { Transaction } from 'dexie';

/**
 * One version of the database. A file in this folder for each, default-exported; a released one is never changed, the
 * next one is added. Every database goes through all that it has not seen yet, in order.
 */
export interface Migration {
	/** 1 for the first; without gaps. */
	version: number;
	/** Tables that are new or whose indexes change, in Dexie's words; null removes one. */
	stores: Record<string, string | null>;
	/** What has to be done to the rows; runs inside the transaction that changes the version. */
	upgrade?: (transaction: Transaction) => Promise<void>;
}
