import { ok } from '$lib/core';
import type * as DocxPackage from 'docx';
import type { IParagraphOptions, ParagraphChild } from 'docx';
import { Marked, type Token, type Tokens } from 'marked';
import { defineOutput } from '../output-contract';

type Docx = typeof DocxPackage;

/** How a list item lies: its depth, and whether it is counted. */
interface Lying {
	level: number;
	ordered: boolean;
}

const LEVELS = 5;

export default defineOutput({
	id: 'docx',
	title: 'Word (DOCX)',
	extension: 'docx',
	media: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
	async make({ content }) {
		const docx = await import('docx');
		const text =
			typeof content === 'string' ? content : `\`\`\`\n${JSON.stringify(content, null, 2)}\n\`\`\``;
		const children = new Marked({ gfm: true }).lexer(text).flatMap((token) => blocksOf(docx, token));
		const levels = Array.from({ length: LEVELS }, (_, level) => ({
			level,
			format: docx.LevelFormat.DECIMAL,
			text: `%${level + 1}.`,
			style: { paragraph: { indent: { left: 720 * (level + 1), hanging: 360 } } }
		}));
		const file = new docx.Document({
			numbering: { config: [{ reference: 'counted', levels }] },
			sections: [{ children: children.length > 0 ? children : [new docx.Paragraph('')] }]
		});
		return ok(new Uint8Array(await docx.Packer.toArrayBuffer(file)));
	}
});

type Block = InstanceType<Docx['Paragraph']> | InstanceType<Docx['Table']>;

function blocksOf(docx: Docx, token: Token, lying?: Lying): Block[] {
	const paragraph = (children: ParagraphChild[], more: IParagraphOptions = {}) =>
		new docx.Paragraph({ ...more, ...(lying ? listed(lying) : {}), children });
	switch (token.type) {
		case 'heading':
			return [
				paragraph(runsOf(docx, token.tokens), {
					heading: HEADINGS(docx)[(token as Tokens.Heading).depth - 1] ?? 'Heading6'
				})
			];
		case 'paragraph':
		case 'text':
			return [paragraph(runsOf(docx, 'tokens' in token && token.tokens ? token.tokens : [token]))];
		case 'blockquote':
			return (token.tokens ?? []).flatMap((inner) => blocksOf(docx, inner));
		case 'code':
			return (token as Tokens.Code).text
				.split('\n')
				.map((line) => paragraph([new docx.TextRun({ text: line, font: 'Courier New' })]));
		case 'list':
			return (token as Tokens.List).items.flatMap((item) =>
				item.tokens.flatMap((inner, at) =>
					inner.type === 'list'
						? blocksOf(docx, inner, {
								level: (lying?.level ?? 0) + 1,
								ordered: (inner as Tokens.List).ordered
							})
						: blocksOf(docx, inner, at === 0 ? levelOf(token as Tokens.List, lying) : undefined)
				)
			);
		case 'table': {
			const { header, rows } = token as Tokens.Table;
			const cell = (one: Tokens.TableCell) =>
				new docx.TableCell({ children: [new docx.Paragraph({ children: runsOf(docx, one.tokens) })] });
			const row = (cells: Tokens.TableCell[]) => new docx.TableRow({ children: cells.map(cell) });
			return [new docx.Table({ rows: [header, ...rows].map(row) }), new docx.Paragraph('')];
		}
		case 'space':
		case 'hr':
			return [];
		default:
			return [paragraph([new docx.TextRun(token.raw)])];
	}
}

function levelOf(list: Tokens.List, lying: Lying | undefined): Lying {
	return lying ?? { level: 0, ordered: list.ordered };
}

function listed({ level, ordered }: Lying): IParagraphOptions {
	const at = Math.min(level, LEVELS - 1);
	return ordered ? { numbering: { reference: 'counted', level: at } } : { bullet: { level: at } };
}

const HEADINGS = ({ HeadingLevel }: Docx) => [
	HeadingLevel.HEADING_1,
	HeadingLevel.HEADING_2,
	HeadingLevel.HEADING_3,
	HeadingLevel.HEADING_4,
	HeadingLevel.HEADING_5,
	HeadingLevel.HEADING_6
];

/** Words with their look. Links keep their words and show their address without leading anywhere. */
function runsOf(
	docx: Docx,
	tokens: readonly Token[] = [],
	look: { bold?: boolean; italics?: boolean } = {}
): ParagraphChild[] {
	return tokens.flatMap((token): ParagraphChild[] => {
		switch (token.type) {
			case 'strong':
				return runsOf(docx, token.tokens, { ...look, bold: true });
			case 'em':
				return runsOf(docx, token.tokens, { ...look, italics: true });
			case 'codespan':
				return [new docx.TextRun({ ...look, text: (token as Tokens.Codespan).text, font: 'Courier New' })];
			case 'br':
				return [new docx.TextRun({ break: 1 })];
			case 'link':
				return [...runsOf(docx, token.tokens, look), new docx.TextRun({ ...look, text: ` (${token.href})` })];
			case 'image':
				return [new docx.TextRun({ ...look, text: `[image: ${token.text || token.href}]` })];
			case 'text':
				return token.tokens
					? runsOf(docx, token.tokens, look)
					: [new docx.TextRun({ ...look, text: (token as Tokens.Text).text })];
			default:
				return [new docx.TextRun({ ...look, text: token.raw })];
		}
	});
}
