import type { RunRow } from '$lib/run';

/**
 * The version of the data's format. A store that finds a higher one writes nothing. 2: records and small values share rows
 * (a store of 1 would take such a row for one record).
 */
export const DATA_FORMAT = 2;

/** What runs that are not over may be doing. */
export const OPEN_STATUSES: readonly RunRow['status'][] = [
	'none',
	'running',
	'waiting',
	'sleeping',
	'paused',
	'failed'
];
