import { ok } from '$lib/core';
import { defineFormat } from '../contract';
import { holdsPart, openOffice } from '../office';
import { noText } from '../refusals';
import { wholeOf } from '../whole';
import { cellsOf } from '../xlsx/sheet';
import { tableOfCells } from '../xlsx/table';
import { openWorkbook } from '../xlsx/workbook';

export default defineFormat({
	id: 'xlsx',
	title: 'Excel workbook',
	extensions: ['xlsx', 'xlsm'],
	media: 'text/csv',
	example: {
		name: 'sales.xlsx',
		content: {
			entries: {
				'xl/workbook.xml':
					'<workbook xmlns:r="r"><sheets><sheet name="Sales" sheetId="1" r:id="a"/></sheets></workbook>',
				'xl/_rels/workbook.xml.rels':
					'<Relationships><Relationship Id="a" Type="x/worksheet" Target="worksheets/one.xml"/></Relationships>',
				'xl/worksheets/one.xml':
					'<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>region</t></is></c><c r="B1" t="inlineStr"><is><t>revenue</t></is></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>North</t></is></c><c r="B2"><v>1204.5</v></c></row></sheetData></worksheet>'
			}
		},
		expect: {
			text: 'region,revenue\nNorth,1204.5\n',
			unit: 'row',
			table: { columns: ['region', 'revenue'], rows: 1 },
			warnings: [],
			spans: [{ start: 0, end: 28, place: { in: 'cell', sheet: 'Sales', row: 1, column: 1 } }]
		}
	},
	sniff: (bytes) => holdsPart(bytes, 'xl/workbook.xml'),
	async read(file, reading) {
		const office = openOffice(file, 'a workbook', reading);
		const workbook = await openWorkbook(file, office, reading);
		const Papa = (await import('papaparse')).default;
		const warnings: string[] = [];
		const visible = workbook.sheets.filter((sheet) => !sheet.isHidden);
		const hidden = workbook.sheets.filter((sheet) => sheet.isHidden).map((sheet) => `“${sheet.name}”`);
		if (hidden.length > 0)
			warnings.push(
				`Hidden sheets were not read: ${hidden.join(', ')}. Show them in the workbook to have them read.`
			);
		const parts = [];
		for (const [index, sheet] of visible.entries()) {
			await reading.pause({ unit: 'sheet', done: index, total: visible.length });
			const { cells, unknown } = await cellsOf(file, office, sheet.path, workbook, reading);
			if (cells.length === 0) continue;
			const name = visible.length === 1 ? file.name : `${file.name} › ${sheet.name}`;
			const table = tableOfCells(name, sheet.name, cells, Papa, reading);
			if (unknown > 0)
				table.warnings.push(
					`${unknown === 1 ? 'A formula has' : `${unknown} formulas have`} no stored result and count as empty. Open the workbook, save it and add it again.`
				);
			parts.push(table);
		}
		const [only] = parts;
		if (!only) throw noText(file.name, 'its sheets are empty');
		if (parts.length > 1) return ok(wholeOf(file.name, parts, warnings, reading));
		return ok({ ...only, name: file.name, warnings: [...warnings, ...only.warnings] });
	}
});
