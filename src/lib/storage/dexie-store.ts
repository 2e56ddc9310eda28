import { DONE, fail, KEPT_TWICE, ok, unexpected, type Failure, type Result } from '$lib/core';
import { emptyHead, type Head, type LogRecord } from '$lib/run';
import { isUnbroken } from './chains';
import { mendStream, newFence, type Copies } from './copies';
import { GalleyDatabase, type FenceRow, type ValueRow } from './dexie-database';
import { entriesOf, transact } from './dexie-commit';
import { keysOf, plainHead, readRecords, recordsIn } from './event-rows';
import { exclusively, shared, Turns, within } from './exclusive';
import { journalLate, storageCleared, storageFailure, storeClosed, wipedElsewhere } from './failures';
import { DATA_FORMAT, OPEN_STATUSES } from './format';
import { findDamage, mend } from './look-over';
import type { Blobs, Commit, Journal, JournalEntry, OpenReport, Store, StoredValue } from './ports';
import { NOTHING_REBUILT } from './rebuild';
import { reconcile } from './reconcile';
import { beginNewLog } from './new-log';
import { isBrokenOff, openUnlessBlocked } from './opening';
import { DexieValues } from './dexie-values';
import { forgetValues } from './forget';
import { SMALL_BYTES } from './value-rows';

/** How many values a store remembers to have written. */
const REMEMBERED = 20_000;

/** Pause before a database that could not be opened again is tried once more, ms. */
const COME_BACK_MS = 3_000;
/** Pause before an opening that the browser broke off is begun again, ms. */
const OPEN_AGAIN_MS = 200;

export interface DexieStoreParts {
	/** Name of the database; two stores of one name share their data. */
	name: string;
	journal: Journal;
	blobs: Blobs;
	/** How long a transaction may take, ms; a disk that failed once can leave it hanging for ever. */
	patience?: number;
}

/** The store of a worker: Dexie arbitrates and is queried, the journal is the copy that survives it. */
export class DexieStore implements Store {
	readonly #name: string;
	readonly #journal: Journal;
	readonly #values: DexieValues;
	readonly #blobs: Blobs;
	readonly #patience: number;
	/** Durability is chosen for a connection, so there is one for each. */
	readonly #relaxed: GalleyDatabase;
	readonly #strict: GalleyDatabase;
	readonly #turns = new Turns();
	#news: BroadcastChannel | null = null;
	#shut: Failure | null = storeClosed();
	/** In the database and not in the journal; `certain` is false when the transaction gave no answer. */
	#owed: { entries: JournalEntry[]; certain: boolean } | null = null;
	/** Hashes of records whose commit was answered with `storage.journal`: the same commit may come again. */
	readonly #late = new Set<string>();
	/** After an error of the disk, LevelDB acknowledges writes and loses them until its log is changed. */
	#suspect = false;
	/** Small values that both copies got from this store: they are not looked up before they are written, and never forgotten. */
	readonly #written = new Set<string>();
	/** It has held something: if both copies are empty after that, somebody else has emptied them. */
	#hadData = false;
	#onRestored: (report: Result<OpenReport>) => void = () => undefined;

	constructor({ name, journal, blobs, patience = 10_000 }: DexieStoreParts) {
		this.#name = name;
		this.#journal = journal;
		this.#blobs = blobs;
		this.#patience = patience;
		this.#relaxed = new GalleyDatabase(name, 'relaxed');
		this.#strict = new GalleyDatabase(name, 'strict');
		// By force, that is: the browser may have thrown the database away.
		this.#strict.on('close', () => this.#closedByForce());
		this.#values = new DexieValues(this.#strict, journal, blobs);
	}

	open(onRestored: (report: Result<OpenReport>) => void = () => undefined): Promise<Result<OpenReport>> {
		this.#onRestored = onRestored;
		return this.#turns.take(async () => {
			this.#shut = null;
			this.#news ??= this.#listen();
			const report = await this.#reconcile();
			if (!report.ok) this.#shut = report.failure;
			else this.#hadData = report.value.hadData;
			return report;
		});
	}

	commit(commit: Commit): Promise<Result<void>> {
		// The file of a big value is there before its row is: nobody may take it for one that is not needed.
		const isBig = commit.values.some(({ bytes }) => bytes > KEPT_TWICE);
		return this.#turns.take(() =>
			isBig ? shared(this.#filesLock(), () => this.#commit(commit)) : this.#commit(commit)
		);
	}

	flush(): Promise<Result<void>> {
		return this.#turns.take(() => this.#flush());
	}

	async records(stream: string, from = 0): Promise<LogRecord[]> {
		const [head, found] = await Promise.all([
			this.#relaxed.heads.get(stream),
			readRecords(this.#relaxed, stream, from)
		]);
		const wanted = Math.max(0, (head?.length ?? 0) - from);
		return found.length >= wanted && isUnbroken(found, from)
			? found
			: ((await mendStream(this.#copies, stream))?.slice(from) ?? found);
	}

	async head(stream: string): Promise<Head> {
		const head = await this.#relaxed.heads.get(stream);
		return head ? plainHead(head) : emptyHead(stream);
	}

	async heads(prefix: string): Promise<Head[]> {
		const heads = await this.#relaxed.heads.where('stream').startsWith(prefix).toArray();
		return heads.map(plainHead);
	}

	async openRuns(): Promise<string[]> {
		const rows = await this.#relaxed.runs
			.where('status')
			.anyOf([...OPEN_STATUSES])
			.sortBy('startedAt');
		return rows.map((row) => row.id);
	}

	value(hash: string): Promise<Result<StoredValue>> {
		return this.#values.get(hash);
	}

	forget(hashes: readonly string[]): Promise<Result<number>> {
		return this.#turns.take(async () => {
			if (this.#shut) return fail(this.#shut);
			try {
				return await exclusively(this.#filesLock(), () => forgetValues(this.#strict, this.#blobs, hashes));
			} catch (error) {
				return fail(storageFailure(error, 'removing what is not needed any more'));
			}
		});
	}

	async nextEpoch(): Promise<number> {
		return this.#strict.transaction('rw', this.#strict.meta, async () => {
			const before = (await this.#strict.meta.get('fence')) as FenceRow | undefined;
			// Without a fence the database was emptied: the commit that follows finds that out and rebuilds it.
			const epoch = before ? before.epoch + 1 : newFence(undefined).epoch;
			if (before && before.format <= DATA_FORMAT) await this.#strict.meta.put({ ...before, epoch });
			return epoch;
		});
	}

	wipe(): Promise<Result<void>> {
		return this.#turns.take(async () => {
			this.#news?.postMessage('wiped');
			return exclusively(this.#lock(), async () => {
				try {
					// The journal after the database: while it stands, an interrupted wipe is undone at the next start.
					await this.#strict.transaction('rw', this.#strict.tables, () =>
						Promise.all(this.#strict.tables.map((table) => table.clear()))
					);
					this.#owed = null;
					this.#hadData = false;
					this.#late.clear();
					this.#written.clear();
					const wiped = await this.#wipeJournal();
					const cleared = await this.#blobs.wipe();
					if (!wiped.ok) return wiped;
					if (!cleared.ok) return cleared;
					const opened = await this.#journal.open();
					await this.#strict.meta.put(newFence(undefined));
					return opened;
				} catch (error) {
					return fail(storageFailure(error, 'deleting everything'));
				}
			});
		});
	}

	close(): Promise<void> {
		return this.#turns.take(async () => {
			this.#shut = storeClosed();
			this.#news?.close();
			this.#news = null;
			await this.#journal.close();
			this.#relaxed.close();
			this.#strict.close();
		});
	}

	/** Other tabs were told to let go of their segments; they get two seconds. */
	async #wipeJournal(): Promise<Result<void>> {
		for (let tries = 1; ; tries++) {
			const wiped = await this.#journal.wipe();
			if (wiped.ok || tries === 20) return wiped;
			await new Promise((done) => setTimeout(done, 100));
		}
	}

	async #commit(commit: Commit): Promise<Result<void>> {
		if (this.#shut) return fail(this.#shut);
		const settled = await this.#settle();
		if (!settled.ok) return settled;
		if (this.#isRepeat(commit)) return DONE;
		const values = await this.#values.prepare(
			commit.values.filter((value) => !this.#written.has(value.hash))
		);
		if (!values.ok) return values;
		let entries = await this.#write(commit, values.value);
		if (!entries.ok && entries.failure === 'emptied') {
			// Somebody cleared the database under us: bring it back first, then try once more.
			const back = await this.#comeBack();
			if (!back.ok) return back;
			entries = await this.#write(commit, values.value);
		}
		if (!entries.ok) {
			const { failure } = entries;
			return fail(failure === 'emptied' ? storageFailure(null, 'saving') : failure);
		}
		if (entries.value.length === 0) return DONE;
		const appended = await this.#journal.append(entries.value, commit.durability);
		if (appended.ok) {
			this.#hadData = true;
			this.#remember(values.value);
			return DONE;
		}
		this.#owed = { entries: entries.value, certain: true };
		for (const record of commit.records) this.#late.add(record.hash);
		return fail(journalLate(appended.failure));
	}

	async #flush(): Promise<Result<void>> {
		if (this.#shut) return fail(this.#shut);
		const settled = await this.#settle();
		if (!settled.ok) return settled;
		const { meta } = this.#strict;
		try {
			// A strict transaction takes all earlier ones along, but only when it has something to write.
			const put = this.#strict.transaction('rw', meta, async () => {
				const fence = await meta.get('fence');
				if (fence) await meta.put(fence);
			});
			await within(this.#patience, put);
		} catch (error) {
			this.#suspect = true;
			return fail(storageFailure(error, 'making the last changes safe from a power cut'));
		}
		return this.#journal.flush();
	}

	#remember(values: readonly ValueRow[]): void {
		if (this.#written.size > REMEMBERED) this.#written.clear();
		for (const { hash, bytes } of values) if (bytes <= SMALL_BYTES) this.#written.add(hash);
	}

	async #write(commit: Commit, values: ValueRow[]): Promise<Result<JournalEntry[], Failure | 'emptied'>> {
		const place = await this.#journal.next();
		if (!place.ok) return place;
		const db = commit.durability === 'strict' ? this.#strict : this.#relaxed;
		try {
			if (this.#suspect) await this.#refresh();
			const size = commit.values.reduce((sum, value) => sum + value.bytes, 0);
			const patience = this.#patience + size / 1000;
			return await within(patience, transact(db, commit, values, place.value));
		} catch (error) {
			if (error instanceof TypeError) return fail(unexpected(error, 'saving'));
			this.#suspect = true;
			if (error instanceof DOMException && error.name === 'TimeoutError') {
				this.#owed = { entries: entriesOf(commit.records, values), certain: false };
			}
			return fail(storageFailure(error, 'saving'));
		}
	}

	/** Appends what the journal is owed. */
	async #settle(): Promise<Result<void>> {
		if (!this.#owed) return DONE;
		const { entries, certain } = this.#owed;
		const appended = certain || (await this.#came(entries)) ? await this.#journal.append(entries) : DONE;
		if (!appended.ok) return fail(journalLate(appended.failure));
		this.#owed = null;
		return DONE;
	}

	/** Did a transaction without an answer come to pass? This read waits until it is over. Values alone do no harm. */
	async #came(entries: JournalEntry[]): Promise<boolean> {
		const record = entries.flatMap((entry) => ('record' in entry ? [entry.record] : []))[0];
		if (!record) return true;
		const { stream, seq, hash } = record;
		const row = await within(
			this.#patience,
			this.#strict.events
				.where('[stream+seq]')
				.between(...keysOf(stream, seq))
				.first()
		);
		if (!row || !recordsIn(row).some((one) => one.hash === hash)) return false;
		// The caller was told that it failed; the same commit again is no stranger's.
		for (const entry of entries) if ('record' in entry) this.#late.add(entry.record.hash);
		return true;
	}

	/** A commit that came back as `storage.journal` and is handed in again; by now the journal has it. */
	#isRepeat(commit: Commit): boolean {
		if (commit.records.length === 0 || !commit.records.every((record) => this.#late.has(record.hash)))
			return false;
		for (const record of commit.records) this.#late.delete(record.hash);
		return true;
	}

	async #refresh(): Promise<void> {
		this.#suspect = true;
		await beginNewLog(this.#name, this.#patience);
		this.#suspect = false;
	}

	#closedByForce(): void {
		void this.#turns
			.take(() => this.#comeBack())
			.then((back) => {
				// The disk is full, perhaps: tried until it is there again.
				if (!back.ok && !this.#shut) setTimeout(() => this.#closedByForce(), COME_BACK_MS);
			});
	}

	async lookOver(): Promise<Result<OpenReport>> {
		try {
			// Not in our turn: it reads for long, and commits are not to wait for that.
			const damage = await findDamage(this.#copies);
			return await this.#turns.take(async () => {
				if (this.#shut) return fail(this.#shut);
				if (!damage) return ok(NOTHING_REBUILT);
				return exclusively(this.#lock(), () => mend(this.#copies, damage));
			});
		} catch (error) {
			return fail(storageFailure(error, 'looking through what is kept'));
		}
	}

	/** Under an open store: brings back what the journal has, and tells whoever rests on what was read before. */
	async #comeBack(): Promise<Result<OpenReport>> {
		if (this.#shut) return fail(this.#shut);
		const back = await this.#reconcile();
		const isCleared = back.ok && this.#hadData && !back.value.hadData;
		const report = isCleared ? fail((this.#shut = storageCleared())) : back;
		this.#onRestored(report);
		return report;
	}

	async #reconcile(): Promise<Result<OpenReport>> {
		const first = await this.#reconcileOnce();
		if (first.ok || !isBrokenOff(first.failure)) return first;
		await new Promise((done) => setTimeout(done, OPEN_AGAIN_MS));
		return this.#reconcileOnce();
	}

	async #reconcileOnce(): Promise<Result<OpenReport>> {
		return exclusively(this.#lock(), async () => {
			try {
				const opened = await this.#journal.open();
				if (!opened.ok) return opened;
				const blocked = await openUnlessBlocked(this.#strict);
				if (blocked) return fail(blocked);
				await this.#relaxed.open();
				const report = await reconcile(this.#copies);
				// Where it cannot be done now, the next commit does it first.
				if (report.ok && report.value.rebuilt === 'database') await this.#refresh().catch(() => undefined);
				return report;
			} catch (error) {
				return fail(storageFailure(error, 'opening the database'));
			}
		});
	}

	get #copies(): Copies {
		return { db: this.#strict, journal: this.#journal };
	}

	#filesLock(): string {
		return `galley-files:${this.#name}`;
	}

	#lock(): string {
		return `galley-storage:${this.#name}`;
	}

	/** Another tab that deletes everything needs our segment free, and must not see our writes come after. */
	#listen(): BroadcastChannel {
		const news = new BroadcastChannel(`galley-storage:${this.#name}`);
		news.onmessage = ({ data }) => {
			if (data !== 'wiped') return;
			this.#shut = wipedElsewhere();
			void this.#turns.take(() => this.#journal.close());
		};
		return news;
	}
}
