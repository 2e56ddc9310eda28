import MiniSearch from 'minisearch';

/** Something that can be found: what it is called and what it says. */
export interface Findable {
	/** Of its kind and its own, such as `entry:018f…`. */
	id: string;
	kind: 'file' | 'output' | 'run' | 'note';
	title: string;
	/** When it came to be, ms since 1970. */
	at: number;
	/** Changes whenever its text may have changed. */
	stamp: string;
	text: string;
}

/** One that was found, the best first. */
export interface Match extends Omit<Findable, 'text'> {
	/** Words of it that were looked for, as the index has them. */
	terms: string[];
}

/** Set with every change of how words are cut, so that an index of before is made anew. */
const VERSION = 1;
/** Much of a text says the same again; beyond this many characters it is found by its title only. */
const LONGEST_TEXT = 60_000;
const LONGEST_TERM = 32;

const OPTIONS = {
	fields: ['title', 'text'],
	storeFields: ['kind', 'title', 'at', 'stamp'],
	processTerm: (term: string) => plain(term).slice(0, LONGEST_TERM) || null
};

/** A word as it is looked for: without case and accents. */
export function plain(text: string): string {
	return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

/** Full-text search over findables, with what was last word typed taken as a beginning. */
export class TextIndex {
	#search = new MiniSearch<Findable>(OPTIONS);
	#stamps = new Map<string, string>();

	get size(): number {
		return this.#search.documentCount;
	}

	stampOf(id: string): string | undefined {
		return this.#stamps.get(id);
	}

	get ids(): string[] {
		return [...this.#stamps.keys()];
	}

	/** Takes one in; what was known of its id before goes. */
	put(one: Findable): void {
		this.remove(one.id);
		this.#search.add({ ...one, text: one.text.slice(0, LONGEST_TEXT) });
		this.#stamps.set(one.id, one.stamp);
	}

	remove(id: string): void {
		if (this.#stamps.delete(id)) this.#search.discard(id);
	}

	/** All that have every word; long words may be misspelt by a letter or so. */
	find(query: string, kinds: readonly Findable['kind'][] = []): Match[] {
		const found = this.#search.search(query, {
			combineWith: 'AND',
			prefix: (_term, index, terms) => index === terms.length - 1,
			fuzzy: (term, index, terms) => (term.length > 5 && index < terms.length - 1 ? 0.2 : false),
			maxFuzzy: 1,
			boost: { title: 3 },
			...(kinds.length > 0 ? { filter: (one) => kinds.includes(one['kind'] as Findable['kind']) } : {})
		});
		return found.map((one) => ({
			id: String(one.id),
			kind: one['kind'] as Findable['kind'],
			title: String(one['title']),
			at: Number(one['at']),
			stamp: String(one['stamp']),
			terms: one.terms
		}));
	}

	/** The index as text, to be kept. */
	save(): string {
		return JSON.stringify({ version: VERSION, stamps: [...this.#stamps], index: this.#search });
	}

	/** An index from its text; null for one that is damaged or of another version. */
	static load(text: string): TextIndex | null {
		try {
			const kept = JSON.parse(text) as { version: number; stamps: [string, string][]; index: unknown };
			if (kept.version !== VERSION) return null;
			const loaded = new TextIndex();
			loaded.#search = MiniSearch.loadJS<Findable>(
				kept.index as Parameters<typeof MiniSearch.loadJS>[0],
				OPTIONS
			);
			loaded.#stamps = new Map(kept.stamps);
			return loaded.#stamps.size === loaded.size && loaded.size === loaded.#search.documentCount
				? loaded
				: null;
		} catch {
			return null;
		}
	}
}
