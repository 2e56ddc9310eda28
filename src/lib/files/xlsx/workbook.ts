import type { OfficeFile } from '../office';
import type { Reading } from '../reading';
import { corrupt } from '../refusals';
import { localName, relationsOf } from '../relations';
import { readXml } from '../xml';
import { formatKinds, type CellFormat } from './number-format';

/** What a workbook says before its sheets are read. */
export interface Workbook {
	sheets: { name: string; path: string; isHidden: boolean }[];
	/** Texts that cells point to by number. */
	strings: string[];
	/** How the number in a cell is meant, by the cell's style. */
	formats: CellFormat[];
	/** Days are counted from 1904, as old Macs did. */
	from1904: boolean;
}

const ROOT = 'xl/workbook.xml';

export async function openWorkbook(
	file: { name: string },
	office: OfficeFile,
	reading: Reading
): Promise<Workbook> {
	const relations = await relationsOf(file, office, ROOT, reading);
	const sheets: Workbook['sheets'] = [];
	let from1904 = false;
	await readXml(
		file,
		await office.part(ROOT),
		{
			open(name, attribute) {
				if (localName(name) === 'workbookPr') from1904 = /^(1|true)$/.test(attribute('date1904') ?? '');
				if (localName(name) !== 'sheet') return;
				const to = relations.get(attribute('r:id') ?? attribute('relationships:id') ?? '');
				// A sheet that is only a chart has no cells.
				if (to && to.kind === 'worksheet' && office.has(to.path)) {
					const isHidden = (attribute('state') ?? 'visible') !== 'visible';
					sheets.push({ name: attribute('name') ?? `Sheet ${sheets.length + 1}`, path: to.path, isHidden });
				}
			}
		},
		reading
	);
	if (sheets.length === 0) throw corrupt(file.name, 'a workbook', 'it has no sheet of cells');
	const partOf = (kind: string) => [...relations.values()].find((one) => one.kind === kind)?.path;
	return {
		sheets,
		strings: await stringsOf(file, office, partOf('sharedStrings'), reading),
		formats: await formatsOf(file, office, partOf('styles'), reading),
		from1904
	};
}

async function stringsOf(
	file: { name: string },
	office: OfficeFile,
	path: string | undefined,
	reading: Reading
): Promise<string[]> {
	const strings: string[] = [];
	if (path === undefined || !office.has(path)) return strings;
	let [text, inText, inSound] = ['', false, false];
	await readXml(
		file,
		await office.part(path),
		{
			open(name) {
				const local = localName(name);
				if (local === 'si') text = '';
				else if (local === 'rPh') inSound = true;
				else if (local === 't') inText = !inSound;
			},
			close(name) {
				const local = localName(name);
				if (local === 'si') strings.push(text);
				else if (local === 'rPh') inSound = false;
				else if (local === 't') inText = false;
			},
			text(piece) {
				if (!inText) return;
				reading.text(piece.length);
				text += piece;
			}
		},
		reading
	);
	return strings;
}

async function formatsOf(
	file: { name: string },
	office: OfficeFile,
	path: string | undefined,
	reading: Reading
): Promise<CellFormat[]> {
	if (path === undefined || !office.has(path)) return [];
	const codes = new Map<number, string>();
	const used: number[] = [];
	let inCells = false;
	await readXml(
		file,
		await office.part(path),
		{
			open(name, attribute) {
				const local = localName(name);
				if (local === 'numFmt') codes.set(Number(attribute('numFmtId')), attribute('formatCode') ?? '');
				else if (local === 'cellXfs') inCells = true;
				else if (local === 'xf' && inCells) used.push(Number(attribute('numFmtId') ?? 0));
			},
			close(name) {
				if (localName(name) === 'cellXfs') inCells = false;
			}
		},
		reading
	);
	return formatKinds(used, codes);
}
