import { defineFormat } from '../contract';
import { readLines } from '../plain';

export default defineFormat({
	id: 'text',
	title: 'Plain text',
	extensions: ['txt', 'text', 'log'],
	media: 'text/plain',
	example: {
		name: 'call.txt',
		content: 'Call with Anna\r\nRefunds rose in the north.\r\n',
		expect: {
			media: 'text/plain',
			text: 'Call with Anna\nRefunds rose in the north.\n',
			unit: 'line',
			table: null,
			warnings: []
		}
	},
	read: async (file) => readLines(file, 'text/plain')
});
