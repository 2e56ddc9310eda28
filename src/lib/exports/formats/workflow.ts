import { ok } from '$lib/core';
import { packWorkflow } from '../bundle';
import { defineExport, fileName } from '../contract';

export default defineExport({
	id: 'workflow',
	purpose: 'work-on',
	title: 'The workflow (Galley file)',
	summary: 'The workflow with its notes and the files of this run as samples, without the run itself.',
	extension: 'galley.json',
	carriesSignature: true,
	example: '{\n\t"galley": "bundle"',
	make: async (source) =>
		ok({
			name: fileName(source.state.definition?.title ?? '', 'galley.json'),
			media: 'application/json',
			content: packWorkflow(source)
		})
});
