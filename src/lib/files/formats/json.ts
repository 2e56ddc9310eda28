import { fail, failure } from '$lib/core';
import { defineFormat } from '../contract';
import { firstJsonError } from '../json-error';
import { readLines } from '../plain';
import { pollutes, POLLUTES } from '../pollution';
import { unsafe } from '../refusals';

export default defineFormat({
	id: 'json',
	title: 'JSON',
	extensions: ['json'],
	media: 'application/json',
	example: {
		name: 'totals.json',
		content: '{\n  "revenue": 48210\n}\n',
		expect: {
			media: 'application/json',
			text: '{\n  "revenue": 48210\n}\n',
			unit: 'line',
			table: null,
			warnings: []
		}
	},
	recognises: (text) => /^\s*[[{]/.test(text) && firstJsonError(text) === null,
	async read(file) {
		const lines = readLines(file, 'application/json');
		if (!lines.ok) return lines;
		const error = firstJsonError(lines.value.text);
		if (error === null) {
			if (pollutes(JSON.parse(lines.value.text))) throw unsafe(file.name, POLLUTES);
			return lines;
		}
		return fail(
			failure(
				'json.invalid',
				`“${file.name}” is not valid JSON: line ${error.line} ${error.problem}. ` +
					'The file was left as it is. Correct that line or export it again, then add it again.',
				{ details: { name: file.name, ...error } }
			)
		);
	}
});
