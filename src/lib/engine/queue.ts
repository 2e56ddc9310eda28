import type { Failure, Result } from '$lib/core';
import { DONE } from '$lib/core';
import type { LogRecord, RunRow } from '$lib/run';
import type { Store, StoredValue } from '$lib/storage';

/** One stream's share of a commit. */
export interface Write {
	records: LogRecord[];
	values: StoredValue[];
	/** The list row after the records; asked for at the last moment, so that a burst makes it once. */
	row?: () => RunRow;
	/** The rows of several runs that come in together. */
	rows?: () => RunRow[];
	durability: 'strict' | 'relaxed';
}

/** Writes, and bytes of values, that may wait for a commit before pure steps wait for the disk. */
const FAR_WRITES = 256;
const FAR_BYTES = 8 * 1024 * 1024;
/** How long writes that nobody waits for are gathered, ms: three frames, so that screens follow without a lag. */
const GATHER_MS = 50;
/** How long after a relaxed commit that no other follows it is written out, ms: by then a screen shows what it brought. */
const FLUSH_MS = 100;
/** Where commits follow each other without a pause, each one after so many relaxed ones is strict. */
const RELAXED_IN_A_ROW = 20;

interface Waiting extends Write {
	settle: (result: Result<void>) => void;
}

/** What the shell shows about saving. */
export type SaveState = { saving: boolean; savedAt: number | null; notSaved: Failure | null };

/**
 * Group commit. Writes gather and go together in one commit, in the order in which they came: relaxed ones for a moment,
 * since nobody waits for them; a strict one goes at once and takes along what was gathered, or goes next when a commit is
 * under way. Whoever must not run ahead of the disk awaits the promise; pure work need not.
 */
export class CommitQueue {
	#waiting: Waiting[] = [];
	/** Bytes of the values that wait. */
	#bytes = 0;
	#busy = false;
	/** Set while relaxed writes are gathered. */
	#gathering: ReturnType<typeof setTimeout> | undefined;
	/** Relaxed commits that a power cut could take. */
	#relaxed = 0;
	#flushing: ReturnType<typeof setTimeout> | undefined;
	#saved: number | null = null;
	#notSaved: Failure | null = null;

	constructor(
		private readonly store: Store,
		private readonly epoch: () => number | null,
		private readonly now: () => number,
		private readonly onState: (state: SaveState) => void,
		private readonly onCommitted: (streams: Set<string>) => void
	) {}

	/** True when commits can't keep up: whoever only runs ahead of them should wait for its own. */
	get isFarBehind(): boolean {
		return this.#waiting.length > FAR_WRITES || this.#bytes > FAR_BYTES;
	}

	/** Settles when the write is on disk in both copies, or with why it is not. */
	write(write: Write): Promise<Result<void>> {
		return new Promise((settle) => {
			this.#waiting.push({ ...write, settle });
			for (const value of write.values) this.#bytes += value.bytes;
			if (this.#busy) return;
			if (write.durability === 'strict' || this.isFarBehind) void this.#drain();
			else this.#gathering ??= setTimeout(() => void this.#drain(), GATHER_MS);
		});
	}

	/** Something else than a commit has found out that nothing can be saved. */
	tellNotSaved(why: Failure): void {
		this.#notSaved = why;
		this.#tell();
	}

	async #drain(): Promise<void> {
		clearTimeout(this.#gathering);
		clearTimeout(this.#flushing);
		this.#gathering = undefined;
		this.#busy = true;
		this.#tell();
		do {
			const group = this.#waiting.splice(0);
			this.#bytes = 0;
			const together = await this.#commit(group);
			if (together.ok || group.length === 1) {
				for (const one of group) one.settle(together);
			} else {
				// One stream in the group may have moved; the others must not suffer for it.
				for (const one of group) one.settle(await this.#commit([one]));
			}
			// Whoever was settled goes on first, and may write.
			await Promise.resolve();
		} while (this.isFarBehind || this.#waiting.some((one) => one.durability === 'strict'));
		this.#busy = false;
		if (this.#waiting.length > 0) this.#gathering = setTimeout(() => void this.#drain(), GATHER_MS);
		else if (this.#relaxed > 0) this.#flushing = setTimeout(() => void this.#flush(), FLUSH_MS);
		this.#tell();
	}

	/** Screens show what relaxed commits brought, so it must not lie about for long where a power cut could take it. */
	async #flush(): Promise<void> {
		const count = this.#relaxed;
		const flushed = await this.store.flush();
		if (flushed.ok) this.#relaxed -= count;
		else this.#notSaved = flushed.failure;
		this.#tell();
	}

	async #commit(group: readonly Waiting[]): Promise<Result<void>> {
		const rows = new Map<string, () => RunRow>();
		for (const one of group) {
			const stream = one.records[0]?.stream;
			if (one.row && stream) rows.set(stream, one.row);
		}
		const isStrict = this.#relaxed >= RELAXED_IN_A_ROW || group.some((one) => one.durability === 'strict');
		const result = await this.store.commit({
			records: group.flatMap((one) => one.records),
			values: group.flatMap((one) => one.values),
			runs: [...[...rows.values()].map((row) => row()), ...group.flatMap((one) => one.rows?.() ?? [])],
			durability: isStrict ? 'strict' : 'relaxed',
			epoch: this.epoch()
		});
		if (result.ok) {
			this.#relaxed = isStrict ? 0 : this.#relaxed + 1;
			this.#saved = this.now();
			this.#notSaved = null;
			this.onCommitted(new Set(group.flatMap((one) => one.records.map((record) => record.stream))));
			return DONE;
		}
		if (/^(storage\.|format\.newer$)/.test(result.failure.code)) this.#notSaved = result.failure;
		return result;
	}

	#tell(): void {
		this.onState({ saving: this.#busy, savedAt: this.#saved, notSaved: this.#notSaved });
	}
}
