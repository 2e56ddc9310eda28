import type { RunRow } from '$lib/run';

/** The version of the data's format. A store that finds a higher one writes nothing. */
export const DATA_FORMAT = 1;

/** What runs that are not over may be doing. */
export const OPEN_STATUSES: readonly RunRow['status'][] = [
	'none',
	'running',
	'waiting',
	'sleeping',
	'paused',
	'failed'
];
