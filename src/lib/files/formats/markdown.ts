import { defineFormat } from '../contract';
import { readLines } from '../plain';

export default defineFormat({
	id: 'markdown',
	title: 'Markdown',
	extensions: ['md', 'markdown'],
	media: 'text/markdown',
	example: {
		name: 'last-week.md',
		content: '# Week 12\n\nRevenue rose by **4%**.\n',
		expect: {
			media: 'text/markdown',
			text: '# Week 12\n\nRevenue rose by **4%**.\n',
			unit: 'line',
			table: null,
			warnings: []
		}
	},
	read: async (file) => readLines(file, 'text/markdown')
});
