/** Measuring plain text and Markdown. Pure, language-neutral where it can be. */

/** One section of a Markdown text: its heading (null before the first) and the lines below it. */
export interface Section {
	heading: string | null;
	/** 1 to 6; 0 for the text before the first heading. */
	level: number;
	body: string;
}

const HEADING = /^(#{1,6})[ \t]+(.+?)[ \t]*#*$/;

/** Splits Markdown at ATX headings, outside fenced code. Joining with {@link joinSections} gives the text back. */
export function sections(markdown: string): Section[] {
	const found: Section[] = [{ heading: null, level: 0, body: '' }];
	let fenced = false;
	const lines = markdown.split('\n');
	lines.forEach((line, index) => {
		if (/^\s*(```|~~~)/.test(line)) fenced = !fenced;
		const match = fenced ? null : HEADING.exec(line);
		if (match) found.push({ heading: match[2] ?? '', level: (match[1] ?? '#').length, body: '' });
		else {
			const last = found[found.length - 1];
			if (last) last.body += line + (index < lines.length - 1 ? '\n' : '');
		}
	});
	return found.filter((section) => section.heading !== null || section.body !== '');
}

/** The Markdown of sections, one heading line before each body. */
export function joinSections(parts: Section[]): string {
	return parts
		.map((part) =>
			part.heading === null ? part.body : `${'#'.repeat(part.level)} ${part.heading}\n${part.body}`
		)
		.join('');
}

/** Two headings are the same when they differ only in case, punctuation and white space. */
export function sameHeading(a: string, b: string): boolean {
	return plain(a) === plain(b);
}

function plain(text: string): string {
	return text
		.toLowerCase()
		.replace(/[^\p{L}\p{N}]+/gu, ' ')
		.trim();
}

/** Number of words: runs of letters and digits, with inner apostrophes, points, commas and hyphens. */
export function countWords(text: string): number {
	return text.match(/[\p{L}\p{N}]+(?:['’.,-][\p{L}\p{N}]+)*/gu)?.length ?? 0;
}

/** Sentences of a prose text, trimmed, in order. A point inside a number or after a single letter ends nothing. */
export function sentences(prose: string): string[] {
	const found: string[] = [];
	let start = 0;
	for (const match of prose.matchAll(/[.!?]+["”’)]*(?=\s|$)|\n{2,}/g)) {
		const end = match.index + match[0].length;
		const piece = prose.slice(start, end).replace(/\s+/g, ' ').trim();
		if (/(^|\s)\p{L}\.$/u.test(piece)) continue;
		if (piece) found.push(piece);
		start = end;
	}
	const rest = prose.slice(start).replace(/\s+/g, ' ').trim();
	if (rest) found.push(rest);
	return found;
}

/** A number as it stands in a text. */
export interface FoundNumber {
	/** The digits with their separators and sign, without unit. */
	raw: string;
	value: number;
	/** Offset of `raw` in the text, in UTF-16 units. */
	at: number;
	percent: boolean;
	/** Digits after the decimal mark. */
	decimals: number;
}

const NUMBER =
	/(?<![\p{L}\p{N}_])[-−+]?\d{1,3}(?:[,' \u00a0\u202f]\d{3})+(?:\.\d+)?(?![\p{L}\p{N}_])|(?<![\p{L}\p{N}_.])[-−+]?\d+(?:\.\d+)?(?![\p{L}\p{N}_])/gu;

/** Every number in a text, in order. Thousands marks are comma, apostrophe or space; the decimal mark is a point. */
export function numbersIn(text: string): FoundNumber[] {
	const found: FoundNumber[] = [];
	for (const match of text.matchAll(NUMBER)) {
		const raw = match[0];
		const digits = raw
			.replace(/[,' \u00a0\u202f]/g, '')
			.replace('−', '-')
			.replace('+', '');
		const after = text.slice(match.index + raw.length, match.index + raw.length + 2);
		found.push({
			raw,
			value: Number(digits),
			at: match.index,
			percent: /^\s?%/.test(after),
			decimals: digits.includes('.') ? digits.length - digits.indexOf('.') - 1 : 0
		});
	}
	return found;
}

/** Does the text contain the phrase as whole words, regardless of case? */
export function hasPhrase(text: string, phrase: string): boolean {
	return phrasePattern(phrase).test(text);
}

/** A global, case-insensitive pattern for a phrase as whole words. White space in it matches any white space. */
export function phrasePattern(phrase: string): RegExp {
	const escaped = phrase
		.trim()
		.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
		.replace(/\s+/g, '\\s+');
	const before = /^[\p{L}\p{N}]/u.test(phrase.trim()) ? '(?<![\\p{L}\\p{N}])' : '';
	const after = /[\p{L}\p{N}]$/u.test(phrase.trim()) ? '(?![\\p{L}\\p{N}])' : '';
	return new RegExp(`${before}${escaped}${after}`, 'giu');
}
