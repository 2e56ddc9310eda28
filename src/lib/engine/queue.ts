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
	durability: 'strict' | 'relaxed';
}

interface Waiting extends Write {
	settle: (result: Result<void>) => void;
}

/** What the shell shows about saving. */
export type SaveState = { saving: boolean; savedAt: number | null; notSaved: Failure | null };

/**
 * Group commit. While one commit is under way, writes gather and go together in the next one, in the order in
 * which they came. Whoever must not run ahead of the disk awaits the promise; pure work need not.
 */
export class CommitQueue {
	#waiting: Waiting[] = [];
	#busy = false;
	#saved: number | null = null;
	#notSaved: Failure | null = null;

	constructor(
		private readonly store: Store,
		private readonly epoch: () => number | null,
		private readonly now: () => number,
		private readonly onState: (state: SaveState) => void,
		private readonly onCommitted: (streams: Set<string>) => void
	) {}

	/** Settles when the write is on disk in both copies, or with why it is not. */
	write(write: Write): Promise<Result<void>> {
		return new Promise((settle) => {
			this.#waiting.push({ ...write, settle });
			if (!this.#busy) void this.#drain();
		});
	}

	async #drain(): Promise<void> {
		this.#busy = true;
		this.#tell();
		while (this.#waiting.length > 0) {
			const group = this.#waiting.splice(0);
			const together = await this.#commit(group);
			if (together.ok || group.length === 1) {
				for (const one of group) one.settle(together);
			} else {
				// One stream in the group may have moved; the others must not suffer for it.
				for (const one of group) one.settle(await this.#commit([one]));
			}
		}
		this.#busy = false;
		this.#tell();
	}

	async #commit(group: readonly Waiting[]): Promise<Result<void>> {
		const rows = new Map<string, () => RunRow>();
		for (const one of group) {
			const stream = one.records[0]?.stream;
			if (one.row && stream) rows.set(stream, one.row);
		}
		const result = await this.store.commit({
			records: group.flatMap((one) => one.records),
			values: group.flatMap((one) => one.values),
			runs: [...rows.values()].map((row) => row()),
			durability: group.some((one) => one.durability === 'strict') ? 'strict' : 'relaxed',
			epoch: this.epoch()
		});
		if (result.ok) {
			this.#saved = this.now();
			this.#notSaved = null;
			this.onCommitted(new Set(group.flatMap((one) => one.records.map((record) => record.stream))));
			return DONE;
		}
		if (result.failure.code.startsWith('storage.')) this.#notSaved = result.failure;
		return result;
	}

	#tell(): void {
		this.onState({ saving: this.#busy, savedAt: this.#saved, notSaved: this.#notSaved });
	}
}
