import { folderOf, isBelow, nameOf, type LibraryEntry } from '$lib/run';

/** A path in the library with its newest version and how many there are. */
export interface Item {
	path: string;
	name: string;
	folder: string;
	/** What it is, in a word. */
	type: string;
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

/** What a list is narrowed to; an empty word narrows nothing. */
export interface Filter {
	kind: '' | LibraryEntry['kind'];
	type: string;
	tag: string;
}

export const NO_FILTER: Filter = { kind: '', type: '', tag: '' };

export type SortBy = 'name' | 'size' | 'when';
export interface Order {
	by: SortBy;
	/** Downwards: the newest, the biggest, Z first. */
	down: boolean;
}

/** One item for each path: the newest version speaks for it. */
export function itemsOf(entries: readonly LibraryEntry[]): Item[] {
	const items = new Map<string, Item>();
	for (const entry of entries) {
		const known = items.get(entry.path);
		if (!known) items.set(entry.path, itemOf(entry));
		else {
			const newest = entry.version > known.entry.version ? itemOf(entry) : known;
			items.set(entry.path, { ...newest, versions: known.versions + 1 });
		}
	}
	return [...items.values()];
}

function itemOf(entry: LibraryEntry): Item {
	const { path } = entry;
	return { path, name: nameOf(path), folder: folderOf(path), type: typeOf(entry), entry, versions: 1 };
}

/** Every folder that holds something, parents included, in the order of a tree. */
export function foldersOf(items: readonly Item[]): Folder[] {
	const inIt = new Map<string, number>();
	for (const { folder } of items) inIt.set(folder, (inIt.get(folder) ?? 0) + 1);
	const counts = new Map<string, number>();
	for (const [folder, count] of inIt)
		for (let path = folder; path !== ''; path = folderOf(path))
			counts.set(path, (counts.get(path) ?? 0) + count);
	return [...counts]
		.map(([path, count]) => ({ path, name: nameOf(path), depth: path.split('/').length - 1, count }))
		.sort((a, b) => a.path.localeCompare(b.path));
}

/** Items in a folder or below it that fit a filter and have every word that was typed in their path or a tag. */
export function shownOf(items: readonly Item[], folder: string, typed: string, filter = NO_FILTER): Item[] {
	const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
	return items.filter(({ path, type, entry }) => {
		if (!isBelow(path, folder)) return false;
		if (filter.kind && entry.kind !== filter.kind) return false;
		if (filter.type && type !== filter.type) return false;
		if (filter.tag && !entry.tags?.includes(filter.tag)) return false;
		if (words.length === 0) return true;
		const text = [path, ...(entry.tags ?? [])].join(' ').toLowerCase();
		return words.every((word) => text.includes(word));
	});
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

export function sorted(items: readonly Item[], { by, down }: Order): Item[] {
	const compare = {
		name: (a: Item, b: Item) => collator.compare(a.name, b.name),
		size: (a: Item, b: Item) => a.entry.value.bytes - b.entry.value.bytes,
		when: (a: Item, b: Item) => a.entry.at - b.entry.at
	}[by];
	const way = down ? -1 : 1;
	// What is equal stays as it was, which is the newest first: thousands that came together are in order already.
	return [...items].sort((a, b) => way * compare(a, b));
}

/** The types and tags that there are to choose from. */
export function choicesOf(items: readonly Item[]): { types: string[]; tags: string[] } {
	const types = new Set<string>();
	const tags = new Set<string>();
	for (const { type, entry } of items) {
		types.add(type);
		for (const tag of entry.tags ?? []) tags.add(tag);
	}
	const inOrder = (words: Set<string>) => [...words].sort(collator.compare);
	return { types: inOrder(types), tags: inOrder(tags) };
}

const BY_EXTENSION: Record<string, string> = {
	csv: 'Table',
	tsv: 'Table',
	xlsx: 'Table',
	md: 'Document',
	markdown: 'Document',
	docx: 'Document',
	odt: 'Document',
	pdf: 'PDF',
	html: 'Web page',
	htm: 'Web page',
	pptx: 'Slides',
	eml: 'Mail',
	ics: 'Calendar',
	srt: 'Transcript',
	vtt: 'Transcript',
	zip: 'Archive',
	json: 'Data',
	jsonl: 'Data',
	yaml: 'Data',
	yml: 'Data',
	txt: 'Text'
};
const BY_MEDIA: Record<string, string> = {
	'text/csv': 'Table',
	'text/markdown': 'Document',
	'text/plain': 'Text',
	'application/json': 'Data'
};

/** By its name, else by its media type. */
function typeOf({ path, value }: Pick<LibraryEntry, 'path' | 'value'>): string {
	const extension = /\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase() ?? '';
	const known = BY_EXTENSION[extension] ?? BY_MEDIA[value.media];
	if (known) return known;
	return value.media.startsWith('image/') ? 'Picture' : 'File';
}
