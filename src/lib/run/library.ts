import { hashOf, type ValueRef } from '$lib/core';

/** A file that the person added, or an output that a run saved. Nothing in the library is ever overwritten. */
export interface LibraryEntry {
	id: string;
	kind: 'file' | 'output';
	/** Folder and name with `/` between, such as `Reports/2026-W47 Weekly report.md`. */
	path: string;
	/** 1 for the first entry of a path, then 2, 3, ... */
	version: number;
	value: ValueRef;
	at: number;
	/** For an output: where it came from. */
	runId?: string;
	workflowId?: string;
	workflowVersion?: number;
	/** The gate at which it was approved, and when. */
	approval?: { stepId: string; at: number };
	/** True when its labels were set by a release that keeps to them; before, every file was called local-only. */
	labelsHold?: boolean | undefined;
	/** 1 when in the bin. */
	deleted: 0 | 1;
	/** It was in the bin when that was emptied: what is known of it stays, its bytes go. */
	emptied?: true;
	/** Words of the person's to find it by. */
	tags?: string[];
}

export type LibraryEvent =
	| { type: 'entry.added'; at: number; entry: LibraryEntry }
	| { type: 'entry.deleted'; at: number; id: string }
	| { type: 'entry.restored'; at: number; id: string }
	| { type: 'entry.moved'; at: number; id: string; path: string; version: number }
	| { type: 'entry.tagged'; at: number; id: string; tags: string[] }
	/** For good: nothing brings it back. */
	| { type: 'entry.emptied'; at: number; id: string };

/** The row of an entry after an event about it. */
export function foldEntry(row: LibraryEntry | null, event: LibraryEvent): LibraryEntry | null {
	switch (event.type) {
		case 'entry.added':
			return row ?? event.entry;
		case 'entry.deleted':
			return row && { ...row, deleted: 1 };
		case 'entry.restored':
			return row && (row.emptied ? row : { ...row, deleted: 0 });
		case 'entry.moved':
			return row && { ...row, path: event.path, version: event.version };
		case 'entry.tagged':
			return row && { ...row, tags: event.tags };
		case 'entry.emptied':
			return row && { ...row, deleted: 1, emptied: true };
	}
}

const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i;

/**
 * A library path made safe: no empty, `.` or `..` parts, no control or bidirectional characters; a name that some system
 * reserves gets an underscore. A name of more than 200 characters, or folders of more than 800 together, are cut and say by
 * a few letters of their hash which they were, so that two never become one. Paths are labels, never file system paths.
 */
export function safePath(path: string): string {
	const parts = path
		.normalize('NFC')
		// Control and format characters (zero width, bidirectional) could make a path read as another one.
		.replace(/[\p{Cc}\p{Cf}<>:"|?*]/gu, '')
		.split(/[/\\]+/)
		.map((part) =>
			part
				.trim()
				.replace(/^\.+$/, '')
				.replace(/[. ]+$/, '')
		)
		.filter((part) => part !== '')
		.map((part) => (RESERVED.test(part) ? `_${part}` : part));
	const name = shortName(parts.pop() ?? 'Untitled', LONGEST_NAME);
	const folders = parts.map((part) => shortName(part, LONGEST_NAME)).join('/');
	return inFolder(folders.length > LONGEST_FOLDERS ? cut(folders, LONGEST_FOLDERS) : folders, name);
}

const LONGEST_NAME = 200;
const LONGEST_FOLDERS = 800;

/** A name with its extension, whatever of it is cut. */
function shortName(name: string, longest: number): string {
	if (name.length <= longest) return name;
	const extension = /\.[^.\s]{1,12}$/.exec(name)?.[0] ?? '';
	return `${cut(name, longest - extension.length)}${extension}`;
}

function cut(text: string, longest: number): string {
	const mark = `~${hashOf(text).slice(0, 8)}`;
	return `${text.slice(0, longest - mark.length).replace(/[\uD800-\uDBFF]$|[ ./]+$/, '')}${mark}`;
}

/** What systems, editors and office programs leave in folders; nobody means to bring it in. */
export function isByTheWay(name: string): boolean {
	return name.startsWith('.') || /^(thumbs\.db|desktop\.ini|~\$.*)$/i.test(name);
}

/** A path that is not taken: where it is, `name (2).md`, `name (3).md` and so on. */
export function freePath(path: string, isTaken: (path: string) => boolean): string {
	const folder = folderOf(path);
	const name = nameOf(path);
	const dot = name.lastIndexOf('.');
	const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
	let free = path;
	for (let number = 2; isTaken(free); number++) free = inFolder(folder, `${stem} (${number})${extension}`);
	return free;
}

/** A name in a folder; the empty folder is the top. */
export function inFolder(folder: string, name: string): string {
	return folder === '' ? name : `${folder}/${name}`;
}

/** True for what lies in a folder or anywhere below it; everything is below the top. */
export function isBelow(path: string, folder: string): boolean {
	return folder === '' || path.startsWith(`${folder}/`);
}

/** Folder part of a path; empty at the top. */
export function folderOf(path: string): string {
	return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}

/** Last part of a path. */
export function nameOf(path: string): string {
	return path.slice(path.lastIndexOf('/') + 1);
}
