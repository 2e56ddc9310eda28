import { folderOf, nameOf, type LibraryEntry } from '$lib/run';

/** A path in the library with its newest version and how many there are. */
export interface Item {
	path: string;
	name: string;
	folder: string;
	entry: LibraryEntry;
	versions: number;
}

export interface Folder {
	path: string;
	name: string;
	depth: number;
	/** Paths in it and below. */
	count: number;
}

/** One item for each path: the newest version speaks for it. Newest first. */
export function itemsOf(entries: readonly LibraryEntry[]): Item[] {
	const byPath = new Map<string, LibraryEntry[]>();
	for (const entry of entries) byPath.set(entry.path, [...(byPath.get(entry.path) ?? []), entry]);
	return [...byPath].flatMap(([path, versions]) => {
		const entry = versions.reduce((a, b) => (b.version > a.version ? b : a));
		return { path, name: nameOf(path), folder: folderOf(path), entry, versions: versions.length };
	});
}

/** Every folder that holds something, parents included, in the order of a tree. */
export function foldersOf(items: readonly Item[]): Folder[] {
	const counts = new Map<string, number>();
	for (const item of items) {
		for (let path = item.folder; path !== ''; path = folderOf(path)) {
			counts.set(path, (counts.get(path) ?? 0) + 1);
		}
	}
	return [...counts]
		.map(([path, count]) => ({ path, name: nameOf(path), depth: path.split('/').length - 1, count }))
		.sort((a, b) => a.path.localeCompare(b.path));
}

/** Items in a folder or below it; all of them for the top. With words, those whose path has every word. */
export function shownOf(items: readonly Item[], folder: string, typed: string): Item[] {
	const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
	if (words.length > 0) {
		return items.filter((item) => words.every((word) => item.path.toLowerCase().includes(word)));
	}
	return items.filter(
		(item) => folder === '' || item.folder === folder || item.folder.startsWith(`${folder}/`)
	);
}

const KINDS: Record<string, string> = {
	'text/csv': 'Table',
	'text/markdown': 'Document',
	'text/plain': 'Text',
	'application/json': 'Data'
};

/** A media type in a word. */
export function sayMedia(media: string): string {
	return KINDS[media] ?? 'File';
}
