import { ok } from '$lib/core';
import { defineOutput } from '../output-contract';
import { rowsOf, type Cell } from '../rows';

export default defineOutput({
	id: 'csv',
	title: 'Table (CSV)',
	extension: 'csv',
	media: 'text/csv',
	async make(approved) {
		const rows = await rowsOf(approved);
		return rows.ok ? ok(rows.value.map((row) => `${row.map(quoted).join(',')}\n`).join('')) : rows;
	}
});

/** A text that a spreadsheet would take for a formula gets an apostrophe: it came from a document or a model. */
function quoted(cell: Cell): string {
	if (cell === null) return '';
	const text = typeof cell === 'string' && /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : String(cell);
	return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
