import { DONE, fail, ok, type Failure, type Result } from '$lib/core';
import { stillHeld, storeClosed } from './failures';
import type { Journal, JournalEntry, JournalPlace } from './ports';

/** What memory journals of one "device" share: segments by name, and who owns which. */
export class MemoryDisk {
	readonly segments = new Map<string, JournalEntry[]>();
	/** Segments that lost entries from their middle; set by tests. */
	readonly damaged = new Set<string>();
	readonly owners = new Map<string, MemoryJournal>();
}

/** A journal in memory, for tests and for devices that deny storage. Several on one disk behave like several tabs. */
export class MemoryJournal implements Journal {
	/** Set by tests: the next appends fail with it. */
	refuse: Failure | null = null;
	#own: string | null = null;
	readonly #disk: MemoryDisk;
	readonly #limit: number;

	/** `limit` is the number of entries after which it rolls over. */
	constructor(disk = new MemoryDisk(), limit = 1000) {
		this.#disk = disk;
		this.#limit = limit;
	}

	async open(): Promise<Result<void>> {
		if (!this.#own) this.#claim();
		return DONE;
	}

	async next(): Promise<Result<JournalPlace>> {
		if (!this.#own) return fail(storeClosed());
		if (this.#entriesOf(this.#own).length >= this.#limit) {
			this.#release();
			this.#claim();
		}
		return ok({ segment: this.#own, entries: this.#entriesOf(this.#own).length });
	}

	async append(entries: readonly JournalEntry[]): Promise<Result<void>> {
		if (!this.#own) return fail(storeClosed());
		if (this.refuse) return fail(this.refuse);
		this.#entriesOf(this.#own).push(...structuredClone(entries as JournalEntry[]));
		return DONE;
	}

	async flush(): Promise<Result<void>> {
		return this.#own ? DONE : fail(storeClosed());
	}

	async counts(): Promise<Record<string, number>> {
		return Object.fromEntries([...this.#disk.segments].map(([name, entries]) => [name, entries.length]));
	}

	async state(segment: string): Promise<'busy' | 'damaged' | 'whole'> {
		const owner = this.#disk.owners.get(segment);
		if (owner !== undefined && owner !== this) return 'busy';
		return this.#disk.damaged.has(segment) ? 'damaged' : 'whole';
	}

	async missing(): Promise<number> {
		return this.#disk.damaged.size;
	}

	/** What is missing here shows in the counts. */
	async short(): Promise<string[]> {
		return [];
	}

	async *entries(): AsyncIterable<JournalEntry> {
		for (const entries of [...this.#disk.segments.values()]) yield* structuredClone(entries);
	}

	async wipe(): Promise<Result<void>> {
		this.#release();
		for (const name of [...this.#disk.segments.keys()]) {
			if (!this.#disk.owners.has(name)) this.#disk.segments.delete(name);
		}
		return this.#disk.segments.size === 0 ? DONE : fail(stillHeld());
	}

	async close(): Promise<void> {
		this.#release();
	}

	#claim(): void {
		let number = 1;
		const name = () => `segment-${String(number).padStart(6, '0')}`;
		while (this.#disk.owners.has(name()) || this.#entriesOf(name()).length >= this.#limit) number += 1;
		this.#own = name();
		this.#disk.owners.set(this.#own, this);
		if (!this.#disk.segments.has(this.#own)) this.#disk.segments.set(this.#own, []);
	}

	#release(): void {
		if (this.#own) this.#disk.owners.delete(this.#own);
		this.#own = null;
	}

	#entriesOf(name: string): JournalEntry[] {
		return this.#disk.segments.get(name) ?? [];
	}
}
