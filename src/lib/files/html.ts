import type { Span } from '$lib/core';
import { gatherProse } from './prose';
import type { Reading } from './reading';
import { unsafe } from './refusals';

/** The readable text of an HTML text, and the HTML with its paragraphs numbered. */
export interface ReadableHtml {
	text: string;
	spans: Span[];
	/** The same HTML; elements that hold paragraph n carry `data-place="n"`. As untrusted as it came. */
	marked: string;
	title: string;
	/** Something was left out because the page hides it. */
	hides: boolean;
}

/** Nobody reads what is in these. */
const SKIPPED = new Set(
	'script style noscript template svg math iframe object embed canvas select textarea head'.split(' ')
);
const BLOCKS = new Set(
	(
		'address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form ' +
		'h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol p pre section summary table tbody td tfoot th thead tr ul'
	).split(' ')
);

interface Element {
	name: string;
	/** Where the name in its start tag ends, in the HTML. */
	tagEnd: number;
	/** The number of its paragraph; 0 while it has none. */
	paragraph: number;
}

/**
 * Reads HTML without ever building a page of it: no script, style or picture of it is touched. Headings become `# `, list
 * items `- `, tables Markdown tables; what the page hides is left out. Throws {@link Refused}.
 */
export async function readHtml(
	file: { name: string },
	html: string,
	reading: Reading
): Promise<ReadableHtml> {
	const { Parser } = await import('htmlparser2');
	const prose = gatherProse(reading);
	const marks: { at: number; paragraph: number }[] = [];
	const blocks: Element[] = [];
	const open: { name: string; isSkipped: boolean; isPre: boolean }[] = [];
	let [skipping, pre, paragraphs, tables, rows] = [0, 0, 0, 0, 0];
	let [buffer, title, isTitle, hides, seen] = ['', '', false, false, 0];
	let cells: { text: string; place: { in: 'paragraph'; paragraph: number } }[] | null = null;

	const place = (): { in: 'paragraph'; paragraph: number } => {
		const owner = blocks.at(-1);
		if (owner?.paragraph) return { in: 'paragraph', paragraph: owner.paragraph };
		paragraphs += 1;
		if (owner) {
			owner.paragraph = paragraphs;
			marks.push({ at: owner.tagEnd, paragraph: paragraphs });
		}
		return { in: 'paragraph', paragraph: paragraphs };
	};
	const flush = () => {
		const text = pre > 0 ? buffer.replace(/^\n+|\s+$/g, '') : collapsed(buffer);
		buffer = '';
		if (cells) {
			// Blocks inside a cell stay in it.
			if (text === '') return;
			const last = cells.at(-1);
			if (last && last.text === '') cells[cells.length - 1] = { text, place: place() };
			else if (last) last.text += ` ${text}`;
			return;
		}
		if (text === '') return;
		const kind = blocks.findLast((block) => /^(?:h[1-6]|li)$/.test(block.name))?.name ?? '';
		const isHeading = kind.startsWith('h');
		if (isHeading || blocks.at(-1)?.name === 'p') prose.gap();
		prose.add(text, place(), isHeading ? `${'#'.repeat(Number(kind[1]))} ` : kind === 'li' ? '- ' : '');
		if (isHeading) prose.gap();
	};
	const endRow = () => {
		if (!cells) return;
		flush();
		const found = cells;
		cells = null;
		if (found.every((cell) => cell.text === '')) return;
		if (rows === 0) prose.gap();
		prose.row(found, rows === 0);
		rows += 1;
	};

	const parser = new Parser(
		{
			onopentag(name, attributes) {
				seen += 1;
				if (seen % 1024 === 0) reading.check();
				if (open.length >= reading.limits.nesting)
					throw unsafe(file.name, `has more than ${reading.limits.nesting} elements inside each other`);
				const isHidden = skipping === 0 && isHiddenBy(attributes);
				hides ||= isHidden && name !== 'input';
				const isSkipped = SKIPPED.has(name) || isHidden;
				open.push({ name, isSkipped, isPre: name === 'pre' });
				if (name === 'title') isTitle = true;
				if (isSkipped) skipping += 1;
				if (skipping > 0) return;
				if (name === 'br') buffer += pre > 0 ? '\n' : '\u2028';
				if (!BLOCKS.has(name)) return;
				flush();
				if (name === 'table') {
					tables += 1;
					if (tables === 1) rows = 0;
				}
				if (tables === 1 && name === 'tr') {
					endRow();
					cells = [];
				}
				if (name === 'pre') pre += 1;
				const tagEnd = parser.startIndex + 1 + name.length;
				blocks.push({ name, tagEnd, paragraph: 0 });
				if (tables === 1 && (name === 'td' || name === 'th') && cells)
					cells.push({ text: '', place: { in: 'paragraph', paragraph: 0 } });
			},
			onclosetag(name) {
				if (name === 'title') isTitle = false;
				const element = open.pop();
				const wasSkipping = skipping > 0;
				if (element?.isSkipped) skipping -= 1;
				if (wasSkipping || !BLOCKS.has(name)) return;
				flush();
				if (tables === 1 && (name === 'tr' || name === 'table')) endRow();
				if (name === 'table') {
					tables -= 1;
					if (tables === 0) prose.gap();
				}
				if (element?.isPre) pre -= 1;
				blocks.pop();
				if (/^(?:p|ul|ol|pre|blockquote)$/.test(name) && !cells) prose.gap();
			},
			ontext(text) {
				if (isTitle) title += text;
				else if (skipping === 0) buffer += text;
			}
		},
		{ decodeEntities: true, lowerCaseTags: true }
	);
	for (let at = 0; at < html.length; at += 65_536) {
		parser.write(html.slice(at, at + 65_536));
		await reading.pause();
	}
	parser.end();
	flush();
	return { ...prose.done(), marked: withMarks(html, marks), title: collapsed(title), hides };
}

/** White space as a browser shows it; a line break of the page's own is kept as one. */
function collapsed(text: string): string {
	return text
		.replace(/[^\S\u00a0\u2028]+/g, ' ')
		.replace(/ ?\u2028 ?/g, '\n')
		.replaceAll('\u00a0', ' ')
		.trim();
}

function isHiddenBy(attributes: Record<string, string>): boolean {
	if ('hidden' in attributes) return true;
	return /(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:px|pt|em|rem|%)?\s*(?:;|$))/i.test(
		attributes['style'] ?? ''
	);
}

function withMarks(html: string, marks: readonly { at: number; paragraph: number }[]): string {
	const pieces: string[] = [];
	let last = 0;
	for (const { at, paragraph } of [...marks].sort((a, b) => a.at - b.at)) {
		pieces.push(html.slice(last, at), ` data-place="${paragraph}"`);
		last = at;
	}
	return pieces.join('') + html.slice(last);
}
