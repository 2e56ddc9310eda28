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
