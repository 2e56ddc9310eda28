import type { Result } from '$lib/core';

/** What is to be in a backup beside everything. */
export interface BackupWish {
	/** What pages keep beside the logs. */
	kept: Record<string, string>;
	/** Locks the whole file; null leaves it open. */
	passphrase: string | null;
	/** Keys too; only under a passphrase. */
	keys: boolean;
}

export interface BackupMade {
	/** On this device's disk; it is read when it is handed out. */
	file: Blob;
	name: string;
	holds: { streams: number; records: number; values: number; missing: string[] };
}

/** What a rehearsal of a restore found. */
export interface BackupReport {
	/** When the backup was made, ms since 1970. */
	createdAt: number;
	bytes: number;
	runs: number;
	workflows: number;
	notes: number;
	entries: number;
	records: number;
	values: number;
	/** Stored texts and files that were gone already when the backup was made. */
	missing: number;
	/** Histories that this release can't read. */
	leftOut: string[];
	/** Sentences about what did not come back as it was; empty when all did. */
	problems: string[];
}

export interface Restored {
	report: BackupReport;
	kept: Record<string, string>;
	/** Number of keys that were put back. */
	keys: number;
	/** True when what was here before was put aside and can be put back. */
	before: boolean;
}

/** What a page may ask about backups and locked files. */
export interface BackupsApi {
	/** A file under a passphrase, in the age format. */
	lockFile(content: Uint8Array, passphrase: string): Promise<Result<Uint8Array>>;
	/** What is in a file that was locked so. */
	unlockFile(content: Uint8Array, passphrase: string): Promise<Result<Uint8Array>>;
	/** One file with everything, put together on disk. The next one takes its place there. */
	makeBackup(wish: BackupWish): Promise<Result<BackupMade>>;
	/** Restores a backup into a scratch database, compares counts and hashes, and throws that away. */
	checkBackup(file: Blob, passphrase: string | null): Promise<Result<BackupReport>>;
	/** Has this device be what the backup holds; proved first, finished once begun. Reload every page after it. */
	restoreBackup(file: Blob, passphrase: string | null): Promise<Result<Restored>>;
	/**
	 * Writes a backup to the folder for backups, where there is one and it is time: after changes, once a day at most, or
	 * when it is wanted now. True when one was written, read back and found whole.
	 */
	rollBackup(kept: Record<string, string>, isWanted?: boolean): Promise<Result<boolean>>;
	/** What was here before the last restore, as a backup; null when there was nothing. */
	beforeRestore(): Promise<Blob | null>;
	undoRestore(): Promise<Result<Restored>>;
	forgetBefore(): Promise<Result<void>>;
	/** What can be read of a device whose store does not open, as a backup. Needs no `open`. */
	salvage(): Promise<Result<BackupMade>>;
}
