import { ok } from '$lib/core';
import { strToU8, zipSync } from 'fflate';
import { defineOutput } from '../output-contract';
import { rowsOf, type Cell } from '../rows';

// Written here, since the writer at hand packs in workers that our policies do not let start. Texts are inline, so that
// none of them is ever taken for a formula.

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const DOCUMENT = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const SHEET = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
/** Anything but the time of writing: the same table gives the same bytes. */
const MADE = new Date(2026, 0, 1);

export default defineOutput({
	id: 'xlsx',
	title: 'Workbook (XLSX)',
	extension: 'xlsx',
	media: `${SHEET}.sheet`,
	async make(approved) {
		const rows = await rowsOf(approved);
		if (!rows.ok) return rows;
		const files = {
			'[Content_Types].xml': `${HEAD}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${SHEET}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${SHEET}.worksheet+xml"/></Types>`,
			'_rels/.rels': `${HEAD}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${DOCUMENT}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
			'xl/workbook.xml': `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${DOCUMENT}"><sheets><sheet name="Table" sheetId="1" r:id="rId1"/></sheets></workbook>`,
			'xl/_rels/workbook.xml.rels': `${HEAD}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${DOCUMENT}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
			'xl/worksheets/sheet1.xml': `${HEAD}<worksheet xmlns="${MAIN}"><sheetData>${rows.value.map(rowXml).join('')}</sheetData></worksheet>`
		};
		const packed = Object.entries(files).map(([path, text]) => [path, strToU8(text)] as const);
		return ok(zipSync(Object.fromEntries(packed), { mtime: MADE }));
	}
});

function rowXml(row: readonly Cell[]): string {
	return `<row>${row.map(cellXml).join('')}</row>`;
}

function cellXml(cell: Cell): string {
	if (cell === null) return '<c/>';
	if (typeof cell === 'number') return `<c><v>${cell}</v></c>`;
	if (typeof cell === 'boolean') return `<c t="b"><v>${cell ? 1 : 0}</v></c>`;
	// A workbook has no place for control characters.
	const text = cell.replace(/[^\P{Cc}\t\n]/gu, '');
	const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
	return `<c t="inlineStr"><is><t xml:space="preserve">${escaped}</t></is></c>`;
}
