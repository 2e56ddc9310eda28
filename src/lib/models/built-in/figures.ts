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
	/** The earlier value was rounded so much that only the rough size of the change is known. */
	rough: boolean;
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

type Bare = Omit<Figure, 'earlier' | 'change' | 'rough'>;

/** An uncertainty of so many percent points in a change makes its decimal worthless. */
const ROUGH = 0.1;

function compared(figure: Bare, reading: Reading, rename: (title: string) => string): Figure {
	const { value, unit } = figure;
	const found = earlierValue([rename(figure.title), figure.title], reading.blocks, unit === '%');
	const earlier =
		found && unit !== '' && unit !== '%' ? (quotient(figure, found, reading, rename) ?? found) : found;
	if (value === null || !earlier) return { ...figure, earlier, change: null, rough: false };
	if (unit === '%') return { ...figure, earlier, change: rounded(value - earlier.value, 2), rough: false };
	if (earlier.value === 0) return { ...figure, earlier, change: null, rough: false };
	const percent = ((value - earlier.value) / Math.abs(earlier.value)) * 100;
	// Counts are exact as written; money may have lost its cents to a correction.
	const lost = unit === '' ? 0 : (0.5 * 10 ** -earlier.decimals * 100) / Math.abs(earlier.value);
	const rough = lost > ROUGH;
	return { ...figure, earlier, change: rounded(percent, rough ? 0 : 1), rough };
}

/** `revenue divided by orders` from the earlier revenue and orders: they tell it better than its rounded form. */
function quotient(
	figure: Bare,
	written: Earlier,
	reading: Reading,
	rename: (title: string) => string
): Earlier | null {
	const description = reading.legend.find((one) => one.field === figure.field)?.description ?? '';
	const [over, under, ...more] = description.split(' divided by ').map((part) => {
		const title = unitOf(reading.legend.find((one) => one.description === part)?.title ?? '').title;
		return title === '' ? null : earlierValue([rename(title), title], reading.blocks, false);
	});
	if (!over || !under || more.length > 0 || under.value === 0) return null;
	const value = rounded(over.value / under.value, 2);
	const agrees = Math.abs(value - written.value) <= 0.5 * 10 ** -written.decimals + 0.01;
	return agrees ? { ...written, value, decimals: 2 } : null;
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
