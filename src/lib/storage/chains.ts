import { recordHash, type LogRecord } from '$lib/run';

/**
 * The longest unbroken stream that can be made of records from several copies, in any order, with duplicates,
 * gaps and damaged ones among them. Where copies part ways, the longer continuation wins; of equal ones the record
 * that was handed in first.
 */
export function longestChain(candidates: readonly LogRecord[]): LogRecord[] {
	const levels = wholeBySeq(candidates);
	let length = 0;
	while (levels.has(length)) length += 1;
	const reach = reaches(levels, length);
	const chain: LogRecord[] = [];
	let prev = '';
	for (let seq = 0; seq < length; seq++) {
		let best: LogRecord | null = null;
		for (const record of levels.get(seq)?.values() ?? []) {
			if (record.prev !== prev) continue;
			if (!best || (reach.get(record.hash) ?? 0) > (reach.get(best.hash) ?? 0)) best = record;
		}
		if (!best) break;
		chain.push(best);
		prev = best.hash;
	}
	return chain;
}

/** Records whose hash is right, by number, each once. */
function wholeBySeq(candidates: readonly LogRecord[]): Map<number, Map<string, LogRecord>> {
	const levels = new Map<number, Map<string, LogRecord>>();
	for (const record of candidates) {
		const level = levels.get(record.seq) ?? new Map<string, LogRecord>();
		levels.set(record.seq, level);
		if (!level.has(record.hash) && isWhole(record)) level.set(record.hash, record);
	}
	return levels;
}

/** How far the stream goes on from each record, by its hash. */
function reaches(levels: Map<number, Map<string, LogRecord>>, length: number): Map<string, number> {
	const reach = new Map<string, number>();
	let after = new Map<string, number>();
	for (let seq = length - 1; seq >= 0; seq--) {
		const before = new Map<string, number>();
		for (const record of levels.get(seq)?.values() ?? []) {
			const far = 1 + (after.get(record.hash) ?? 0);
			reach.set(record.hash, far);
			before.set(record.prev, Math.max(far, before.get(record.prev) ?? 0));
		}
		after = before;
	}
	return reach;
}

/** True when the record is what its hash says. Rows of any shape may be handed in. */
export function isWhole(record: LogRecord): boolean {
	try {
		return record.hash === recordHash(record.stream, record.seq, record.event, record.prev);
	} catch {
		// Not JSON: something that we never wrote.
		return false;
	}
}

/** True when records are whole and each continues the one before it, from `from` on. */
export function isUnbroken(records: readonly LogRecord[], from = 0): boolean {
	return records.every(
		(record, index) =>
			record.seq === from + index &&
			(index === 0 ? from > 0 || record.prev === '' : record.prev === records[index - 1]?.hash) &&
			isWhole(record)
	);
}

/**
 * Do the records of a commit follow each other within their streams? Gives the first of each stream, by stream.
 * Throws when they don't: the caller has built them wrongly.
 */
export function firstsOf(records: readonly LogRecord[]): Map<string, LogRecord> {
	const firsts = new Map<string, LogRecord>();
	const lasts = new Map<string, LogRecord>();
	for (const record of records) {
		const last = lasts.get(record.stream);
		if (last && (record.seq !== last.seq + 1 || record.prev !== last.hash)) {
			throw new TypeError(`The records of ${record.stream} in this commit don't follow each other`);
		}
		if (!last) firsts.set(record.stream, record);
		lasts.set(record.stream, record);
	}
	return firsts;
}

/** Records by stream, in the order given. */
export function byStream(records: Iterable<LogRecord>): Map<string, LogRecord[]> {
	const streams = new Map<string, LogRecord[]>();
	for (const record of records) {
		const list = streams.get(record.stream);
		if (list) list.push(record);
		else streams.set(record.stream, [record]);
	}
	return streams;
}

/** True where there is more than the egress ledger, which Galley writes before a person has made anything. */
export function madeByPerson(streams: Iterable<string>): boolean {
	for (const stream of streams) if (stream !== 'egress') return true;
	return false;
}
