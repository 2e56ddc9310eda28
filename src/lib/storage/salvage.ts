import { fail, hashOf, ok, textOfBytes, type Result } from '$lib/core';
import { emptyHead, headAfter, type Head, type LogRecord } from '$lib/run';
import { Dexie } from 'dexie';
import { byStream, longestChain } from './chains';
import type { EventsRow, PackRow, SettingRow, ValueRow } from './dexie-database';
import { recordsIn } from './event-rows';
import { within } from './exclusive';
import { valueDamaged, valueMissing } from './failures';
import type { Blobs, Journal, StoredValue } from './ports';

/** How long each copy may take to open, ms: one that hangs must not keep the other from being read. */
const PATIENCE_MS = 8_000;

/** What is left of a device, from whichever copy can be read. */
export interface Salvage {
	heads: Head[];
	records(stream: string): Promise<LogRecord[]>;
	hashes: string[];
	value(hash: string): Promise<Result<StoredValue>>;
	settings: SettingRow[];
}

/**
 * Reads what can be read of both copies when the store does not open. Changes nothing, asks for no version (a database of
 * a newer Galley is read as it is), and leaves out what is damaged.
 */
export async function salvage(parts: { name: string; journal: Journal; blobs: Blobs }): Promise<Salvage> {
	const candidates: LogRecord[] = [];
	const values = new Map<string, ValueRow>();
	const database = await tables(parts.name);
	for (const row of database.events) candidates.push(...recordsIn(row));
	for (const pack of database.packs) for (const value of pack.values) values.set(value.hash, value);
	for (const row of database.values) values.set(row.hash, row);
	try {
		// It claims a segment of its own and writes nothing to it.
		const opened = await within(PATIENCE_MS, parts.journal.open());
		if (opened.ok) {
			for await (const entry of parts.journal.entries()) {
				if ('record' in entry) candidates.push(entry.record);
				else if ('value' in entry) values.set(entry.value.hash, entry.value);
				else values.set(entry.blob.hash, { ...entry.blob, blob: true });
			}
		}
	} catch {
		// One copy is enough.
	}
	await parts.journal.close().catch(() => undefined);
	const streams = new Map<string, LogRecord[]>();
	for (const [stream, records] of byStream(candidates)) {
		const chain = longestChain(records);
		if (chain.length > 0) streams.set(stream, chain);
	}
	return {
		heads: [...streams].map(([stream, records]) => headAfter(emptyHead(stream), records)),
		records: async (stream) => streams.get(stream) ?? [],
		hashes: [...values.keys()].sort(),
		value: async (hash) => {
			const row = values.get(hash);
			if (!row) return fail(valueMissing(hash));
			if (!('blob' in row)) return hashOf(row.content) === hash ? ok(row) : fail(valueDamaged(hash));
			const content = await parts.blobs.get(hash).catch(() => null);
			if (!content) return fail(valueMissing(hash));
			if (hashOf(content) !== hash) return fail(valueDamaged(hash));
			const { media, bytes, text } = row;
			return ok({ hash, media, bytes, content: text ? textOfBytes(content) : content });
		},
		settings: database.settings
	};
}

/** Rows of the database in whatever version it is; none where it does not open. */
async function tables(name: string) {
	// Without a version Dexie opens what is there.
	const database = new Dexie(name);
	const read = async <T>(table: string): Promise<T[]> => {
		try {
			return await within(PATIENCE_MS, database.table<T>(table).toArray());
		} catch {
			return [];
		}
	};
	try {
		if (!(await Dexie.exists(name))) return { events: [], packs: [], values: [], settings: [] };
		await within(PATIENCE_MS, database.open());
		return {
			events: await read<EventsRow | LogRecord>('events'),
			packs: await read<PackRow>('packs'),
			values: await read<ValueRow>('values'),
			settings: await read<SettingRow>('settings')
		};
	} catch {
		return { events: [], packs: [], values: [], settings: [] };
	} finally {
		database.close();
	}
}
