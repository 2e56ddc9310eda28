import { isOfBefore, type Flag } from '$lib/core';
import { figuresOf, type Figure, type Figures } from './figures';
import { capital, sayRange } from './format';
import { ordersOf, renamed } from './obey';
import { unknownFigures } from './previous';
import { AHEAD_HEADING, contentWords, proseOf, UNSURE, type Sentence } from './prose';
import type { Reading } from './prompt';
import { directionOf, movement } from './sentences';

const DEFAULT_THRESHOLD = 20;
/** Two figures that belong together and moved apart by so many percent are worth a look. */
const APART = 15;
const MOST_DOUBTS = 3;

/**
 * What a person should look at: figures that moved further than the task allows (`more than 15 %`), figures that it
 * compares (`Compare sessions with orders.`) and that moved apart, days without data, doubts voiced in the notes.
 */
export function flag(reading: Reading): Flag[] {
	const { rules } = ordersOf(reading);
	const figures = figuresOf(reading, (title) => renamed(title, rules));
	const doubts = doubtsIn(reading);
	const flags: Flag[] = [];
	const seen = new Set<Figure>();
	for (const [first, second] of pairsIn(reading.task, figures.main)) {
		if (Math.abs((first.change ?? 0) - (second.change ?? 0)) < APART) continue;
		seen.add(first);
		flags.push(apart(first, second, doubts));
	}
	const threshold = Number(/more than (\d+(?:\.\d+)?) ?%/i.exec(reading.task)?.[1] ?? DEFAULT_THRESHOLD);
	for (const figure of figures.main) {
		if (figure.change === null || figure.unit === '%' || seen.has(figure)) continue;
		if (Math.abs(figure.change) > threshold) {
			flags.push({
				kind: 'anomaly',
				text: `${capital(movement(figure, { moneyDecimals: 2 }, true))}.`,
				about: figure.title
			});
		}
	}
	const week = otherWeek(reading.runTitle, figures.period);
	if (week) flags.unshift(week);
	const gone = missingBefore(reading, figures.main, (title) => renamed(title, rules));
	if (gone) flags.push(gone);
	const days = missingDays(reading.task, figures);
	if (days) flags.push(days);
	for (const doubt of [...doubts].slice(0, MOST_DOUBTS)) {
		flags.push({ kind: 'uncertain', text: `The notes say: “${doubt.text}”`, about: doubt.document });
	}
	return flags;
}

/** A doubt that the notes voice: a sentence, or several that follow each other. */
interface Doubt {
	text: string;
	document: string;
}

/** Plans are no doubts, even where they speak of what is not known yet. */
function doubtsIn(reading: Reading): Set<Doubt> {
	const prose = reading.blocks
		.filter((block) => !isOfBefore(block.origin) && !/style|guide/i.test(`${block.source} ${block.name}`))
		.flatMap(proseOf)
		.filter(({ text, heading }) => UNSURE.test(text) && !AHEAD_HEADING.test(heading));
	const runs: Sentence[][] = [];
	for (const sentence of prose) {
		const open = runs[runs.length - 1];
		const before = open?.[open.length - 1];
		const follows =
			before?.document === sentence.document &&
			before.line === sentence.line &&
			before.index === sentence.index - 1;
		if (open && follows) open.push(sentence);
		else runs.push([sentence]);
	}
	return new Set(
		runs.map((run) => ({ text: run.map(({ text }) => text).join(' '), document: run[0]?.document ?? '' }))
	);
}

function pairsIn(task: string, figures: readonly Figure[]): [Figure, Figure][] {
	const byName = (name: string) =>
		figures.find((one) => contentWords(one.title).join(' ') === contentWords(name).join(' '));
	return [
		...task.matchAll(/\bcompare (?:the )?([\p{L} ]+?) (?:with|to|and) (?:the )?([\p{L} ]+?)(?=[.,;:\n]|$)/giu)
	].flatMap((match): [Figure, Figure][] => {
		const [first, second] = [byName(match[1] ?? ''), byName(match[2] ?? '')];
		return first?.change != null && second?.change != null ? [[first, second]] : [];
	});
}

/** `Sessions rose 25.0 % while orders rose 1.4 %.`, with the doubt that the notes voice about it, if they do. */
function apart(first: Figure, second: Figure, doubts: Set<Doubt>): Flag {
	const style = { moneyDecimals: 2 } as const;
	const hardly = directionOf(second) === 0;
	const said = `${capital(movement(first, style, false))} while ${movement(second, style, hardly)}.`;
	const words = new Set([...contentWords(first.title), ...contentWords(second.title)]);
	const doubt = [...doubts].find(({ text }) => contentWords(text).some((word) => words.has(word)));
	if (!doubt) return { kind: 'anomaly', text: said, about: first.title };
	doubts.delete(doubt);
	return { kind: 'uncertain', text: `${said} The notes say: “${doubt.text}”`, about: first.title };
}

const DAY = 86_400_000;

/** The run names a calendar week and no day of the figures is in it: other files may have been meant. */
function otherWeek(title: string, period: string): Flag | null {
	const [, year, number] = /\b(\d{4})-W(\d{2})\b/.exec(title) ?? [];
	const [, from, to] = /^(\d{4}-\d{2}-\d{2}) to (\d{4}-\d{2}-\d{2})$/.exec(period) ?? [];
	if (!year || !number || !from || !to) return null;
	// Week 1 of a year is the one that the 4th of January is in; weeks begin on Monday.
	const fourth = Date.UTC(Number(year), 0, 4);
	const monday = fourth + (7 * (Number(number) - 1) - ((new Date(fourth).getUTCDay() + 6) % 7)) * DAY;
	if (Date.parse(to) >= monday && Date.parse(from) < monday + 7 * DAY) return null;
	const day = (time: number) => new Date(time).toISOString().slice(0, 10);
	const week = sayRange(`${day(monday)} to ${day(monday + 6 * DAY)}`);
	return {
		kind: 'anomaly',
		text: `The run is for week ${year}-W${number} (${week}), and its figures are of ${sayRange(period)}. Were other files meant?`,
		about: 'period'
	};
}

/**
 * Figures that the last approved report does not have while it has figures that nobody knows: somebody gave them another
 * name there, and without a word they would stand without a comparison from then on.
 */
function missingBefore(
	reading: Reading,
	figures: readonly Figure[],
	other: (title: string) => string
): Flag | null {
	const strange = unknownFigures(
		reading.blocks,
		figures.flatMap(({ title }) => [title, other(title)])
	);
	const gone = figures.filter(
		({ title, value, earlier }) => value !== null && earlier === null && !/\bdays\b/i.test(title)
	);
	const [first] = gone;
	if (!first || strange.length === 0) return null;
	const said = (names: readonly string[]) => names.map((name) => `“${name}”`).join(', ');
	return {
		kind: 'missing',
		text: `Missing in the last approved report: ${said(gone.map(({ title }) => title))}. It has ${said(strange)}, which is no figure of this time. If that is the same under another name, a correction such as “Write “${strange[0] ?? ''}” instead of “${first.title}”.” joins the two.`,
		about: first.title
	};
}

function missingDays(task: string, figures: Figures): Flag | null {
	const days = figures.main.find((figure) => /\bdays\b/i.test(figure.title));
	if (!days || days.value === null) return null;
	const range = /^(\d{4}-\d{2}-\d{2}) to (\d{4}-\d{2}-\d{2})$/.exec(figures.period);
	const span = range
		? Math.round((Date.parse(range[2] ?? '') - Date.parse(range[1] ?? '')) / 86_400_000) + 1
		: 0;
	const asked = Number(/fewer than (\d+) days/i.exec(task)?.[1] ?? 0);
	const expected = Math.max(span, asked);
	if (days.value >= expected) return null;
	const when = figures.period ? ` (${sayRange(figures.period)})` : '';
	return {
		kind: 'missing',
		text: `There is data for ${days.value} of ${expected} days${when}.`,
		about: days.title
	};
}
