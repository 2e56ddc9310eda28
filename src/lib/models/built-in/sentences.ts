import type { Fact, Figure } from './figures';
import { capital, inSentence, sayPercent, sayValue, type NumberStyle } from './format';

/** Honest sentence templates: each says only what its figures say. */

/** Below this many percent a figure counts as level. */
const LEVEL = 0.5;

/** `the average order`, `revenue`, `orders`. */
export function subject(title: string): string {
	const name = inSentence(title);
	const words = name.split(' ');
	const single = words.length === 1 && !/(?:rate|average|share|value|count)$/.test(name);
	return single || isPlural(title) ? name : `the ${name}`;
}

/** `Orders`, `Units sold`, `Support tickets`. */
export function isPlural(title: string): boolean {
	return (title.split(/ (?:of|per|in) /)[0] ?? '').split(' ').some((word) => /[^s]s$/.test(word));
}

/** What a figure is, with nothing to compare it with: `revenue was € 55,862.15`, `there were 1,262 orders`. */
export function stateOf(figure: Figure, style: NumberStyle): string {
	if (figure.value === null)
		return `${subject(figure.title)} ${isPlural(figure.title) ? 'are' : 'is'} not known`;
	const value = sayValue(figure.value, figure.unit, style);
	if (figure.unit === '' && isPlural(figure.title)) {
		return `there ${figure.value === 1 ? 'was' : 'were'} ${value} ${inSentence(figure.title)}`;
	}
	return `${subject(figure.title)} ${isPlural(figure.title) ? 'were' : 'was'} ${value}`;
}

/** 1 rose, -1 fell, 0 level or nothing to compare with. */
export function directionOf(figure: Figure): -1 | 0 | 1 {
	const { change } = figure;
	if (change === null || Math.abs(change) < (figure.unit === '%' ? 0.05 : LEVEL)) return 0;
	return change > 0 ? 1 : -1;
}

/** `revenue fell 7.1 %`; with `to`, `revenue fell 7.1 % to € 48,210.40`. */
export function movement(figure: Figure, style: NumberStyle, to: boolean): string {
	const { value, earlier, change } = figure;
	if (value === null || !earlier) return stateOf(figure, style);
	const name = subject(figure.title);
	const now = sayValue(value, figure.unit, style);
	const direction = directionOf(figure);
	if (direction === 0)
		return change === null ? `${name} went from 0 to ${now}` : `${name} stayed level at ${now}`;
	const verb = direction > 0 ? 'rose' : 'fell';
	if (figure.unit === '%') return `${name} ${verb} to ${now}`;
	return `${name} ${verb} ${sayPercent(change ?? 0, figure.rough)}${to ? ` to ${now}` : ''}`;
}

/** `revenue fell 7.1 %, from € 51,904.30 to € 48,210.40`. */
export function comparison(figure: Figure, style: NumberStyle, period: string): string {
	const { value, earlier } = figure;
	if (value === null || !earlier) return stateOf(figure, style);
	const name = subject(figure.title);
	const now = sayValue(value, figure.unit, style);
	const before = sayValue(earlier.value, figure.unit, style);
	const direction = directionOf(figure);
	if (direction === 0) {
		return now === before
			? `${name} stayed at ${now}`
			: `${name} stayed level at ${now} (${period} ${before})`;
	}
	const verb = direction > 0 ? 'rose' : 'fell';
	if (figure.unit === '%') return `${name} ${verb} from ${before} to ${now}`;
	return `${name} ${verb} ${sayPercent(figure.change ?? 0, figure.rough)}, from ${before} to ${now}`;
}

/** `Best seller: Stoneware mug, with € 11,420.30.` A name gets no article, so it stands behind a colon. */
export function factSentence(fact: Fact, style: NumberStyle): string {
	const { figure } = fact;
	const amount =
		figure && figure.value !== null ? `, with ${sayValue(figure.value, figure.unit, style)}` : '';
	return `${capital(fact.title)}: ${fact.text}${amount}.`;
}

/** Two clauses as one sentence: `while` when they went opposite ways, else `and`. */
export function pair(first: string, second: string | null, opposite: boolean): string {
	if (second === null) return `${capital(first)}.`;
	const comma = first.includes(', from ') || !opposite ? ', ' : ' ';
	return `${capital(first)}${comma}${opposite ? 'while' : 'and'} ${second}.`;
}
