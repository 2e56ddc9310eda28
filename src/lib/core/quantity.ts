import { numbersIn, type FoundNumber } from './text';

const MONTH =
	'(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:t(?:ember)?)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)';

/** Digits that name a day, a week, a place in a list: they count nothing, so nothing has to prove them. */
const NAMES: RegExp[] = [
	/https?:\/\/\S+/g,
	/\b\d{4}-W\d{1,2}\b/g,
	/\b\d{4}-\d{2}-\d{2}(?:T[\d:.]+Z?)?/g,
	/\b\d{1,2}[./]\d{1,2}[./]\d{4}\b/g,
	/\b(?:weeks?|wk|quarters?|runs?|pages?|steps?|versions?|chapters?)\s+\d+(?:\s*(?:[–-]|and|to|,)\s*\d+)*/gi,
	new RegExp(
		`\\b\\d{1,2}(?:\\s*(?:[–-]|and|to)\\s*\\d{1,2})?\\.?\\s+(?:of\\s+)?${MONTH}\\b(?:\\s+\\d{4})?`,
		'g'
	),
	new RegExp(`\\b${MONTH}\\s+\\d{1,2}\\b(?:\\s*[–-]\\s*\\d{1,2})?(?:,?\\s+\\d{4})?`, 'g'),
	new RegExp(`\\b${MONTH}\\s+\\d{4}\\b`, 'g'),
	/\b(?:in|since|until|from|of|during|year|by)\s+(?:19|20)\d{2}\b(?!\s?%|[.,]\d)/gi,
	/\b\d{1,2}:\d{2}\b/g,
	/\b24\/7\b/g,
	/^[ \t]*(?:#{1,6}[ \t]+)?\d+[.)][ \t]/gm,
	/\[\^?\d+\]/g
];

/** The numbers of a text that state a quantity, in order. Dates, weeks, times and list numbers are left out. */
export function quantitiesIn(text: string): FoundNumber[] {
	// Letters of the same length keep every offset and let no two numbers grow together.
	const masked = NAMES.reduce((rest, name) => rest.replace(name, (match) => match.replace(/\d/g, 'x')), text);
	return numbersIn(masked);
}

/** `1234.5` as `1,234.5`, with a fixed number of decimals; the minus sign is a real one. */
export function grouped(value: number, decimals: number): string {
	const [whole = '0', fraction] = Math.abs(value).toFixed(decimals).split('.');
	const marked = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
	const negative = value < 0 && Number(Math.abs(value).toFixed(decimals)) !== 0;
	return `${negative ? '−' : ''}${marked}${fraction ? `.${fraction}` : ''}`;
}
