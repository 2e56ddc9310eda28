import type { Result, Span } from '$lib/core';
import type { Reading } from './reading';

/** A file as it arrived. Its name is a label: nothing is ever looked up by it. */
export interface RawFile {
	name: string;
	bytes: Uint8Array;
}

/** The text of a file, and where in the file each stretch of it stands. */
export interface Document {
	name: string;
	/** `text/csv`, `text/markdown`, `text/plain` or `application/json`. */
	media: string;
	/** Every line end is a `\n`. Tables are comma-separated with one row a line, the column names in row 1. */
	text: string;
	/** What a numbered line is called. */
	unit: 'row' | 'line';
	/** For a table: its column names and the number of rows below them. */
	table: { columns: string[]; rows: number } | null;
	/** What was odd and how it was taken, one plain sentence each. */
	warnings: string[];
	/** In order and apart. Text that no span covers, such as a blank line, was put there by the reader. */
	spans: Span[];
	/**
	 * What a file of files holds: sheets, attachments, entries of an archive. `text` is then all of them one after
	 * the other, each below its name; a step that wants them one by one takes these.
	 */
	parts?: Document[];
}

/** Example content: text, the entries of a ZIP container by path, or bytes in base64. */
export type ExampleContent = string | { entries: Record<string, string> } | { base64: string };

/** A page as a picture. Width and height are those of the page, in points; the picture may have more pixels. */
export interface Drawing {
	png: Uint8Array;
	width: number;
	height: number;
	pages: number;
}

/** One file format. `read` never throws on bad bytes: it says in a failure what is wrong and what to do. */
export interface FileFormat {
	id: string;
	title: string;
	/** Lower case, without the point. */
	extensions: string[];
	/** Media type of the text that it gives. */
	media: string;
	/** Documentation and test in one: reading `content` gives `expect`. */
	example: { name: string; content: ExampleContent; expect: Partial<Document> };
	/** For a format that is no text: are these bytes surely of it, whatever the name says? */
	sniff?(bytes: Uint8Array): boolean;
	/** For a format that is text: is a decoded text surely of it, whatever its name says? */
	recognises?(text: string): boolean;
	/** `reading` says how far this may go: time, sizes, cancel. */
	read(file: RawFile, reading: Reading): Promise<Result<Document>>;
	/**
	 * The file as HTML for a preview, null where this file has no such view. It is untrusted. Elements that spans call
	 * paragraph n carry `data-place="n"`.
	 */
	show?(file: RawFile, reading: Reading): Promise<Result<string | null>>;
	/** A page as a picture, for formats that have pages; counted from 1. */
	draw?(file: RawFile, page: number, reading: Reading): Promise<Result<Drawing>>;
}

/** Declares a format; a file in `formats/` default-exports the result. */
export function defineFormat(format: FileFormat): FileFormat {
	return format;
}
