import { LARGEST_READ } from '$lib/core';

/** How far a file may go before it is refused. Chosen so that a tab survives the worst file that they let through. */
export interface Limits {
	/** Largest file, in bytes. */
	bytes: number;
	/** Bytes that its compressed parts may produce together, nested files included. */
	produced: number;
	/** Produced bytes for each compressed one, looked at once more than 10 MB were produced. */
	ratio: number;
	/** Files inside it, nested ones included. */
	entries: number;
	/** Archives and mails inside each other. */
	depth: number;
	/** Elements of XML or HTML inside each other. */
	nesting: number;
	/** Cells of all sheets, empty ones between filled ones included. */
	cells: number;
	/** Cells of one table of text, and columns of it: as many as a spreadsheet has. Its rows need no unpacking. */
	tableCells: number;
	columns: number;
	/** UTF-16 units of extracted text; what is inside a file of files counts twice, alone and in the whole. */
	text: number;
	/** Reading time, in seconds. */
	seconds: number;
}

/** Largest file of plain text or of a table, in bytes: its text is held several times over while it is read. */
export const LARGEST_TEXT = 25 * 1024 * 1024;

export const LIMITS: Limits = {
	bytes: LARGEST_READ,
	produced: 200 * 1024 * 1024,
	ratio: 100,
	entries: 5_000,
	depth: 3,
	nesting: 256,
	cells: 1_000_000,
	tableCells: 5_000_000,
	columns: 16_384,
	text: 50 * 1024 * 1024,
	seconds: 20
};

export function megabytes(bytes: number): string {
	return (bytes / (1024 * 1024)).toFixed(1).replace(/\.0$/, '');
}
