import type { OfficeFile } from '../office';
import type { Reading } from '../reading';
import { localName } from '../relations';
import { readXml } from '../xml';
import { sayNumber } from './number-format';
import type { Workbook } from './workbook';

/** A filled cell; row and column counted from 1. */
export interface Cell {
	row: number;
	column: number;
	text: string;
}

export interface SheetCells {
	cells: Cell[];
	/** Formulas whose result is not stored in the file. */
	unknown: number;
}

/** The filled cells of a sheet, in the order of the file. Throws {@link Refused}. */
export async function cellsOf(
	file: { name: string },
	office: OfficeFile,
	path: string,
	workbook: Workbook,
	reading: Reading
): Promise<SheetCells> {
	const found: SheetCells = { cells: [], unknown: 0 };
	let row = 0;
	let column = 0;
	let kind = 'n';
	let style = 0;
	let value = '';
	let hasFormula = false;
	let into: 'value' | null = null;
	let inSound = false;
	await readXml(
		file,
		await office.part(path),
		{
			open(name, attribute) {
				switch (localName(name)) {
					case 'row':
						row = Number(attribute('r') ?? row + 1);
						column = 0;
						break;
					case 'c': {
						const place = addressOf(attribute('r'));
						column = place?.column ?? column + 1;
						row = place?.row ?? row;
						kind = attribute('t') ?? 'n';
						style = Number(attribute('s') ?? 0);
						[value, hasFormula] = ['', false];
						reading.cells(1);
						break;
					}
					case 'f':
						hasFormula = true;
						break;
					case 'rPh':
						inSound = true;
						break;
					case 'v':
					case 't':
						into = inSound ? null : 'value';
				}
			},
			close(name) {
				switch (localName(name)) {
					case 'rPh':
						inSound = false;
						break;
					case 'v':
					case 't':
						into = null;
						break;
					case 'c': {
						if (hasFormula && value === '') found.unknown += 1;
						const text = textOf(value, kind, style, workbook);
						if (text.trim() !== '') found.cells.push({ row, column, text });
					}
				}
			},
			text(piece) {
				if (into) value += piece;
			}
		},
		reading
	);
	return found;
}

function textOf(value: string, kind: string, style: number, workbook: Workbook): string {
	switch (kind) {
		case 's':
			return unescape(workbook.strings[Number(value)] ?? '');
		case 'b':
			return value === '1' ? 'TRUE' : 'FALSE';
		case 'n':
			return sayNumber(value, workbook.formats[style] ?? 'number', workbook.from1904);
		case 'd':
			return value.replace(/T00:00:00(?:\.0+)?$/, '');
		default:
			return unescape(value);
	}
}

/** Characters that XML cannot hold are written `_x000D_`. */
function unescape(text: string): string {
	return text
		.replace(/_x([0-9a-f]{4})_/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
		.replace(/\r\n?/g, '\n');
}

/** `B12` as row 12, column 2; null for anything else and for what no spreadsheet has. */
function addressOf(reference: string | undefined): { row: number; column: number } | null {
	const match = /^([A-Z]{1,3})(\d{1,7})$/.exec(reference ?? '');
	if (!match) return null;
	const column = [...(match[1] ?? '')].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
	const row = Number(match[2]);
	return row >= 1 && row <= 1_048_576 && column <= 16_384 ? { row, column } : null;
}
