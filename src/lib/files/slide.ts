import type { Reading } from './reading';
import { localName } from './relations';
import { readXml } from './xml';

/** A paragraph of a slide, or a row of a table on it. */
export interface SlideLine {
	text: string;
	isTitle: boolean;
	cells: string[] | null;
	isFirstRow: boolean;
}

/** The paragraphs of a slide that have text; its title first. Throws {@link Refused}. */
export async function paragraphsOf(
	file: { name: string },
	bytes: Uint8Array,
	reading: Reading
): Promise<SlideLine[]> {
	const lines: SlideLine[] = [];
	let [text, inText, isTitle, rows] = ['', false, false, 0];
	let cells: string[] | null = null;
	await readXml(
		file,
		bytes,
		{
			open(name, attribute) {
				switch (localName(name)) {
					case 'sp':
						isTitle = false;
						break;
					case 'ph':
						isTitle = /^(?:title|ctrTitle)$/.test(attribute('type') ?? '');
						break;
					case 'p':
						text = '';
						break;
					case 't':
						inText = true;
						break;
					case 'br':
						text += '\n';
						break;
					case 'tbl':
						rows = 0;
						break;
					case 'tr':
						cells = [];
						break;
					case 'tc':
						cells?.push('');
				}
			},
			close(name) {
				switch (localName(name)) {
					case 't':
						inText = false;
						break;
					case 'p': {
						const said = text.trim();
						text = '';
						if (said === '') break;
						if (cells) cells[cells.length - 1] = [cells.at(-1) ?? '', said].filter(Boolean).join(' ');
						else lines.push({ text: said, isTitle, cells: null, isFirstRow: false });
						break;
					}
					case 'tr':
						if (cells?.some((cell) => cell !== ''))
							lines.push({ text: '', isTitle: false, cells, isFirstRow: rows++ === 0 });
						cells = null;
				}
			},
			text(piece) {
				if (inText) text += piece;
			}
		},
		reading
	);
	return lines.sort((a, b) => Number(b.isTitle) - Number(a.isTitle));
}
