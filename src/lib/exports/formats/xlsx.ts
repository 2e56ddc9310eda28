import { ok } from '$lib/core';
import { defineExport, fileName } from '../contract';
import { tablesOf, type Scalar, type Table } from '../tables';

/** What Excel takes: longest name of a sheet, longest text of a cell. */
const LONGEST_NAME = 31;
const LONGEST_TEXT = 32_767;
const MOST_ROWS = 1_048_000;

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';

export default defineExport({
	id: 'xlsx',
	purpose: 'data',
	title: 'Values (Excel)',
	summary: 'One sheet for every step that made data; numbers are numbers, texts are never formulas.',
	extension: 'xlsx',
	example: 'PK',
	make: async (source) => {
		// Libraries that write workbooks compress in workers made of text, which our policies do not let start.
		const { strToU8, zipSync } = await import('fflate');
		const tables = tablesOf(source);
		const sheets = tables.length > 0 ? tables : [{ title: 'No data', columns: [], rows: [] }];
		const parts = Object.entries(partsOf(sheets)).map(([path, xml]) => [path, strToU8(HEAD + xml)] as const);
		return ok({
			name: fileName(source.state.title, 'xlsx'),
			media: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
			content: zipSync(Object.fromEntries(parts)),
			plain: tables
				.flatMap(({ title, columns, rows }) => [title, ...columns, ...rows.flat()])
				.map(String)
				.join('\n')
		});
	}
});

function partsOf(sheets: readonly Table[]): Record<string, string> {
	const names = namesOf(sheets);
	const numbered = sheets.map((sheet, index) => ({ sheet, n: index + 1, name: names[index] ?? '' }));
	const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
	return {
		'[Content_Types].xml': `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${type}.sheet.main+xml"/>${numbered.map(({ n }) => `<Override PartName="/xl/worksheets/sheet${n}.xml" ContentType="${type}.worksheet+xml"/>`).join('')}</Types>`,
		'_rels/.rels': `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="r1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		'xl/workbook.xml': `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${numbered.map(({ n, name }) => `<sheet name="${xmlText(name)}" sheetId="${n}" r:id="r${n}"/>`).join('')}</sheets></workbook>`,
		'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${PACKAGE}/relationships">${numbered.map(({ n }) => `<Relationship Id="r${n}" Type="${OFFICE}/worksheet" Target="worksheets/sheet${n}.xml"/>`).join('')}</Relationships>`,
		...Object.fromEntries(numbered.map(({ sheet, n }) => [`xl/worksheets/sheet${n}.xml`, sheetXml(sheet)]))
	};
}

function sheetXml({ columns, rows }: Table): string {
	const lines = [columns, ...rows.slice(0, MOST_ROWS)].map(
		(row) => `<row>${row.map(cellXml).join('')}</row>`
	);
	return `<worksheet xmlns="${MAIN}"><sheetData>${lines.join('')}</sheetData></worksheet>`;
}

function cellXml(value: Scalar): string {
	if (value === null || value === '') return '<c/>';
	if (typeof value === 'number') return `<c><v>${value}</v></c>`;
	if (typeof value === 'boolean') return `<c t="b"><v>${value ? 1 : 0}</v></c>`;
	return `<c t="inlineStr"><is><t xml:space="preserve">${xmlText(value.slice(0, LONGEST_TEXT))}</t></is></c>`;
}

/** Names of sheets: no two alike, none of the characters that Excel keeps for itself. */
function namesOf(sheets: readonly Table[]): string[] {
	const taken = new Set<string>();
	return sheets.map(({ title }) => {
		const base = title.replace(/[[\]:*?/\\']/g, ' ').trim() || 'Sheet';
		let name = base.slice(0, LONGEST_NAME);
		for (let n = 2; taken.has(name.toLowerCase()); n++) {
			const end = ` ${n}`;
			name = base.slice(0, LONGEST_NAME - end.length) + end;
		}
		taken.add(name.toLowerCase());
		return name;
	});
}

/** XML has no place for control characters, however they are written. */
function xmlText(text: string): string {
	return (
		text
			.replace(/\p{Surrogate}/gu, '\ufffd')
			// eslint-disable-next-line no-control-regex -- these are what has to go
			.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
			.replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`)
	);
}
