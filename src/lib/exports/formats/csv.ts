import { ok } from '$lib/core';
import { defineExport, fileName } from '../contract';
import { dataOf, leavesOf, type Scalar } from '../tables';

/** What a spreadsheet would take for a formula. */
const FORMULA = /^[=+\-@\t\r]/;

export default defineExport({
	id: 'csv',
	purpose: 'data',
	title: 'Values (CSV)',
	summary: 'One row for every value that a step worked out or took from a file, for any spreadsheet.',
	extension: 'csv',
	example: 'step,field,value\r\n',
	make: async (source) => {
		const rows = dataOf(source).flatMap(({ title, value, text }) =>
			text !== null ? [[title, 'text', text]] : leavesOf(value, '').map(([path, leaf]) => [title, path, leaf])
		);
		const lines = [['step', 'field', 'value'], ...rows].map((row) => row.map(fieldOf).join(','));
		// The mark at the beginning tells a spreadsheet that it is UTF-8.
		return ok({
			name: fileName(source.state.title, 'csv'),
			media: 'text/csv',
			content: `\ufeff${lines.join('\r\n')}\r\n`
		});
	}
});

/** A field that no spreadsheet runs: text that looks like a formula gets an apostrophe, numbers stay numbers. */
function fieldOf(value: Scalar): string {
	const text = value === null ? '' : String(value);
	const safe = typeof value === 'string' && FORMULA.test(text) && !isNumber(text) ? `'${text}` : text;
	return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function isNumber(text: string): boolean {
	return /^-?\d+(\.\d+)?$/.test(text);
}
