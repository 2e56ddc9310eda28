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

/** Set with every change of how words are cut or kept, so that an index of before is made anew. */
const VERSION = 2;
/** What stands between words, as the index cuts them. */
const BETWEEN = /[\n\r\p{Z}\p{P}]+/u;
/** Characters of one text that are taken: much of a long one says the same again. */
const LONGEST_TEXT = 60_000;
/** Characters of all texts together, so that an index of any library fits into a worker; beyond, of each its beginning. */
const MOST_TEXT = 24_000_000;
const BEGINNING = 1_000;
const LONGEST_TERM = 32;

/** What is known of a text beside its words. */
interface Taken {
	stamp: string;
	/** Characters of it that are in the index. */
	length: number;
	isCut: boolean;
}

/** Places of words that one question may look at: a beginning of few letters stands in every text many times. */
const MOST_PLACES = 3_000;

/** A word as it is looked for: without case and accents. */
export function plain(text: string): string {
	if (/^[a-z0-9]*$/.test(text)) return text;
	return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

/** Full-text search over findables. The last word that was typed is taken as a beginning. */
export class TextIndex {
	/** How often each word was seen. One that went with its text stays: a word too many finds nothing. */
	#counts = new Map<string, number>();
	/** The words in order; null when there are new ones. */
	#words: string[] | null = null;
	#taken = new Map<string, Taken>();
	#characters = 0;
	readonly #options = {
		fields: ['title', 'text'],
		storeFields: ['kind', 'title', 'at', 'stamp'],
		processTerm: (term: string) => this.#note(plain(term).slice(0, LONGEST_TERM)),
		searchOptions: { processTerm: (term: string) => term }
	};
	#search = new MiniSearch<Findable>(this.#options);

	constructor(private readonly mostText = MOST_TEXT) {}

	get size(): number {
		return this.#search.documentCount;
	}

	stampOf(id: string): string | undefined {
		return this.#taken.get(id)?.stamp;
	}

	get ids(): string[] {
		return [...this.#taken.keys()];
	}

	/** How many there are of which the beginning only was taken. */
	get cut(): number {
		let cut = 0;
		for (const one of this.#taken.values()) if (one.isCut) cut += 1;
		return cut;
	}

	/** Takes one in; what was known of its id before goes. */
	put(one: Findable): void {
		this.remove(one.id);
		const room = Math.max(BEGINNING, Math.min(LONGEST_TEXT, this.mostText - this.#characters));
		const text = one.text.slice(0, room);
		this.#search.add({ ...one, text });
		this.#characters += text.length;
		const isCut = text.length < one.text.length;
		this.#taken.set(one.id, { stamp: one.stamp, length: text.length, isCut });
	}

	remove(id: string): void {
		this.#characters -= this.#taken.get(id)?.length ?? 0;
		if (this.#taken.delete(id)) this.#search.discard(id);
	}

	/** Drops what is left of those that were removed, words that stand in no text any more; whether there was any. */
	async purge(): Promise<boolean> {
		const [dirt, words] = [this.#search.dirtCount, this.#counts.size];
		await this.#search.vacuum();
		const left = new Set(this.#search.toJSON().index.map(([term]) => term));
		for (const word of this.#counts.keys()) if (!left.has(word)) this.#counts.delete(word);
		if (this.#counts.size < words) this.#words = null;
		return dirt > 0 || this.#counts.size < words;
	}

	/**
	 * All that have every word. A word that stands nowhere may be misspelt by a letter. Of a beginning that many words have,
	 * the most frequent ones are looked at; `isWhole` is false then, and there may be more.
	 */
	find(query: string, kinds: readonly Findable['kind'][] = []): { matches: Match[]; isWhole: boolean } {
		const words = query.split(BETWEEN).map(plain).filter(Boolean);
		const last = words.pop();
		if (last === undefined) return { matches: [], isWhole: true };
		const { terms, isWhole } = this.#beginningWith(last.slice(0, LONGEST_TERM));
		const queries = [
			...words.map((word) => ({ queries: [word], fuzzy: this.#counts.has(word) ? false : 0.2, maxFuzzy: 1 })),
			{ combineWith: 'OR' as const, queries: terms }
		];
		const found = this.#search.search(
			{ combineWith: 'AND', queries },
			{
				boost: { title: 3 },
				...(kinds.length > 0 ? { filter: (one) => kinds.includes(one['kind'] as Findable['kind']) } : {})
			}
		);
		const matches = found.map((one) => ({
			id: String(one.id),
			kind: one['kind'] as Findable['kind'],
			title: String(one['title']),
			at: Number(one['at']),
			stamp: String(one['stamp']),
			terms: one.terms
		}));
		return { matches, isWhole };
	}

	/** The word itself and what begins with it, the most frequent ones, as many as one question may look at. */
	#beginningWith(word: string): { terms: string[]; isWhole: boolean } {
		const words = (this.#words ??= [...this.#counts.keys()].sort());
		const candidates: string[] = [];
		for (let at = firstFrom(words, word); words[at]?.startsWith(word); at++) candidates.push(words[at] ?? '');
		const countOf = (term: string) => this.#counts.get(term) ?? 0;
		candidates.sort((a, b) => Number(b === word) - Number(a === word) || countOf(b) - countOf(a));
		const terms: string[] = [];
		let places = 0;
		for (const term of candidates) {
			if (terms.length > 0 && places + countOf(term) > MOST_PLACES) continue;
			terms.push(term);
			places += countOf(term);
		}
		return { terms: terms.length > 0 ? terms : [word], isWhole: terms.length === candidates.length };
	}

	#note(term: string): string | null {
		if (term === '') return null;
		const count = this.#counts.get(term) ?? 0;
		if (count === 0) this.#words = null;
		this.#counts.set(term, count + 1);
		return term;
	}

	/** The index as text, to be kept. */
	save(): string {
		return JSON.stringify({
			version: VERSION,
			taken: [...this.#taken],
			counts: [...this.#counts],
			index: this.#search
		});
	}

	/** An index from its text; null for one that is damaged or of another version. */
	static load(text: string, mostText = MOST_TEXT): TextIndex | null {
		try {
			const kept = JSON.parse(text) as {
				version: number;
				taken: [string, Taken][];
				counts: [string, number][];
				index: unknown;
			};
			if (kept.version !== VERSION) return null;
			const loaded = new TextIndex(mostText);
			loaded.#search = MiniSearch.loadJS<Findable>(
				kept.index as Parameters<typeof MiniSearch.loadJS>[0],
				loaded.#options
			);
			loaded.#counts = new Map(kept.counts);
			loaded.#taken = new Map(kept.taken);
			for (const { length } of loaded.#taken.values()) loaded.#characters += length;
			return loaded.#taken.size === loaded.size ? loaded : null;
		} catch {
			return null;
		}
	}
}

/** Index of the first word that is not before another one. */
function firstFrom(words: readonly string[], word: string): number {
	let [low, high] = [0, words.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((words[middle] ?? '') < word) low = middle + 1;
		else high = middle;
	}
	return low;
}
