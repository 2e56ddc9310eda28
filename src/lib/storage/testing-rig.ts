import type { LedgerRow, LibraryEntry, RunRow } from '$lib/run';
import type { WorkflowRow } from '$lib/workflow';
import type { NoteRow } from './dexie-database';
import type { Store } from './ports';
import type { ListRows } from './rows-fit';

/** A device with one kind of storage, and what a test may do to it behind the store's back. */
export interface Rig {
	/** A store as another tab of the device has it, not opened yet. */
	tab(): Promise<Store>;
	/** What screens read. */
	rows(): Promise<{
		runs: RunRow[];
		workflows: WorkflowRow[];
		notes: NoteRow[];
		entries: LibraryEntry[];
		requests: LedgerRow[];
	}>;
	/** Makes the data that of another format. */
	setFormat(format: number): Promise<void>;
	/** Changes the stored content of a value of more than 256 KB. */
	damage(hash: string): Promise<void>;
	/** Closes every tab and throws the device away. */
	end(): Promise<void>;
}

/** A device with two copies, and the ways in which one of them can go wrong. */
export interface FaultRig extends Rig {
	/** A tab whose journal rolls over after a few entries. */
	smallTab(): Promise<Store>;
	/** The browser throws the database away; tabs may be open. */
	loseDatabase(): Promise<void>;
	/** The newest `count` records and what was noted with them never reached the disk; tabs are closed. */
	loseTail(stream: string, count: number): Promise<void>;
	/** A rebuild was broken off: the fence is away and so are rows; tabs are closed. */
	loseFence(): Promise<void>;
	/** Hashes of the values in the table. */
	valueKeys(): Promise<string[]>;
	/** Changes the event of a row, and nothing else of it. */
	damageRow(stream: string, seq: number): Promise<void>;
	/** Changes the content of a value in the table. */
	damageInline(hash: string): Promise<void>;
	/** Deletes the first row of a table. */
	loseRow(table: 'events' | 'heads' | keyof ListRows): Promise<void>;
	/** Deletes the first row with records of a stream. */
	loseRecords(stream: string): Promise<void>;
	/** Puts a row into a table that has the right key and nothing else of one. */
	putAlien(table: keyof ListRows): Promise<void>;
	/** Puts the list row of a run once more, under another id. */
	copyRun(id: string, other: string): Promise<void>;
	/** The rest work on the journal; tabs are closed. */
	loseJournal(): Promise<void>;
	/** Cuts the last entry in two. */
	tearJournal(): Promise<void>;
	/** Flips a bit of an entry in the middle. */
	flipJournal(): Promise<void>;
	/** Number of entries of each journal segment that has some. */
	segments(): Promise<number[]>;
	/** The disk of a tab is full for one of the copies, or for none. */
	fill(tab: Store, copy: 'database' | 'journal' | null): Promise<void>;
}
