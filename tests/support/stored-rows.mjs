/**
 * What rows of the database hold, read past the app and not by the code that is tested: records and small values that
 * were written together share rows.
 */

/** @typedef {{ stream: string, seq: number, hash: string, prev: string, event: any }} LogRecord */

/** The records in rows of `events`, in order. @param {readonly any[]} rows @returns {LogRecord[]} */
export function recordsIn(rows) {
	return rows.flatMap((row) => {
		if (!Array.isArray(row.records)) return [row];
		let { prev } = row;
		return row.records.map((/** @type {string} */ text, /** @type {number} */ index) => {
			const { event, hash } = JSON.parse(text);
			const record = {
				stream: row.stream,
				seq: row.seq - row.records.length + 1 + index,
				event,
				prev,
				hash
			};
			prev = hash;
			return record;
		});
	});
}

/** The values in rows of `values` and of `packs`, each once, by hash. @param {readonly any[]} values @param {readonly any[]} packs */
export function valuesIn(values, packs) {
	const all = [...values, ...packs.flatMap((pack) => pack.values)];
	const byHash = new Map(all.map((value) => [value.hash, value]));
	return [...byHash.values()].sort((a, b) => (a.hash < b.hash ? -1 : 1));
}
