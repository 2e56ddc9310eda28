import type { Evidence } from '$lib/core';
import { render, type Draft, type DraftItem, type DraftSection } from './document';
import { figuresOf, type Figure, type Figures } from './figures';
import { capital, sayRange, saySigned, sayValue, type NumberStyle } from './format';
import { obey, ordersOf, renamed } from './obey';
import { earlierReport } from './previous';
import { contentWords } from './prose';
import type { Reading } from './prompt';
import { Quotes } from './quotes';
import { comparison, directionOf, factSentence, movement, pair, stateOf } from './sentences';

/** A text put together from templates and quoted sentences, with the places of the quotes. */
export interface Written {
	text: string;
	evidence: Evidence[];
	warnings: string[];
}

/** Everything that the sections are made from. */
interface Making {
	reading: Reading;
	figures: Figures;
	quotes: Quotes;
	style: NumberStyle;
	/** Is there an earlier report at all? */
	compares: boolean;
	/** `week` of “Changes since last week”. */
	period: string;
}

type Sort = 'summary' | 'changes' | 'figures' | 'notes' | 'next' | 'doubts' | 'topic';

const SORTS: [Sort, RegExp][] = [
	['changes', /\b(?:chang(?:e|es|ed)|since last|compared|trends?)\b/i],
	['figures', /\b(?:figures|metrics|numbers|kpis?|table)\b/i],
	['summary', /\b(?:summary|overview|highlights|headlines?|in short|in brief)\b/i],
	['next', /\b(?:next|actions?|to[- ]do|plans?|coming)\b/i],
	['doubts', /\b(?:risks?|uncertain\w*|open questions|doubts?|cautions?)\b/i],
	['notes', /\b(?:team|notes?|says|said|comments?|background|context|voices)\b/i]
];

const OUTLINE = [
	{ title: 'Summary', about: '' },
	{ title: 'Key figures', about: '' },
	{ title: 'Notes', about: '' }
];

/** Writes a draft after the outline in the prompt, and obeys what it can of the corrections. */
export function draft(reading: Reading): Written {
	const { rules, notUnderstood } = ordersOf(reading);
	const outline = reading.sections.length > 0 ? reading.sections : OUTLINE;
	const making: Making = {
		reading,
		figures: figuresOf(reading, (title) => renamed(title, rules)),
		quotes: new Quotes(reading),
		style: { moneyDecimals: rules.some((rule) => rule.type === 'no-decimals') ? 0 : 2 },
		compares: earlierReport(reading.blocks) !== null,
		period: periodOf(outline)
	};
	// Who quotes first gets the fitting sentence: plans, doubts and causes before the general sections.
	const order: Sort[] = ['next', 'doubts', 'summary', 'changes', 'topic', 'notes', 'figures'];
	const made = new Map<string, DraftSection>();
	const kept = outline.filter(
		({ title }) => !rules.some((rule) => rule.type === 'no-section' && same(rule.heading, title))
	);
	for (const sort of order) {
		for (const section of kept)
			if (sortOf(section.title) === sort) made.set(section.title, make(sort, section, making));
	}
	const { period } = making.figures;
	const first: Draft = {
		title: reading.title || reading.runTitle,
		lead: period && reading.sections.length > 0 ? `Figures for ${sayRange(period)}.` : '',
		sections: kept.flatMap(({ title }) => made.get(title) ?? [])
	};
	const limit = reading.maxWords === null ? [] : [{ type: 'max-words' as const, words: reading.maxWords }];
	const write = (heading: string) => make(sortOf(heading), { title: heading, about: '' }, making);
	const finished = obey(first, [...rules, ...limit], write);
	const warnings = notUnderstood.map(
		(note) =>
			`The built-in provider selects and arranges; it could not follow “${note}”. See to it yourself, or choose a model that writes.`
	);
	return { text: render(finished), evidence: quotesIn(finished), warnings };
}

function same(a: string, b: string): boolean {
	return a.trim().toLowerCase() === b.trim().toLowerCase();
}

function sortOf(title: string): Sort {
	return SORTS.find(([, pattern]) => pattern.test(title))?.[0] ?? 'topic';
}

function periodOf(outline: Reading['sections']): string {
	for (const { title, about } of outline) {
		const found = /\blast (week|month|quarter|year|day)\b/i.exec(`${title} ${about}`)?.[1];
		if (found) return found.toLowerCase();
	}
	return 'time';
}

function make(sort: Sort, section: Reading['sections'][number], making: Making): DraftSection {
	const { title } = section;
	const { quotes } = making;
	switch (sort) {
		case 'summary':
			return { title, blocks: [{ kind: 'paragraph', items: summary(making) }] };
		case 'changes':
			return { title, blocks: changes(making).map((items) => ({ kind: 'paragraph', items })) };
		case 'figures':
			return { title, blocks: table(making) };
		case 'next':
			return list(title, quotes.ahead(5), 3, 'The notes name no next steps.');
		case 'doubts':
			return list(title, quotes.unsure(4), 3, 'The notes voice no doubts.');
		case 'notes':
			return list(title, quotes.best(4), 1, 'The notes say nothing more.');
		case 'topic':
			return list(title, quotes.about(`${title} ${section.about}`, 4), 2, 'Nothing to report this time.');
	}
}

function list(title: string, quoted: DraftItem[], weight: number, nothing: string): DraftSection {
	if (quoted.length === 0)
		return { title, blocks: [{ kind: 'paragraph', items: [{ text: nothing, weight }] }] };
	const items = quoted.map((item) => ({ ...item, weight: weight + Math.min(0.9, item.weight / 20) }));
	return { title, blocks: [{ kind: 'list', items }] };
}

function summary(making: Making): DraftItem[] {
	const { figures, style, quotes } = making;
	const [first, second, ...others] = figures.main.filter((figure) => figure.value !== null);
	const items: DraftItem[] = [];
	const compares = first !== undefined && first.earlier !== null;
	if (first) {
		const tell = (figure: Figure, to: boolean) =>
			compares ? movement(figure, style, to) : stateOf(figure, style);
		const opposite = compares && second ? directionOf(first) * directionOf(second) < 0 : false;
		items.push({ text: pair(tell(first, true), second ? tell(second, false) : null, opposite), weight: 10 });
		const words = [first, second].flatMap((figure) => contentWords(figure?.title ?? ''));
		items.push(...quotes.explaining(words, 1).map((item) => ({ ...item, weight: 9 })));
	}
	if (items.length < 2) {
		const topic = [first, second].map((figure) => figure?.title ?? '').join(' ');
		const quoted = first ? quotes.about(topic, 1) : quotes.best(3);
		items.push(...quoted.map((item) => ({ ...item, weight: 9 })));
	}
	const third = compares ? largest(first, second, others) : others[0];
	if (third) {
		const text = compares ? `${movement(third, style, true)}, the largest change` : stateOf(third, style);
		items.push({ text: `${capital(text)}.`, weight: 8 });
	}
	items.push(...figures.facts.map((fact) => ({ text: factSentence(fact, style), weight: 7 })));
	return items.length > 0
		? items
		: [{ text: 'The material says nothing that could be summed up.', weight: 6 }];
}

/** The figure that moved furthest, when it moved further than the two that lead. */
function largest(first: Figure, second: Figure | undefined, others: readonly Figure[]): Figure | undefined {
	const size = (figure: Figure | undefined) => Math.abs(figure?.change ?? 0);
	const most = others
		.filter((figure) => figure.unit !== '%' && directionOf(figure) !== 0)
		.sort((a, b) => size(b) - size(a))[0];
	return most && size(most) > Math.max(size(first), size(second)) ? most : undefined;
}

/** One paragraph for the figures of each source, with what the notes say to explain them. */
function changes(making: Making): DraftItem[][] {
	const { figures, quotes, style, period, compares } = making;
	if (!compares) {
		return [[{ text: 'This is the first report, so there is nothing to compare with.', weight: 9 }]];
	}
	const known = figures.main.filter((figure) => figure.value !== null);
	if (!known.some((figure) => figure.earlier)) {
		return [[{ text: 'The last approved report has no figures to compare with.', weight: 9 }]];
	}
	const last = period === 'time' ? 'last time' : `last ${period}`;
	const sources = [...new Set(known.map((figure) => figure.source))];
	return sources.map((source) => {
		const group = known.filter((figure) => figure.source === source);
		const items: DraftItem[] = [];
		for (let index = 0; index < group.length; index += 2) {
			const [a, b] = [group[index], group[index + 1]];
			if (!a) continue;
			const opposite = b ? directionOf(a) * directionOf(b) < 0 : false;
			const text = pair(comparison(a, style, last), b ? comparison(b, style, last) : null, opposite);
			items.push({ text, weight: 8.5 - index * 0.5 });
		}
		const words = group.flatMap((figure) => contentWords(figure.title));
		items.push(...quotes.explaining(words, 2).map((item) => ({ ...item, weight: 7.5 })));
		return items;
	});
}

function table({ figures, style, compares, period }: Making): DraftSection['blocks'] {
	if (figures.main.length === 0) {
		return [{ kind: 'paragraph', items: [{ text: 'The material has no figures.', weight: 5 }] }];
	}
	const [now, last] = period === 'time' ? ['Now', 'Last time'] : [`This ${period}`, `Last ${period}`];
	const row = (figure: Figure) => {
		const { value, earlier, change, unit } = figure;
		const cells = [capital(figure.title), value === null ? 'not known' : sayValue(value, unit, style)];
		if (!compares) return cells;
		const before = earlier ? sayValue(earlier.value, unit, style) : '–';
		return [
			...cells,
			before,
			change === null ? '–' : saySigned(change, unit === '%' ? 'points' : 'percent', figure.rough)
		];
	};
	const header = compares ? ['Figure', now, last, 'Change'] : ['Figure', now];
	return [{ kind: 'table', header, rows: figures.main.map(row), weight: 5 }];
}

/** Where each quoted sentence of the finished draft stands. */
function quotesIn(finished: Draft): Evidence[] {
	return finished.sections.flatMap((section) =>
		section.blocks.flatMap((block) =>
			block.kind === 'table'
				? []
				: block.items.flatMap((item) =>
						item.from
							? [
									{
										claim: item.text,
										document: item.from.document,
										place: `line ${item.from.line}`,
										how: 'sentence of the notes'
									}
								]
							: []
					)
		)
	);
}
