import { DONE, type Result } from '$lib/core';
import {
	apply,
	chain,
	emptyHead,
	foldAll,
	headAfter,
	rowOf,
	type Head,
	type LogRecord,
	type RunEvent,
	type RunState
} from '$lib/run';
import type { Store, StoredValue } from '$lib/storage';
import type { CommitQueue } from './queue';

/** How a write is done: `strict` for decisions, effects and typed text. */
export interface How {
	durability: 'strict' | 'relaxed';
	/** Do not ask again when another writer was first: the caller's other records are out of date too. */
	once?: boolean;
}

/**
 * Builds events from the state as it is at the moment of writing; null means: there is nothing to write any more.
 * `also` are records of other streams that go in the same commit.
 */
export type MakeEvents = (
	state: RunState
) => { events: RunEvent[]; values?: StoredValue[]; also?: LogRecord[] } | null;

/** A run's log as those who carry out attempts see it. */
export type Log = Pick<RunLog, 'id' | 'state' | 'append'>;

/**
 * One run's log in memory: its state with everything appended so far, committed or still on its way. Only this
 * class folds that state, in place.
 */
export class RunLog {
	#state: RunState;
	#head: Head;
	/** Set when a commit failed: memory is ahead of the disk until the next reload. */
	#stale = false;
	/** How often the log was read again. A write of an earlier time that fails says nothing about the present memory. */
	#reloads = 0;
	/** The reload under way, so that several failed writers wait for one. */
	#reloading: Promise<void> | null = null;

	private constructor(
		readonly id: string,
		private readonly store: Store,
		private readonly queue: CommitQueue,
		loaded: { state: RunState; head: Head }
	) {
		this.#state = loaded.state;
		this.#head = loaded.head;
	}

	/** Reads a run from the store; an unknown one is empty. */
	static async open(id: string, store: Store, queue: CommitQueue): Promise<RunLog> {
		return new RunLog(id, store, queue, await load(id, store));
	}

	get state(): RunState {
		return this.#state;
	}

	get isStale(): boolean {
		return this.#stale;
	}

	/**
	 * Appends events and folds them at once; the promise settles when they are on disk. If another writer was
	 * first, the log is read again and `make` is asked again, so that a decision is never made on an old state.
	 */
	async append(make: MakeEvents, how: How): Promise<Result<void>> {
		for (;;) {
			if (this.#stale) await this.reload();
			const made = make(this.#state);
			if (!made || made.events.length === 0) return DONE;
			const records = chain(this.#head, made.events);
			this.#head = headAfter(this.#head, records);
			for (const event of made.events) apply(this.#state, event);
			const reloads = this.#reloads;
			const written = await this.queue.write({
				records: [...records, ...(made.also ?? [])],
				values: made.values ?? [],
				row: () => rowOf(this.#state),
				durability: how.durability
			});
			if (written.ok) return written;
			if (reloads === this.#reloads) this.#stale = true;
			if (how.once || written.failure.code !== 'stream.moved') return written;
		}
	}

	/** Folds what others appended since; after a failed commit, starts again from the disk. */
	reload(): Promise<void> {
		this.#reloading ??= this.#readAgain().finally(() => {
			this.#reloading = null;
		});
		return this.#reloading;
	}

	async #readAgain(): Promise<void> {
		if (!this.#stale) {
			const more = await this.store.records(streamOf(this.id), this.#head.length);
			const next = more[0];
			if (!next) return;
			if (next.prev === this.#head.hash) {
				for (const record of more) apply(this.#state, record.event as RunEvent);
				this.#head = headAfter(this.#head, more);
				return;
			}
		}
		const loaded = await load(this.id, this.store);
		this.#state = loaded.state;
		this.#head = loaded.head;
		this.#stale = false;
		this.#reloads += 1;
	}
}

/** Name of the stream of a run. */
export function streamOf(runId: string): string {
	return `run:${runId}`;
}

async function load(id: string, store: Store): Promise<{ state: RunState; head: Head }> {
	const records = await store.records(streamOf(id));
	const state = foldAll(
		id,
		records.map((record) => record.event as RunEvent)
	);
	return { state, head: headAfter(emptyHead(streamOf(id)), records) };
}
