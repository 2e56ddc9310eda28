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

/** What is known of a value that is kept as a file of its own, because it is big. */
export interface BlobFacts {
	hash: string;
	media: string;
	bytes: number;
	/** True when the file is the UTF-8 form of a text. */
	text: boolean;
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
 * `format.newer` (a newer Galley has upgraded the data: reload), `storage.full`, `storage.failed`; after each of
 * these nothing of the commit is kept. One is different: `storage.journal` says that the database holds the commit
 * and the second copy does not. It is not acknowledged: show no tick and start nothing that acts outside. Screens may
 * already show it. Handing in the very same commit again on the same store finishes it; so does the next commit
 * of anything, and so does opening.
 */
export interface Store {
	/**
	 * `onRestored` hears of what happens to an open store: the browser closed or emptied the database and it was brought
	 * back, so that whatever was read before may be out of date; or a failure, after which nothing is saved any more.
	 */
	open(onRestored?: (report: Result<OpenReport>) => void): Promise<Result<OpenReport>>;
	commit(commit: Commit): Promise<Result<void>>;
	/** Writes out what relaxed commits left to the system: after it no power cut takes them, out of neither copy. */
	flush(): Promise<Result<void>>;
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
	/**
	 * Removes those of these values that nothing refers to: no library entry whose bytes are kept, and no other record. Small
	 * ones (8 KB) stay, and so does what the journal, which is only ever added to, holds of the others.
	 * The bytes that were freed. A value that is stored again afterwards is there again.
	 */
	forget(hashes: readonly string[]): Promise<Result<number>>;
	/**
	 * Looks at what opening takes on trust, at leisure, and mends what is found damaged. `rebuilt: 'database'` means that what
	 * was read before may be out of date.
	 */
	lookOver(): Promise<Result<OpenReport>>;
	/** Takes the next epoch; commits under an older one fail from now on. */
	nextEpoch(): Promise<number>;
	/** Deletes everything of Galley on this device. */
	wipe(): Promise<Result<void>>;
	close(): Promise<void>;
}

/** One frame of the journal: a record, a value (as JSON, bytes in base64), or the facts of one kept as a file. */
export type JournalEntry = { record: LogRecord } | { value: StoredValue } | { blob: BlobFacts };

/** Where the next entry goes: a segment and how many entries it has now. */
export interface JournalPlace {
	segment: string;
	entries: number;
}

/**
 * The append-only second copy. It is made of segments; a writer owns one, alone. Its failures are `storage.full`,
 * `storage.failed` and `format.newer`.
 */
export interface Journal {
	/** Claims a segment; a torn tail of it is cut. */
	open(): Promise<Result<void>>;
	/** Where the next append will go, after rolling over to another segment where the present one is full. */
	next(): Promise<Result<JournalPlace>>;
	/**
	 * Appends as one group to the place that `next` gives; `strict`, the rule, returns when it is on disk, `relaxed` when the
	 * system has it: what a killed browser cannot lose, and a power cut can until the next strict one. After a failure
	 * nothing of the group counts.
	 */
	append(entries: readonly JournalEntry[], durability?: 'strict' | 'relaxed'): Promise<Result<void>>;
	/** Returns when everything that was appended here is on disk. */
	flush(): Promise<Result<void>>;
	/** Number of entries of each segment, without reading them all; `{}` when the journal is new. */
	counts(): Promise<Record<string, number>>;
	/**
	 * `busy` while another writer owns the segment, so its count may lag behind the database; `damaged` when entries are
	 * missing from its middle; `whole` when at most its tail can be missing.
	 */
	state(segment: string): Promise<'busy' | 'damaged' | 'whole'>;
	/** How many entries are known to have stood here and can't be read any more. */
	missing(): Promise<number>;
	/** Segments that hold fewer entries than their headers say, by reading them all, a pause after each. */
	short(): Promise<string[]>;
	/** All whole entries, in order within each segment; torn and damaged ones are left out. */
	entries(): AsyncIterable<JournalEntry>;
	/** Removes everything; fails where another writer holds on to its segment. The journal is closed after it. */
	wipe(): Promise<Result<void>>;
	close(): Promise<void>;
}

/** Big values as files, named by hash. Failures are `storage.full` and `storage.failed`. */
export interface Blobs {
	/** Writes and flushes; a file that is already there whole is left alone. */
	put(hash: string, content: Uint8Array): Promise<Result<void>>;
	/** The bytes as they lie there, not verified; null when there is no such file. */
	get(hash: string): Promise<Uint8Array | null>;
	/** Nothing happens where there is no such file, or somebody holds on to it. */
	remove(hash: string): Promise<void>;
	wipe(): Promise<Result<void>>;
}
