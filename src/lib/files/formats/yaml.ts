import { fail, failure, ok } from '$lib/core';
import { defineFormat } from '../contract';
import { readLines } from '../plain';
import { POLLUTES } from '../pollution';
import { unsafe } from '../refusals';

export default defineFormat({
	id: 'yaml',
	title: 'YAML',
	extensions: ['yaml', 'yml'],
	media: 'text/plain',
	example: {
		name: 'settings.yaml',
		content: 'week: 12\nregions:\n  - North\n',
		expect: {
			text: 'week: 12\nregions:\n  - North\n',
			unit: 'line',
			table: null,
			warnings: [],
			spans: [{ start: 0, end: 28, place: { in: 'line', line: 1 } }]
		}
	},
	async read(file, reading) {
		const lines = readLines(file, 'text/plain');
		if (!lines.ok) return lines;
		const { isScalar, LineCounter, parseAllDocuments, visit } = await import('yaml');
		const counter = new LineCounter();
		reading.check();
		const { text } = lines.value;
		if (isDeep(text, reading.limits.nesting))
			throw unsafe(
				file.name,
				`has more than ${reading.limits.nesting} brackets or indents inside each other`
			);
		// Only its form is looked at: nothing is built of it, so aliases that multiply cost nothing.
		const parsed = parseAllDocuments(text, { lineCounter: counter, logLevel: 'silent' });
		const documents = Array.isArray(parsed) ? parsed : [];
		for (const document of documents) {
			visit(document, {
				Pair(_, { key }) {
					if (isScalar(key) && key.value === '__proto__') throw unsafe(file.name, POLLUTES);
				}
			});
		}
		const error = documents.flatMap((one) => one.errors)[0];
		if (!error) return ok(lines.value);
		const { line } = counter.linePos(error.pos[0]);
		const [problem = 'cannot be read'] = error.message.split(/ at line |\n/);
		return fail(
			failure(
				'yaml.invalid',
				`“${file.name}” is not valid YAML: line ${line}, ${problem.charAt(0).toLowerCase()}${problem.slice(1)}. ` +
					'The file was left as it is. Correct that line or export it again, then add it again.',
				{ details: { name: file.name, line, problem } }
			)
		);
	}
});

/** The parser calls itself for each level, so depth is looked at before it is let at the text. */
function isDeep(text: string, most: number): boolean {
	let depth = 0;
	for (const char of text) {
		if (char === '[' || char === '{') depth += 1;
		else if (char === ']' || char === '}') depth -= 1;
		if (depth > most) return true;
	}
	return text.split('\n').some((line) => line.search(/[^ -]/) > most * 2);
}
