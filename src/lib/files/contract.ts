import type { Result } from '$lib/core';

/** A file as it arrived. */
export interface RawFile {
	name: string;
	bytes: Uint8Array;
}

/**
 * The text of a file. Line n of `text` is row or line n of the source (both counted from 1), so a place in the
 * text is a place in the file. Tables are comma-separated with one row a line, the column names in row 1.
 */
export interface Document {
	name: string;
	/** `text/csv`, `text/markdown`, `text/plain` or `application/json`. */
	media: string;
	text: string;
	/** What a numbered line is called. */
	unit: 'row' | 'line';
	/** For a table: its column names and the number of rows below them. */
	table: { columns: string[]; rows: number } | null;
	/** What was odd and how it was taken, one plain sentence each. */
	warnings: string[];
}

/** One file format. `read` never throws on bad bytes: it says in a failure what is wrong and what to do. */
export interface FileFormat {
	id: string;
	title: string;
	/** Lower case, without the point. */
	extensions: string[];
	media: string;
	/** Documentation and test in one: reading `content` gives `expect`. */
	example: { name: string; content: string; expect: Partial<Document> };
	/** Is a decoded text surely of this format, whatever its name says? Absent: the name has to say so. */
	recognises?(text: string): boolean;
	read(file: RawFile): Promise<Result<Document>>;
}

/** Declares a format; a file in `formats/` default-exports the result. */
export function defineFormat(format: FileFormat): FileFormat {
	return format;
}
