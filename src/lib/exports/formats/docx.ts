import { ok } from '$lib/core';
import type * as DocxModule from 'docx';
import type { FileChild, ParagraphChild } from 'docx';
import { marked, type Token, type Tokens } from 'marked';
import { defineExport, fileName } from '../contract';
import { documentOf } from '../document';

export default defineExport({
	id: 'docx',
	purpose: 'document',
	title: 'Document (Word)',
	summary: 'The finished text with its headings, lists and tables, for Word and its kin.',
	extension: 'docx',
	example: 'PK',
	make: async (source) => {
		const docx = await import('docx');
		const markdown = documentOf(source);
		const children = blocksOf(marked.lexer(markdown), docx);
		const document = new docx.Document({
			title: source.state.title,
			creator: 'Galley',
			numbering: { config: [{ reference: 'numbers', levels: [numberLevel(docx)] }] },
			sections: [{ children }]
		});
		const content = new Uint8Array(await docx.Packer.toArrayBuffer(document));
		return ok({
			name: fileName(source.state.title, 'docx'),
			media: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
			content,
			plain: markdown
		});
	}
});

type Docx = typeof DocxModule;

function numberLevel({ AlignmentType, LevelFormat }: Docx) {
	return { level: 0, format: LevelFormat.DECIMAL, text: '%1.', alignment: AlignmentType.START };
}

function blocksOf(tokens: readonly Token[], docx: Docx, indent = 0): FileChild[] {
	const { HeadingLevel, Paragraph, Table, TableCell, TableRow, WidthType } = docx;
	const LEVELS = [
		HeadingLevel.HEADING_1,
		HeadingLevel.HEADING_2,
		HeadingLevel.HEADING_3,
		HeadingLevel.HEADING_4,
		HeadingLevel.HEADING_5,
		HeadingLevel.HEADING_6
	] as const;
	return tokens.flatMap((token): FileChild[] => {
		switch (token.type) {
			case 'heading': {
				const { depth, tokens: inner } = token as Tokens.Heading;
				const heading = LEVELS[depth - 1] ?? HeadingLevel.HEADING_6;
				return [new Paragraph({ heading, children: runsOf(inner, docx) })];
			}
			case 'paragraph':
			case 'text': {
				const inner = (token as Tokens.Paragraph).tokens ?? [token];
				return [new Paragraph({ children: runsOf(inner, docx), indent: { left: indent * 360 } })];
			}
			case 'list': {
				const { items, ordered } = token as Tokens.List;
				const level = ordered
					? { numbering: { reference: 'numbers', level: 0 } }
					: { bullet: { level: Math.min(indent, 8) } };
				return items.flatMap(({ tokens: inner }) => {
					const [first, ...rest] = inner;
					const own = first && 'tokens' in first && first.tokens ? first.tokens : first ? [first] : [];
					return [
						new Paragraph({ ...level, children: runsOf(own, docx) }),
						...blocksOf(rest, docx, indent + 1)
					];
				});
			}
			case 'table': {
				const { header, rows } = token as Tokens.Table;
				const row = (cells: Tokens.TableCell[], bold: boolean) =>
					new TableRow({
						children: cells.map(
							(cell) =>
								new TableCell({
									children: [new Paragraph({ children: runsOf(cell.tokens, docx, { bold }) })]
								})
						)
					});
				return [
					new Table({
						width: { size: 100, type: WidthType.PERCENTAGE },
						rows: [row(header, true), ...rows.map((cells) => row(cells, false))]
					}),
					new Paragraph({})
				];
			}
			case 'blockquote':
				return blocksOf((token as Tokens.Blockquote).tokens, docx, indent + 1);
			case 'code':
				return (token as Tokens.Code).text
					.split('\n')
					.map((line) => new Paragraph({ children: [runOf(line, docx, { code: true })] }));
			case 'hr':
				return [new Paragraph({ thematicBreak: true })];
			case 'space':
				return [];
			default:
				return [new Paragraph({ children: [runOf(token.raw.trim(), docx, {})] })];
		}
	});
}

interface Look {
	bold?: boolean;
	italics?: boolean;
	strike?: boolean;
	code?: boolean;
}

/** Links keep their words and show their address; pictures are named. Nothing in the file leads anywhere by itself. */
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
				const { tokens: inner, href } = token as Tokens.Link;
				return [...runsOf(inner, docx, look), runOf(` (${href})`, docx, look)];
			}
			case 'image':
				return [
					runOf(`[image: ${(token as Tokens.Image).text || (token as Tokens.Image).href}]`, docx, look)
				];
			case 'text': {
				const { tokens: inner, text } = token as Tokens.Text;
				return inner ? runsOf(inner, docx, look) : [runOf(text, docx, look)];
			}
			default:
				return [runOf(token.raw, docx, look)];
		}
	});
}

function runOf(text: string, { TextRun }: Docx, { code, ...look }: Look): ParagraphChild {
	return new TextRun({ text, ...look, ...(code ? { font: 'Consolas' } : {}) });
}
