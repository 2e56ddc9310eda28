import { createHash } from 'node:crypto';

/** @typedef {{ stream: string, length: number, hash: string }} Head */
/** @typedef {{ stream: string, seq: number, hash: string, prev: string, event: any }} LogRecord */

/** What the pages were told is kept: for each stream the longest beginning, by the hash that stands for all of it. */
export class Ledger {
	/** @type {Map<string, Head>} */
	#heads = new Map();

	/** @param {readonly Head[]} heads */
	acknowledge(heads) {
		for (const { stream, length, hash } of heads) {
			if (length > (this.#heads.get(stream)?.length ?? 0)) this.#heads.set(stream, { stream, length, hash });
		}
	}

	/** Number of records acknowledged. */
	get records() {
		return [...this.#heads.values()].reduce((sum, head) => sum + head.length, 0);
	}

	/** Acknowledged records that are not there any more, by stream. @param {readonly LogRecord[]} records */
	lost(records) {
		const lists = byStream(records);
		/** @type {string[]} */
		const lost = [];
		for (const { stream, length, hash } of this.#heads.values()) {
			const list = lists.get(stream) ?? [];
			if (list[length - 1]?.hash === hash && linked(list.slice(0, length))) continue;
			lost.push(`${stream}: ${length} were acknowledged, ${linkedLength(list)} are there`);
		}
		return lost;
	}

	get streams() {
		return [...this.#heads.keys()];
	}

	/** @param {string} stream */
	of(stream) {
		return this.#heads.get(stream);
	}
}

/** @param {readonly LogRecord[]} records */
export function byStream(records) {
	/** @type {Map<string, LogRecord[]>} */
	const lists = new Map();
	for (const record of records) {
		const list = lists.get(record.stream);
		if (list) list.push(record);
		else lists.set(record.stream, [record]);
	}
	return lists;
}

/** Does each record continue the one before it, the first one nothing? @param {readonly LogRecord[]} list */
export function linked(list) {
	return linkedLength(list) === list.length;
}

/** @param {readonly LogRecord[]} list */
function linkedLength(list) {
	let prev = '';
	for (const [index, record] of list.entries()) {
		if (record.seq !== index || record.prev !== prev || record.hash !== hashOf(record)) return index;
		prev = record.hash;
	}
	return list.length;
}

/** The hash that a record must have, worked out here anew and not by the code that is tested. @param {LogRecord} record */
function hashOf({ stream, seq, event, prev }) {
	return createHash('sha256')
		.update(`${prev}\n${stream}\n${seq}\n${canonical(event)}`)
		.digest('hex');
}

/** @param {any} value @returns {string} */
function canonical(value) {
	if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
	if (value === null || typeof value !== 'object') return JSON.stringify(value);
	const names = Object.keys(value).filter((name) => value[name] !== undefined);
	return `{${names
		.sort()
		.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`)
		.join(',')}}`;
}
