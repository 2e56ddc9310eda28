import { canonicalJson, hashOf } from '$lib/core';

/**
 * One entry of an append-only stream. `hash` covers the entry before it, so a changed, missing or reordered
 * entry shows. Stream names: `run:<id>`, `workflow:<id>`, `notes`, `library`.
 */
export interface LogRecord<E = { type: string; at: number }> {
	stream: string;
	/** 0 for the first. */
	seq: number;
	event: E;
	/** Hash of the record before; empty for the first. */
	prev: string;
	/** SHA-256 of `prev`, the stream, the number and the canonical JSON of the event. */
	hash: string;
}

/** How long a stream is and the hash of its last record; an empty stream has length 0 and an empty hash. */
export interface Head {
	stream: string;
	length: number;
	hash: string;
}

export function recordHash(stream: string, seq: number, event: unknown, prev: string): string {
	return hashOf(`${prev}\n${stream}\n${seq}\n${canonicalJson(event)}`);
}

/** The records that continue a stream after its head. */
export function chain<E>(head: Head, events: readonly E[]): LogRecord<E>[] {
	let prev = head.hash;
	return events.map((event, index) => {
		const seq = head.length + index;
		const hash = recordHash(head.stream, seq, event, prev);
		const record = { stream: head.stream, seq, event, prev, hash };
		prev = hash;
		return record;
	});
}

/** The head after some records; of none, the head given. */
export function headAfter(head: Head, records: readonly LogRecord<unknown>[]): Head {
	const last = records[records.length - 1];
	return last ? { stream: head.stream, length: last.seq + 1, hash: last.hash } : head;
}

export function emptyHead(stream: string): Head {
	return { stream, length: 0, hash: '' };
}

/** The number of the first record that does not continue the chain, or null when all do. */
export function firstBroken(records: readonly LogRecord<unknown>[]): number | null {
	let prev = '';
	for (const [index, record] of records.entries()) {
		const right =
			record.seq === index &&
			record.prev === prev &&
			record.hash === recordHash(record.stream, record.seq, record.event, prev);
		if (!right) return index;
		prev = record.hash;
	}
	return null;
}
