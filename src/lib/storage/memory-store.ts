import { DONE, fail, hashOf, KEPT_TWICE, ok, type Result } from '$lib/core';
import { emptyHead, headAfter, type Head, type LogRecord, type RunRow } from '$lib/run';
import { byStream, firstsOf, madeByPerson } from './chains';
import { formatNewer, leaseLost, storeClosed, streamMoved, valueDamaged, valueMissing } from './failures';
import { dropNamed, looseOf, namesValues } from './forget';
import { DATA_FORMAT, OPEN_STATUSES } from './format';
import type { Commit, OpenReport, Store, StoredValue } from './ports';
import { noRows, project, type Rows } from './project';
import { SMALL_BYTES } from './value-rows';

/** What memory stores of one "device" share. Several stores on one behave like several tabs. */
export class MemoryDevice {
	readonly streams = new Map<string, LogRecord[]>();
	readonly values = new Map<string, StoredValue>();
	readonly runs = new Map<string, RunRow>();
	/** Workflows, notes and library entries as lists show them. */
	rows: Rows = noRows();
	format = DATA_FORMAT;
	epoch = 0;
}

/** A store that forgets at the end: for tests, and for devices that deny storage. */
export class MemoryStore implements Store {
	#open = false;

	constructor(readonly device = new MemoryDevice()) {}

	async open(): Promise<Result<OpenReport>> {
		if (this.device.format > DATA_FORMAT) return fail(formatNewer(this.device.format));
		this.#open = true;
		return ok({
			rebuilt: 'nothing',
			records: 0,
			hadData: madeByPerson(this.device.streams.keys()),
			notice: null
		});
	}

	async commit(commit: Commit): Promise<Result<void>> {
		const { device } = this;
		const firsts = firstsOf(commit.records);
		if (!this.#open) return fail(storeClosed());
		if (device.format > DATA_FORMAT) return fail(formatNewer(device.format));
		if (commit.epoch !== null && commit.epoch < device.epoch) return fail(leaseLost());
		for (const first of firsts.values()) {
			const head = this.#headOf(first.stream);
			if (first.seq !== head.length || first.prev !== head.hash) return fail(streamMoved(first.stream));
		}
		// Copied, so that nobody changes by hand what was stored.
		const { records, values, runs } = structuredClone(commit);
		for (const [stream, list] of byStream(records)) {
			device.streams.set(stream, [...(device.streams.get(stream) ?? []), ...list]);
		}
		for (const value of values) device.values.set(value.hash, value);
		for (const row of runs) device.runs.set(row.id, row);
		project(device.rows, records);
		return DONE;
	}

	async flush(): Promise<Result<void>> {
		return this.#open ? DONE : fail(storeClosed());
	}

	async records(stream: string, from = 0): Promise<LogRecord[]> {
		return structuredClone((this.device.streams.get(stream) ?? []).slice(from));
	}

	async head(stream: string): Promise<Head> {
		return this.#headOf(stream);
	}

	async heads(prefix: string): Promise<Head[]> {
		const names = [...this.device.streams.keys()].filter((name) => name.startsWith(prefix)).sort();
		return names.map((name) => this.#headOf(name));
	}

	async openRuns(): Promise<string[]> {
		return [...this.device.runs.values()]
			.filter((row) => OPEN_STATUSES.includes(row.status))
			.sort((a, b) => a.startedAt - b.startedAt)
			.map((row) => row.id);
	}

	async value(hash: string): Promise<Result<StoredValue>> {
		const value = this.device.values.get(hash);
		if (!value) return fail(valueMissing(hash));
		return hashOf(value.content) === hash ? ok(structuredClone(value)) : fail(valueDamaged(hash));
	}

	async forget(hashes: readonly string[]): Promise<Result<number>> {
		const { streams, rows, values } = this.device;
		const loose = looseOf(hashes, [...rows.entries.values()]);
		for (const [stream, records] of streams)
			if (namesValues(stream)) for (const { event } of records) dropNamed(loose, JSON.stringify(event));
		let freed = 0;
		for (const hash of loose) {
			const bytes = values.get(hash)?.bytes ?? 0;
			if (bytes <= SMALL_BYTES) continue;
			values.delete(hash);
			if (bytes > KEPT_TWICE) freed += bytes;
		}
		return ok(freed);
	}

	/** There is no second copy, and lists are made of nothing else. */
	lookOver(): Promise<Result<OpenReport>> {
		return this.open();
	}

	async nextEpoch(): Promise<number> {
		this.device.epoch += 1;
		return this.device.epoch;
	}

	async wipe(): Promise<Result<void>> {
		for (const map of [this.device.streams, this.device.values, this.device.runs]) map.clear();
		this.device.rows = noRows();
		return DONE;
	}

	async close(): Promise<void> {
		this.#open = false;
	}

	#headOf(stream: string): Head {
		return headAfter(emptyHead(stream), this.device.streams.get(stream) ?? []);
	}
}
