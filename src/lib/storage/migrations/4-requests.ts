import type { Migration } from './contract';

/** The egress ledger: a row for each request that went out or was stopped. */
const migration: Migration = {
	version: 4,
	stores: { requests: 'id, at, runId, workflowId' }
};

export default migration;
