import { fail, failure, ok } from '$lib/core';
import { defineFormat } from '../contract';
import { firstJsonError } from '../json-error';
import { readLines } from '../plain';
import { pollutes, POLLUTES } from '../pollution';

export default defineFormat({
	id: 'jsonl',
	title: 'JSON lines',
	extensions: ['jsonl', 'ndjson'],
	media: 'text/plain',
	example: {
		name: 'events.jsonl',
		content: '{"day": 1, "orders": 12}\n{"day": 2, "orders": 9}\n',
		expect: {
			text: '{"day": 1, "orders": 12}\n{"day": 2, "orders": 9}\n',
			unit: 'line',
			table: null,
			warnings: [],
			spans: [{ start: 0, end: 49, place: { in: 'line', line: 1 } }]
		}
	},
	async read(file, reading) {
		const lines = readLines(file, 'text/plain');
		if (!lines.ok) return lines;
		for (const [index, line] of lines.value.text.split('\n').entries()) {
			if (index % 1_000 === 0) await reading.pause();
			if (line.trim() === '') continue;
			const error = firstJsonError(line);
			const problem = error?.problem ?? (pollutes(JSON.parse(line)) ? POLLUTES : null);
			if (problem === null) continue;
			return fail(
				failure(
					'jsonl.invalid',
					`“${file.name}” is not valid JSON lines: line ${index + 1} ${problem}. ` +
						'The file was left as it is. Correct that line or export it again, then add it again.',
					{ details: { name: file.name, line: index + 1, problem } }
				)
			);
		}
		return ok(lines.value);
	}
});
