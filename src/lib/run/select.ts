import { isOfBefore } from '$lib/core';
import type { Source } from '$lib/workflow';
import { isBelow, nameOf, safePath, type LibraryEntry } from './library';

/** What a source finds in the library. */
export interface Selected {
	/** The newest version of each path that fits, the newest first. */
	entries: LibraryEntry[];
	/** How many more fit and are older than the newest n that are wanted. */
	older: number;
}

/** True for a source that finds its content by itself, so that nobody chooses anything for it. */
export function findsItself(source: Pick<Source, 'kind' | 'path'>): boolean {
	return (
		isOfBefore(source.kind) ||
		source.kind === 'library' ||
		(source.kind === 'output' && source.path !== undefined)
	);
}

/** True where what a source selects may lie in a folder of the library, below it, or above it. */
export function looksInto(source: Pick<Source, 'kind' | 'path'>, folder: string): boolean {
	if (!findsItself(source) || isOfBefore(source.kind)) return false;
	const path = source.path ? safePath(source.path) : '';
	return path === folder || isBelow(path, folder) || isBelow(folder, path);
}

/** Entries that fit everything that a source says: folder, pattern, tag, types, the newest n. */
export function selectEntries(
	source: Pick<Source, 'kind' | 'path' | 'pattern' | 'tag' | 'newest' | 'accept'>,
	entries: readonly LibraryEntry[]
): Selected {
	const folder = source.path ? safePath(source.path) : '';
	const pattern = source.pattern ? globOf(source.pattern) : null;
	const tag = source.tag?.toLowerCase();
	const newest = new Map<string, LibraryEntry>();
	for (const entry of entries) {
		const { path } = entry;
		if (entry.deleted || (path !== folder && !isBelow(path, folder))) continue;
		if (entry.version > (newest.get(path)?.version ?? 0)) newest.set(path, entry);
	}
	const fitting = [...newest.values()].filter((entry) => {
		if (source.accept.length > 0 && !source.accept.includes(extensionOf(entry.path))) return false;
		if (tag !== undefined && !entry.tags?.some((one) => one.toLowerCase() === tag)) return false;
		if (!pattern) return true;
		const inside = folder === '' ? entry.path : entry.path.slice(folder.length + 1);
		return pattern.test(source.pattern?.includes('/') ? inside : nameOf(entry.path));
	});
	fitting.sort((a, b) => b.at - a.at || (a.path < b.path ? -1 : 1));
	const wanted = source.newest ?? fitting.length;
	return { entries: fitting.slice(0, wanted), older: Math.max(0, fitting.length - wanted) };
}

/** The newest approved output of a workflow; null when it has none. */
export function newestOutput(workflowId: string, entries: readonly LibraryEntry[]): LibraryEntry | null {
	return entries.reduce<LibraryEntry | null>((best, entry) => {
		if (entry.kind !== 'output' || entry.deleted || entry.workflowId !== workflowId) return best;
		return best && best.at >= entry.at ? best : entry;
	}, null);
}

/** `*` stands for anything within a name, `**` also for folders, `?` for one character; case does not matter. */
function globOf(pattern: string): RegExp {
	const source = pattern.replace(/\*\*\/?|\*|\?|[.+^${}()|[\]\\]/g, (found) => {
		if (found.startsWith('**')) return '.*';
		if (found === '*') return '[^/]*';
		return found === '?' ? '[^/]' : `\\${found}`;
	});
	return new RegExp(`^${source}$`, 'iu');
}

function extensionOf(path: string): string {
	const name = nameOf(path);
	return name.includes('.') ? (name.toLowerCase().split('.').pop() ?? '') : '';
}
