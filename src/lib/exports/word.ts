import type * as DocxPackage from 'docx';
import type { FileChild, IParagraphOptions, ParagraphChild } from 'docx';
import { Marked, type Token, type Tokens } from 'marked';

/** Markdown as a Word document. */

type Docx = typeof DocxPackage;

export const WORD_MEDIA = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

/** Word has nine levels of a list. */
const DEEPEST = 8;
/** What a level of a list, or a quotation, is indented by, in twentieths of a point. */
const INDENT = 360;

/** The bytes of a document (`.docx`) that shows a Markdown text. Nothing in it leads anywhere or is fetched. */
export async function wordOf(markdown: string, title?: string): Promise<Uint8Array> {
	const docx = await import('docx');
	const writing: Writing = { docx, counted: [] };
	const children = blocksOf(new Marked({ gfm: true }).lexer(markdown), writing, { indent: 0 });
	const document = new docx.Document({
		...(title === undefined ? {} : { title }),
		creator: 'Galley',
		numbering: {
			config: writing.counted.map((start, list) => ({
				reference: `list ${list}`,
				levels: levelsFrom(start, docx)
			}))
		},
		sections: [{ children: children.length > 0 ? children : [new docx.Paragraph('')] }]
	});
	return new Uint8Array(await docx.Packer.toArrayBuffer(document));
}

interface Writing {
	docx: Docx;
	/** The first number of each counted list so far: every list counts for itself. */
	counted: number[];
}

/** Where a block lies: how deep, and as the first of a list item, of which list. */
interface Lying {
	indent: number;
	item?: { level: number; list: number | null };
}

function levelsFrom(start: number, { AlignmentType, LevelFormat }: Docx) {
	return Array.from({ length: DEEPEST + 1 }, (_, level) => ({
		...{ level, format: LevelFormat.DECIMAL, text: `%${level + 1}.`, alignment: AlignmentType.START },
		start,
		style: { paragraph: { indent: { left: 2 * INDENT * (level + 1), hanging: INDENT } } }
	}));
}

function blocksOf(tokens: readonly Token[], writing: Writing, lying: Lying): FileChild[] {
	return tokens.flatMap((token) => blockOf(token, writing, lying));
}

function blockOf(token: Token, writing: Writing, lying: Lying): FileChild[] {
	const { docx } = writing;
	const paragraph = (children: ParagraphChild[], more: IParagraphOptions = {}) =>
		new docx.Paragraph({ ...more, ...placed(lying), children });
	switch (token.type) {
		case 'heading': {
			const { depth, tokens } = token as Tokens.Heading;
			return [paragraph(runsOf(tokens, docx), { heading: headings(docx)[depth - 1] ?? 'Heading6' })];
		}
		case 'paragraph':
		case 'text':
			return [paragraph(runsOf((token as Tokens.Paragraph).tokens ?? [token], docx))];
		case 'list':
			return listOf(token as Tokens.List, writing, lying);
		case 'table':
			return [tableOf(token as Tokens.Table, docx), new docx.Paragraph('')];
		case 'blockquote':
			return blocksOf((token as Tokens.Blockquote).tokens, writing, { indent: lying.indent + 1 });
		case 'code':
			return (token as Tokens.Code).text
				.split('\n')
				.map((line) => paragraph([runOf(line, docx, { code: true })]));
		case 'hr':
			return [new docx.Paragraph({ thematicBreak: true })];
		case 'space':
			return [];
		default:
			return [paragraph([runOf(token.raw.trim(), docx, {})])];
	}
}

function placed({ indent, item }: Lying): IParagraphOptions {
	if (!item) return indent > 0 ? { indent: { left: indent * INDENT } } : {};
	const level = Math.min(item.level, DEEPEST);
	return item.list === null
		? { bullet: { level } }
		: { numbering: { reference: `list ${item.list}`, level } };
}

function listOf({ items, ordered, start }: Tokens.List, writing: Writing, lying: Lying): FileChild[] {
	const list = ordered ? writing.counted.push(start === '' ? 1 : start) - 1 : null;
	const level = lying.indent;
	return items.flatMap(({ tokens, task, checked }) => {
		const inner = tokens.filter(({ type }) => type !== 'checkbox');
		const [first, ...rest] = inner[0]?.type === 'list' ? [EMPTY, ...inner] : inner;
		const mark = task ? [{ ...EMPTY, raw: '', text: checked ? '☑ ' : '☐ ' }] : [];
		const own = first && 'tokens' in first && first.tokens ? first.tokens : [first ?? EMPTY];
		return [
			...blockOf({ ...EMPTY, tokens: [...mark, ...own] }, writing, { indent: level, item: { level, list } }),
			...blocksOf(rest, writing, { indent: level + 1 })
		];
	});
}

const EMPTY: Tokens.Text = { type: 'text', raw: '', text: '' };

function tableOf({ header, rows }: Tokens.Table, docx: Docx): FileChild {
	const row = (cells: Tokens.TableCell[], look: Look) =>
		new docx.TableRow({
			tableHeader: look.bold === true,
			children: cells.map(
				({ tokens }) =>
					new docx.TableCell({ children: [new docx.Paragraph({ children: runsOf(tokens, docx, look) })] })
			)
		});
	return new docx.Table({
		width: { size: 100, type: docx.WidthType.PERCENTAGE },
		rows: [row(header, { bold: true }), ...rows.map((cells) => row(cells, {}))]
	});
}

const headings = ({ HeadingLevel }: Docx) => [
	HeadingLevel.HEADING_1,
	HeadingLevel.HEADING_2,
	HeadingLevel.HEADING_3,
	HeadingLevel.HEADING_4,
	HeadingLevel.HEADING_5,
	HeadingLevel.HEADING_6
];

interface Look {
	bold?: boolean;
	italics?: boolean;
	strike?: boolean;
	code?: boolean;
}

/** Links keep their words and show their address; pictures are named. */
function runsOf(tokens: readonly Token[], docx: Docx, look: Look = {}): ParagraphChild[] {
	return tokens.flatMap((token): ParagraphChild[] => {
		switch (token.type) {
			case 'strong':
				return runsOf((token as Tokens.Strong).tokens, docx, { ...look, bold: true });
			case 'em':
				return runsOf((token as Tokens.Em).tokens, docx, { ...look, italics: true });
			case 'del':
				return runsOf((token as Tokens.Del).tokens, docx, { ...look, strike: true });
			case 'codespan':
				return [runOf((token as Tokens.Codespan).text, docx, { ...look, code: true })];
			case 'br':
				return [new docx.TextRun({ break: 1 })];
			case 'link': {
				const { tokens: inner, href, text } = token as Tokens.Link;
				return [...runsOf(inner, docx, look), ...(text === href ? [] : [runOf(` (${href})`, docx, look)])];
			}
			case 'image': {
				const { text, href } = token as Tokens.Image;
				return [runOf(`[image: ${text || href}]`, docx, look)];
			}
			case 'text': {
				const { tokens: inner, text } = token as Tokens.Text;
				return inner ? runsOf(inner, docx, look) : [runOf(text, docx, look)];
			}
			case 'escape':
				return [runOf((token as Tokens.Escape).text, docx, look)];
			default:
				return [runOf(token.raw, docx, look)];
		}
	});
}

function runOf(text: string, { TextRun }: Docx, { code, ...look }: Look): ParagraphChild {
	return new TextRun({ text, ...look, ...(code ? { font: 'Consolas' } : {}) });
}
