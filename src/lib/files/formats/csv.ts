import { defineFormat } from '../contract';
import { looksLikeTable } from '../delimiter';
import { readTable } from '../table';

export default defineFormat({
	id: 'csv',
	title: 'Table (CSV)',
	extensions: ['csv'],
	media: 'text/csv',
	example: {
		name: 'sales.csv',
		content: 'region;revenue;note\r\nNorth;1200;"new\r\ncustomer"\r\nSouth;900\r\n',
		expect: {
			media: 'text/csv',
			text: 'region,revenue,note\nNorth,1200,new customer\nSouth,900,\n',
			unit: 'row',
			table: { columns: ['region', 'revenue', 'note'], rows: 2 },
			warnings: [
				'The cells are separated by semicolons.',
				'Cells are missing in row 3; they were taken as empty.'
			]
		}
	},
	recognises: looksLikeTable,
	read: (file, reading) => readTable(file, ',', reading)
});
