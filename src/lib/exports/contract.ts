import type { Json, Result } from '$lib/core';
import type { CorrectionNote, LibraryEntry, LogRecord, RunState } from '$lib/run';

/** A value as an export carries it. */
export interface ExportValue {
	hash: string;
	media: string;
	content: string | Uint8Array;
	bytes: number;
}

/** Everything about one run that an export may use. Pure data but for the two functions. */
export interface ExportSource {
	state: RunState;
	/** The run's log and its workflow's, whole. */
	records: LogRecord[];
	workflowRecords: LogRecord[];
	/** Notes that the run was given or that came from it, and what it saved. */
	notes: CorrectionNote[];
	entries: LibraryEntry[];
	values: ReadonlyMap<string, ExportValue>;
	/** Hashes of values that the person left out; their places in the record stay. */
	omitted: ReadonlySet<string>;
	/** Makes HTML harmless; the page's own sanitiser. */
	sanitise(html: string): string;
	/** HTML as a browser writes it after reading it, so that what it shows can be held against a hash. */
	settle(html: string): string;
	/** ms since 1970. */
	exportedAt: number;
}

export interface ExportFile {
	name: string;
	media: string;
	content: string | Uint8Array;
	/** For a packed file: what it holds, in the open, so that it can be looked through for keys. */
	plain?: string;
}

/** What a person wants a file for. */
export const PURPOSES = ['read', 'document', 'data', 'work-on', 'jupyter'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** One export format. */
export interface ExportFormat {
	id: string;
	purpose: Purpose;
	title: string;
	/** What it is good for, in one sentence. */
	summary: string;
	extension: string;
	/** True when the run that went out comes back by an import, with nothing of it changed. */
	comesBack?: boolean;
	/** True when a file of this form can carry a signature. */
	carriesSignature?: boolean;
	/** The beginning of a file of this format: an example, and what a test looks for. */
	example: string;
	make(source: ExportSource): Promise<Result<ExportFile>>;
}

/** Declares a format; a file in `formats/` default-exports the result. */
export function defineExport(format: ExportFormat): ExportFormat {
	return format;
}

/** Text of a value, or the empty string when it is not text or not there. */
export function textOf(source: ExportSource, hash: string | undefined): string {
	const content = hash === undefined ? undefined : source.values.get(hash)?.content;
	return typeof content === 'string' ? content : '';
}

/** Parsed JSON of a value, or null. */
export function jsonOf(source: ExportSource, hash: string | undefined): Json | null {
	try {
		return JSON.parse(textOf(source, hash)) as Json;
	} catch {
		return null;
	}
}

/** A file name made of a run's title: letters, digits and single hyphens. */
export function fileName(title: string, extension: string): string {
	const name = title
		.normalize('NFKD')
		.replace(/[^\p{L}\p{N}]+/gu, '-')
		.replace(/^-+|-+$/g, '')
		.slice(0, 80);
	return `${name || 'galley-run'}.${extension}`;
}
