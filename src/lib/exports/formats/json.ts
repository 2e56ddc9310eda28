import { ok } from '$lib/core';
import { packBundle } from '../bundle';
import { defineExport, fileName } from '../contract';

export default defineExport({
	id: 'json',
	purpose: 'work-on',
	title: 'The run (Galley file)',
	summary: 'Everything of this run, to import it elsewhere or to keep it; nothing is lost on the way.',
	extension: 'galley.json',
	comesBack: true,
	carriesSignature: true,
	example: '{\n\t"galley": "bundle"',
	make: async (source) =>
		ok({
			name: fileName(source.state.title, 'galley.json'),
			media: 'application/json',
			content: packBundle(source)
		})
});
