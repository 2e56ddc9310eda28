import type { Migration } from './contract';

/** Attempts by the hash of everything that went in, so that an equal one can be found. Logs before it name none. */
const migration: Migration = {
	version: 2,
	stores: { results: 'attemptId, key, runId' }
};

export default migration;
