import type { Result } from '$lib/core';
import type { Head, LogRecord, RunRow } from '$lib/run';

/** A stored value: text media as text (JSON canonical), everything else as bytes. `hash` is over those bytes. */
export interface StoredValue {
	/** SHA-256, hex. */
	hash: string;
	media: string;
	content: string | Uint8Array;
	/** Size of the UTF-8 or raw bytes. */
	bytes: number;
}

/** What is written together or not at all. Records of several streams may come in one commit. */
export interface Commit {
	/** In order per stream; the first of each stream says what length the stream must have now. */
	records: LogRecord[];
	/** Values that the records refer to; storing one again is no harm. */
	values: StoredValue[];
	/** List rows of the runs concerned, as they are after the records; a rebuild folds them anew. */
	runs: RunRow[];
	/** `strict` for decisions, outside effects and anything typed; `relaxed` behind pure steps. */
	durability: 'strict' | 'relaxed';
	/** The epoch of the lease that this is done under; null for commits that need no lease (a person's own). */
	epoch: number | null;
}

/** What opening found. */
export interface OpenReport {
	/** Which store was behind and rebuilt from the other. */
	rebuilt: 'nothing' | 'database' | 'journal';
	/** Records brought back. */
	records: number;
	/** True when this device has ever held something: then the first-run screen must not show. */
	hadData: boolean;
	/** One plain sentence for the person when something was rebuilt or could not be; null otherwise. */
	notice: string | null;
}

/**
 * The durable side of Galley. Every implementation passes the same conformance suite.
 *
 * `commit` returns only after both copies (database transaction and journal) hold the records. Its failures:
 * `stream.moved` (someone else appended first: read again, decide again), `lease.lost` (a newer epoch exists),
 * `format.newer` (a newer Galley has upgraded the data: reload), `storage.full`, `storage.failed`.
 */
export interface Store {
	open(): Promise<Result<OpenReport>>;
	commit(commit: Commit): Promise<Result<void>>;
	/** Records of a stream from a number on (0 = all), in order. */
	records(stream: string, from?: number): Promise<LogRecord[]>;
	/** The head of a stream; length 0 when there is none. */
	head(stream: string): Promise<Head>;
	/** Heads of all streams whose name begins so, such as `run:`. */
	heads(prefix: string): Promise<Head[]>;
	/** Ids of runs that are not ended, oldest first: what the engine looks at when it starts. */
	openRuns(): Promise<string[]>;
	/** A value by hash, or a failure `value.missing` or `value.damaged` (the bytes don't match the hash). */
	value(hash: string): Promise<Result<StoredValue>>;
	/** Takes the next epoch; commits under an older one fail from now on. */
	nextEpoch(): Promise<number>;
	/** Deletes everything of Galley on this device. */
	wipe(): Promise<Result<void>>;
	close(): Promise<void>;
}

/** One frame of the journal: a record or a value, as JSON (bytes in base64). */
export type JournalEntry = { record: LogRecord } | { value: StoredValue };

/** The append-only second copy. */
export interface Journal {
	open(): Promise<Result<void>>;
	/** Appends and flushes; returns when it is on disk. */
	append(entries: readonly JournalEntry[]): Promise<Result<void>>;
	/** Number of entries of each segment, without reading them all; `{}` when the journal is new. */
	counts(): Promise<Record<string, number>>;
	/** All whole entries in order; a torn tail is left out. */
	entries(): AsyncIterable<JournalEntry>;
	wipe(): Promise<void>;
	close(): Promise<void>;
}
