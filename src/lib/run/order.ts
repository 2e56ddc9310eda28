/** The place of a name such as `2026-W45` in a row of names like it. */
export interface Order {
	/** What the name looks like with its numbers taken out; only names that look the same can be put in a row. */
	shape: string;
	/** Its numbers, the most important first. */
	numbers: number[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH = new RegExp(`\\b(${MONTHS.join('|')})[a-z]{0,6}\\b\\.?`, 'i');

/** The order of a name by its numbers, read as a person reads them; null when nobody can tell. */
export function orderOf(name: string): Order | null {
	const month = MONTH.exec(name);
	const text = name.trim().toLowerCase();
	const shape = (month ? text.replace(MONTH, 'month') : text).replace(/\d+/g, '9');
	const digits = text.match(/\d+/g) ?? [];
	if (digits.length === 0) return null;
	const year = digits.findIndex((one) => /^(?:19|20)\d{2}$/.test(one));
	const numbers = digits.map(Number);
	const others = numbers.filter((_, at) => at !== year);
	if (month) {
		const number = MONTHS.indexOf((month[1] ?? '').toLowerCase()) + 1;
		return { shape, numbers: [...(year < 0 ? [] : [numbers[year] ?? 0]), number, ...others] };
	}
	if (year <= 0) return { shape, numbers };
	if (others.length < 2) return { shape, numbers: [numbers[year] ?? 0, ...others] };
	// 16.11.2026 begins with the day. 3/4/2026 is a day in March here and in April there.
	return /^\D*\d+\.\s?\d+\.\s?\d+\D*$/.test(text) ? { shape, numbers: [...numbers].reverse() } : null;
}

/** Negative when the first comes before the second. */
export function compareOrders(a: Order, b: Order): number {
	for (let at = 0; at < Math.max(a.numbers.length, b.numbers.length); at += 1) {
		const step = (a.numbers[at] ?? -1) - (b.numbers[at] ?? -1);
		if (step !== 0) return step;
	}
	return 0;
}
