import { DONE, fail, ok, type Result } from '$lib/core';
import { isReadable, readBackup, type BackupFacts } from '$lib/exports';
import { foldAll, rowOf, type LogRecord, type RunEvent } from '$lib/run';
import { putSetting, type GalleyDatabase, type Store, type StoredValue } from '$lib/storage';
import { markImported } from '../bring-in';

/** What came out of a backup beside what is in the store now. */
export interface Applied {
	facts: BackupFacts;
	/** Streams that this release can't read; they were not taken in. */
	leftOut: string[];
	kept: Record<string, string>;
	/** Keys, still sealed; null where there are none. */
	sealedKeys: Uint8Array | null;
}

/**
 * Puts everything of a backup into an empty store. Doing it again on a store that was emptied gives the same. `now` is
 * for runs that go on: they are told that they were brought in, so that nothing approved before is sent a second time;
 * null leaves them as they are.
 */
export async function applyBackup(
	file: Blob,
	into: { store: Store; database: GalleyDatabase },
	now: number | null
): Promise<Result<Applied>> {
	const { store, database } = into;
	const leftOut = new Set<string>();
	const lengths = new Map<string, number>();
	let kept: Record<string, string> = {};
	let sealedKeys: Uint8Array | null = null;
	let open: LogRecord[] = [];

	const write = (records: LogRecord[], values: StoredValue[]) => {
		const [first] = records;
		const runId = first?.stream.startsWith('run:') ? first.stream.slice('run:'.length) : null;
		const runs = runId ? [rowOf(foldAll(runId, eventsOf(records)))] : [];
		return store.commit({ records, values, runs, durability: 'relaxed', epoch: null });
	};
	const takeRecord = async (record: LogRecord): Promise<Result<void>> => {
		open.push(record);
		if (record.seq + 1 < (lengths.get(record.stream) ?? 0)) return DONE;
		const records = open;
		open = [];
		if (!records.every(isReadable)) {
			leftOut.add(record.stream);
			return DONE;
		}
		return write(now === null ? records : markGoingOn(records, now), []);
	};

	const read = await readBackup(file, async (part) => {
		switch (part.part) {
			case 'heads':
				for (const { stream, length } of part.heads) lengths.set(stream, length);
				return DONE;
			case 'values':
				return write([], part.values);
			case 'records':
				for (const record of part.records) {
					const taken = await takeRecord(record);
					if (!taken.ok) return taken;
				}
				return DONE;
			case 'settings':
				for (const { key, value } of part.settings) await putSetting(database, key, value);
				return DONE;
			case 'kept':
				kept = part.kept;
				return DONE;
			case 'keys':
				sealedKeys = part.sealed;
				return DONE;
		}
	});
	if (!read.ok) return fail(read.failure);
	const flushed = await store.flush();
	return flushed.ok ? ok({ facts: read.value, leftOut: [...leftOut], kept, sealedKeys }) : flushed;
}

/** Something may have gone out between the backup and the loss, so what was approved in an open run counts no more. */
function markGoingOn(records: LogRecord[], now: number): LogRecord[] {
	if (!records[0]?.stream.startsWith('run:')) return records;
	const decided = records.some(({ event }) => event.type === 'review.decided');
	return decided ? markImported(records, now) : records;
}

function eventsOf(records: readonly LogRecord[]): RunEvent[] {
	return records.map((record) => record.event as RunEvent);
}
