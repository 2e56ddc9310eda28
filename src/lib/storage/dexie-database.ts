import type { CorrectionNote, Head, LedgerRow, LibraryEntry, LogRecord, NoteRecord, RunRow } from '$lib/run';
import type { WorkflowRow } from '$lib/workflow';
import type { Table } from 'dexie';
import { migrations } from './migrations';
import type { BlobFacts, StoredValue } from './ports';
import { ReopeningDexie } from './reopening';

/** A correction note with how it has fared. */
export type NoteRow = CorrectionNote & {
	record: NoteRecord;
	/** The last places (run, step, revision) that it was given at, so that a retry is not counted twice. */
	counted: string[];
};

/** An attempt, to be found by everything that went into it. Whether it has a result, its log says. */
export interface ResultRow {
	attemptId: string;
	key: string;
	runId: string;
	stepId: string;
	at: number;
}

/** A value with its content, or the facts of one that lies in a file by its hash. */
export type ValueRow = StoredValue | (BlobFacts & { blob: true });

/** Small values of one commit. */
export interface PackRow {
	/** Of the values, in their order; the index that one is found by. */
	hashes: string[];
	values: StoredValue[];
}

/** Records of one stream that were written together. */
export interface EventsRow {
	stream: string;
	/** Number of the last of them, so that the keys from a number on are those of all rows that hold such a record. */
	seq: number;
	/** Hash of the record before the first of them. */
	prev: string;
	/** Event and hash of each, as JSON. */
	records: string[];
}

/** A head, and how many rows the stream has: when one of them is lost, that shows. Unknown where each record has one. */
export type HeadRow = Head & { rows?: number };

/** A setting of this device; not part of any history. */
export interface SettingRow {
	key: string;
	value: unknown;
}

/** The row without which nothing is written: data format, and the epoch of the newest lease. */
export interface FenceRow {
	key: 'fence';
	format: number;
	epoch: number;
	/** Runs that have no list row because this version can't read them. */
	unreadable?: number;
}

/** How many entries a journal segment must have, and what its last group was: enough to finish an interrupted save. */
export interface SegmentRow {
	key: `segment:${string}`;
	entries: number;
	last: EntryKeys[];
}

/** Where entries of the journal are found in the database: records from a number on (one, without a count), or values. */
export type EntryKeys =
	{ stream: string; seq: number; count?: number } | { hashes: string[] } | { hash: string };

export type MetaRow = FenceRow | SegmentRow;

/**
 * The database of Galley. Pages query it live (`liveQuery`) and write nothing; the engine worker writes through the
 * store. Two connections may be open in one worker, one for each durability.
 */
export class GalleyDatabase extends ReopeningDexie {
	/** Before version 3 each record had a row, in the open. */
	declare readonly events: Table<EventsRow | LogRecord, [string, number]>;
	declare readonly heads: Table<HeadRow, string>;
	declare readonly runs: Table<RunRow, string>;
	declare readonly workflows: Table<WorkflowRow, string>;
	declare readonly notes: Table<NoteRow, string>;
	declare readonly entries: Table<LibraryEntry, string>;
	declare readonly results: Table<ResultRow, string>;
	declare readonly requests: Table<LedgerRow, string>;
	declare readonly values: Table<ValueRow, string>;
	declare readonly packs: Table<PackRow, number>;
	declare readonly settings: Table<SettingRow, string>;
	declare readonly meta: Table<MetaRow, string>;

	constructor(name = 'galley', durability: 'strict' | 'relaxed' = 'relaxed') {
		super(name, { chromeTransactionDurability: durability });
		for (const { version, stores, upgrade } of migrations) {
			const step = this.version(version).stores(stores);
			if (upgrade) step.upgrade(upgrade);
		}
	}
}
