import type { Json } from '$lib/core';
import { inSentence, type Unit } from './format';
import { earlierValue, type Earlier } from './previous';
import type { Reading } from './prompt';
import { rounded } from './table';

/** A number of the typed material, with what the last approved report says of it. */
export interface Figure {
	field: string;
	title: string;
	unit: Unit;
	/** Null where the material has none. */
	value: number | null;
	/** The source it was taken from, as its description says; figures of one source are told together. */
	source: string;
	earlier: Earlier | null;
	/** In percent, or in points where the figure itself is a percentage; null without something to compare with. */
	change: number | null;
}

/** A word or name of the typed material, such as the best seller. */
export interface Fact {
	title: string;
	text: string;
	/** A figure that belongs to it: the best seller's revenue. */
	figure: Figure | null;
}

export interface Figures {
	/** The figures that a report is about. */
	main: Figure[];
	facts: Fact[];
	/** The days that the figures are of, as the material writes them; empty when it does not say. */
	period: string;
}

/** Reads the typed material. `rename` gives the other name that a correction gave a figure. */
export function figuresOf(reading: Reading, rename: (title: string) => string): Figures {
	const figures: Figure[] = [];
	const facts: Fact[] = [];
	let period = '';
	for (const [field, value] of fieldsOf(reading)) {
		const legend = reading.legend.find((one) => one.field === field);
		const named = legend?.title ?? field.replace(/[_-]+/g, ' ').replace(/^./, (first) => first.toUpperCase());
		const { title, unit } = unitOf(named);
		const range = /\brange of\b/i.test(legend?.description ?? '') || /^(?:period|dates)$/i.test(title);
		if (typeof value === 'string' && range) period = value;
		else if (typeof value === 'string') facts.push({ title, text: value, figure: null });
		else if (typeof value === 'number' || value === null) {
			figures.push(
				compared({ field, title, unit, value, source: sourceOf(legend?.description) }, reading, rename)
			);
		}
	}
	for (const fact of facts) {
		fact.figure =
			figures.find((one) => one.title.toLowerCase().includes(inSentence(fact.title).toLowerCase())) ?? null;
	}
	const texts = new Set(facts.map((fact) => fact.figure));
	const listed = listedIn(reading, figures);
	const main = listed.length > 1 ? listed : figures.filter((one) => !texts.has(one));
	return { main, facts, period };
}

function fieldsOf(reading: Reading): [string, Json][] {
	return reading.blocks
		.filter((block) => block.kind === 'data')
		.flatMap((block): [string, Json][] => {
			try {
				const data = JSON.parse(block.text) as Json;
				return data !== null && typeof data === 'object' && !Array.isArray(data) ? Object.entries(data) : [];
			} catch {
				return [];
			}
		});
}

const CURRENCIES: Record<string, Unit> = {
	'€': '€',
	EUR: '€',
	$: '$',
	USD: '$',
	'£': '£',
	GBP: '£',
	'%': '%',
	percent: '%'
};

/** `Revenue (€)` is the figure “Revenue”, in euros. */
function unitOf(title: string): { title: string; unit: Unit } {
	const match = /^(.*?)\s*\(([^)]+)\)$/.exec(title);
	const unit = CURRENCIES[match?.[2] ?? ''];
	return match && unit ? { title: match[1] ?? title, unit } : { title, unit: '' };
}

function sourceOf(description: string | undefined): string {
	const found = [...(description ?? '').matchAll(/\bin ([\p{L}\p{N}_-]+)(?=$|[ ,.])/giu)].map(
		(match) => match[1] ?? ''
	);
	return found.filter((name) => name !== 'percent').pop() ?? '';
}

function compared(
	figure: Omit<Figure, 'earlier' | 'change'>,
	reading: Reading,
	rename: (title: string) => string
): Figure {
	const names = [rename(figure.title), figure.title];
	const earlier = earlierValue(names, reading.blocks, figure.unit === '%');
	const { value } = figure;
	if (value === null || !earlier) return { ...figure, earlier, change: null };
	if (figure.unit === '%') return { ...figure, earlier, change: rounded(value - earlier.value, 2) };
	const change =
		earlier.value === 0 ? null : rounded(((value - earlier.value) / Math.abs(earlier.value)) * 100, 1);
	return { ...figure, earlier, change };
}

/** Figures that a section of the outline names, in its order. */
function listedIn(reading: Reading, figures: readonly Figure[]): Figure[] {
	const lists = reading.sections.map(({ about }) => {
		const text = about.toLowerCase();
		return figures
			.map((figure) => ({ figure, at: text.indexOf(figure.title.toLowerCase()) }))
			.filter(({ at }) => at >= 0)
			.sort((a, b) => a.at - b.at || b.figure.title.length - a.figure.title.length)
			.map(({ figure }) => figure);
	});
	return lists.reduce((longest, list) => (list.length > longest.length ? list : longest), []);
}
