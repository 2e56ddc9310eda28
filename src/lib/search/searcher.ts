import type { LibraryEntry } from '$lib/run';
import { fits, type NoteRow } from '$lib/storage';
import { textOfEntry, textOfRun, type Library } from './content';
import { excerptOf, type ExcerptPart } from './excerpt';
import { TextIndex, type Findable } from './text-index';

/** What is found, to be shown. */
export interface Hit {
	kind: Findable['kind'];
	/** Id of the entry, run or note. */
	ref: string;
	title: string;
	at: number;
	/** Words of it that were looked for, as the index has them. */
	terms: string[];
}

export interface Found {
	hits: Hit[];
	/** How many there are in all; at least, where `isMore`. */
	total: number;
	isMore: boolean;
	/** Things that are known not to be read yet, so that they cannot be found. */
	unread: number;
	/** How many texts are known by their beginning only, because all together are too long. */
	cut: number;
	/** False while the index may lack something: then it is worth asking again. */
	isComplete: boolean;
}

interface Wanted extends Omit<Findable, 'text'> {
	text: () => Promise<string>;
}

const AT_ONCE = 500;
/** What Galley did not write is shown nowhere, and so not found either. */
const [isEntry, isRun, isNote] = [fits('entries'), fits('runs'), fits('notes')];
/** The index is kept whole, so the bigger it is the more has to have changed. What was not kept is read again at the next start. */
const KEEP_AFTER = { texts: 500, share: 0.02 };

/** The search over a device's files, outputs, runs and notes; its index follows them and survives a restart. */
export class Searcher {
	#index = new TextIndex();
	#opened: Promise<void> | null = null;
	#syncing: Promise<void> | null = null;
	#again = false;
	#unread = 0;
	/** Everything was seen at least once. */
	#seen = false;

	/** Changes that the kept index does not have. */
	#unkept = 0;
	/** How many entries had been emptied out of the bin when that was last looked at. */
	#emptied = 0;

	constructor(
		private readonly library: Library,
		private readonly mostText?: number
	) {}

	/** What has every word of a query, the best first. */
	async find(
		query: string,
		{ kinds = [], limit = 20 }: { kinds?: Findable['kind'][]; limit?: number } = {}
	): Promise<Found> {
		await this.#open();
		const { matches, isWhole } = this.#index.find(query, kinds);
		const hits = matches.slice(0, limit).map(({ id, terms, kind, title, at }) => ({
			...{ kind, ref: id.slice(id.indexOf(':') + 1), title, at, terms }
		}));
		const isComplete = this.#seen && this.#unread === 0;
		return {
			hits,
			total: matches.length,
			isMore: !isWhole,
			unread: this.#unread,
			cut: this.#index.cut,
			isComplete
		};
	}

	/** A line or two of what was found, around the words; empty where its title alone has them. */
	async excerpt({ kind, ref, terms }: Pick<Hit, 'kind' | 'ref' | 'terms'>): Promise<ExcerptPart[]> {
		return excerptOf(await this.#textOf(kind, ref), terms);
	}

	/** Brings the index up to what the device holds; a call while it works makes it look once more. */
	sync(): Promise<void> {
		this.#again = true;
		this.#syncing ??= this.#work().finally(() => (this.#syncing = null));
		return this.#syncing;
	}

	#open(): Promise<void> {
		this.#opened ??= this.library.kept.index
			.get('index')
			.catch(() => undefined)
			.then((kept) => {
				this.#index = (kept && TextIndex.load(kept.text, this.mostText)) ?? new TextIndex(this.mostText);
			});
		return this.#opened;
	}

	async #work(): Promise<void> {
		await this.#open();
		while (this.#again) {
			this.#again = false;
			const { wanted, emptied, needed } = await this.#wanted();
			const ids = new Set(wanted.map((one) => one.id));
			for (const id of this.#index.ids) {
				if (ids.has(id)) continue;
				this.#index.remove(id);
				this.#unkept += 1;
			}
			if (emptied !== this.#emptied) {
				// Removed for good means from here too: extracted texts, and words in the kept index.
				const { texts } = this.library.kept;
				const known = await texts.toCollection().primaryKeys();
				await texts.bulkDelete(known.filter((hash) => !needed.has(hash)));
				if ((await this.#index.purge()) || this.#unkept > 0) await this.#keep();
				this.#emptied = emptied;
			}
			// The newest first: where there is no room for all texts, those are known whole.
			const fresh = wanted
				.filter((one) => this.#index.stampOf(one.id) !== one.stamp)
				.sort((a, b) => b.at - a.at);
			this.#unread = fresh.length;
			for (const { text, ...one } of fresh) {
				this.#index.put({ ...one, text: await text().catch(() => '') });
				this.#unread -= 1;
				this.#unkept += 1;
				if (this.#unkept > Math.max(KEEP_AFTER.texts, this.#index.size / 2)) await this.#keep();
			}
			if (this.#unkept > this.#index.size * KEEP_AFTER.share) await this.#keep();
			this.#seen = true;
		}
	}

	/** Without it the index is made again at the next start, so a full disk is no failure. */
	async #keep(): Promise<void> {
		this.#unkept = 0;
		try {
			await this.library.kept.index.put({ key: 'index', text: this.#index.save() });
		} catch {
			// A full disk, or more than one text can hold.
		}
	}

	/** What is to be found, how many entries were emptied out of the bin, and the hashes of what was not. */
	async #wanted(): Promise<{ wanted: Wanted[]; emptied: number; needed: Set<string> }> {
		const { database } = this.library;
		const newest = new Map<string, LibraryEntry>();
		const needed = new Set<string>();
		let emptied = 0;
		for (let last = ''; ;) {
			const rows = await database.entries.where(':id').above(last).limit(AT_ONCE).toArray();
			for (const row of rows) {
				if (!isEntry(row)) continue;
				if (row.emptied) emptied += 1;
				else needed.add(row.value.hash);
				if (!row.deleted && row.version > (newest.get(row.path)?.version ?? 0)) newest.set(row.path, row);
			}
			last = rows.at(-1)?.id ?? '';
			if (rows.length < AT_ONCE) break;
		}
		const [runs, notes] = await Promise.all([database.runs.toArray(), database.notes.toArray()]);
		const wanted = [
			...[...newest.values()].map((entry): Wanted => ({
				...{ id: `entry:${entry.id}`, kind: entry.kind, title: entry.path, at: entry.at },
				stamp: `${entry.path}@${entry.value.hash}${(entry.tags ?? []).join()}`,
				text: async () => [...(entry.tags ?? []), await textOfEntry(entry, this.library)].join('\n')
			})),
			// One that is at work changes by the second; it is read when it stands.
			...runs
				.filter((run) => isRun(run) && run.status !== 'running')
				.map((run): Wanted => ({
					...{ id: `run:${run.id}`, kind: 'run', title: run.title, at: run.startedAt },
					stamp: String(run.updatedAt),
					text: async () => [run.workflowTitle, await textOfRun(run.id, this.library)].join('\n')
				})),
			...notes
				.filter((note) => isNote(note) && note.status === 'active')
				.map((note): Wanted => ({
					...{ id: `note:${note.id}`, kind: 'note', title: note.instruction, at: note.createdAt },
					stamp: String(note.updatedAt),
					text: () => Promise.resolve(textOfNote(note))
				}))
		];
		return { wanted, emptied, needed };
	}

	async #textOf(kind: Hit['kind'], ref: string): Promise<string> {
		const { database } = this.library;
		try {
			if (kind === 'run') return await textOfRun(ref, this.library);
			if (kind === 'note') {
				const note = await database.notes.get(ref);
				return note ? textOfNote(note) : '';
			}
			const entry = await database.entries.get(ref);
			return entry ? await textOfEntry(entry, this.library) : '';
		} catch {
			return '';
		}
	}
}

function textOfNote(note: NoteRow): string {
	return [note.before, note.after].join('\n');
}
