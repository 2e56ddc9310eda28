import { ok } from '$lib/core';
import { packBundle } from '../bundle';
import { defineExport, fileName } from '../contract';

export default defineExport({
	id: 'json',
	title: 'Galley file (JSON)',
	summary: 'Everything of this run, to keep or to import again with nothing lost.',
	extension: 'galley.json',
	make: async (source) =>
		ok({
			name: fileName(source.state.title, 'galley.json'),
			media: 'application/json',
			content: packBundle(source)
		})
});
