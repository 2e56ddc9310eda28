import type { Migration } from './contract';

/** Streams of events, the rows that screens show, values, settings of the device. */
const migration: Migration = {
	version: 1,
	stores: {
		events: '[stream+seq]',
		heads: 'stream',
		runs: 'id, startedAt, status, [workflowId+startedAt]',
		workflows: 'id, updatedAt, deleted',
		notes: 'id, status, createdAt',
		entries: 'id, path, at, deleted, workflowId, runId, [path+version]',
		values: 'hash',
		settings: 'key',
		meta: 'key'
	}
};

export default migration;
