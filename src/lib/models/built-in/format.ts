import { grouped } from '$lib/core';

/** How amounts are written. Euro amounts get two decimals unless a correction says otherwise. */
export interface NumberStyle {
	moneyDecimals: 0 | 2;
}

export type Unit = '€' | '$' | '£' | '%' | '';

/** A value with its unit: `€ 48,210.40`, `5.25 %`, `1,204`. */
export function sayValue(value: number, unit: Unit, style: NumberStyle): string {
	if (unit === '%') return `${grouped(value, 2)} %`;
	if (unit !== '') return `${value < 0 ? '−' : ''}${unit} ${grouped(Math.abs(value), style.moneyDecimals)}`;
	return grouped(value, Number.isInteger(value) ? 0 : 2);
}

/** `7.1 %`, without a sign; `about 7 %` when it is only roughly known. */
export function sayPercent(value: number, rough = false): string {
	return rough ? `about ${grouped(Math.abs(value), 0)} %` : `${grouped(Math.abs(value), 1)} %`;
}

/** `+1.4 %` or `−7.1 %`, for tables. */
export function saySigned(value: number, unit: 'percent' | 'points', rough = false): string {
	const decimals = rough ? 0 : unit === 'percent' ? 1 : 2;
	const size = grouped(Math.abs(value), decimals);
	const sign = Number(size.replace(/,/g, '')) === 0 ? '±' : value > 0 ? '+' : '−';
	return `${sign}${size} ${unit === 'percent' ? '%' : 'points'}`;
}

const MONTHS = 'January February March April May June July August September October November December'.split(
	' '
);

/** `2026-11-16 to 2026-11-22` as `16–22 November 2026`; a text of another form as it is. */
export function sayRange(text: string): string {
	const match = /^(\d{4})-(\d{2})-(\d{2}) to (\d{4})-(\d{2})-(\d{2})$/.exec(text);
	if (!match) return text;
	const [y1, m1, d1, y2, m2, d2] = match.slice(1).map(Number) as [
		number,
		number,
		number,
		number,
		number,
		number
	];
	const month = (number: number) => MONTHS[number - 1] ?? '';
	if (y1 === y2 && m1 === m2) return `${d1}–${d2} ${month(m1)} ${y1}`;
	return `${d1} ${month(m1)}${y1 === y2 ? '' : ` ${y1}`} to ${d2} ${month(m2)} ${y2}`;
}

/** The same text with a capital first letter. */
export function capital(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A title inside a sentence: `Average order` as `average order`; abbreviations keep their capitals. */
export function inSentence(title: string): string {
	return /^\p{Lu}{2}/u.test(title) ? title : title.charAt(0).toLowerCase() + title.slice(1);
}
