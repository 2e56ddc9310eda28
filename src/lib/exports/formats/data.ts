import { ok, type Json } from '$lib/core';
import { defineExport, fileName } from '../contract';
import { dataOf } from '../tables';

export default defineExport({
	id: 'data',
	purpose: 'data',
	title: 'Values (JSON)',
	summary: 'What every step made, by its id, for a program to read.',
	extension: 'json',
	example: '{\n\t"run":',
	make: async (source) => {
		const { state } = source;
		const outputs = Object.fromEntries(
			dataOf(source).map(({ id, title, value, text }): [string, Json] => [
				id,
				{ title, output: value ?? text }
			])
		);
		const run = { title: state.title, number: state.number, date: state.date, inputs: state.inputs };
		return ok({
			name: fileName(state.title, 'json'),
			media: 'application/json',
			content: `${JSON.stringify({ run, outputs }, null, '\t')}\n`
		});
	}
});
