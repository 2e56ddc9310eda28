import { defineFormat } from '../contract';
import { readTable } from '../table';

export default defineFormat({
	id: 'tsv',
	title: 'Table (TSV)',
	extensions: ['tsv', 'tab'],
	media: 'text/csv',
	example: {
		name: 'accounts.tsv',
		content: 'account\tspend\nAcme, Inc.\t310\n',
		expect: {
			media: 'text/csv',
			text: 'account,spend\n"Acme, Inc.",310\n',
			unit: 'row',
			table: { columns: ['account', 'spend'], rows: 1 },
			warnings: []
		}
	},
	read: (file, reading) => readTable(file, '\t', reading)
});
