/** A condition on the rows that count: `where region is North`. */
export interface Where {
	column: string;
	value: string;
}

/** What a field of a schema asks for, read from its description. */
export type Question =
	| {
			ask: 'sum' | 'average' | 'median' | 'smallest' | 'largest';
			column: string;
			source: string;
			where: Where | null;
	  }
	| { ask: 'rows'; source: string; where: Where | null }
	| {
			ask: 'different' | 'first' | 'last' | 'range' | 'list';
			column: string;
			source: string;
			where: Where | null;
	  }
	| { ask: 'top'; group: string; column: string; source: string; most: boolean; want: 'name' | 'value' }
	| { ask: 'groups'; group: string; column: string; source: string }
	| { ask: 'labelled'; label: string; source: string | null }
	| { ask: 'change'; of: string }
	| { ask: 'ratio'; over: Question; under: Question; percent: boolean };

const WORDS: Record<string, 'sum' | 'average' | 'median' | 'smallest' | 'largest'> = {
	sum: 'sum',
	total: 'sum',
	average: 'average',
	mean: 'average',
	median: 'median',
	smallest: 'smallest',
	lowest: 'smallest',
	minimum: 'smallest',
	largest: 'largest',
	highest: 'largest',
	maximum: 'largest'
};

const NAME = '[\\p{L}\\p{N}_ -]+?';
const SOURCE = '([\\p{L}\\p{N}_.-]+)';
const form = (text: string) => new RegExp(`^(?:the )?${text}$`, 'iu');

const FORMS: { pattern: RegExp; read: (m: string[], where: Where | null) => Question }[] = [
	{
		pattern: form(`(?:count|number) of (?:all )?(?:rows|entries|lines) in ${SOURCE}`),
		read: ([, source = ''], where) => ({ ask: 'rows', source, where })
	},
	{
		pattern: form(`(?:count|number) of (?:different|distinct|unique) (${NAME}) in ${SOURCE}`),
		read: ([, column = '', source = ''], where) => ({ ask: 'different', column, source, where })
	},
	{
		pattern: form(`(?:date )?range of (${NAME}) in ${SOURCE}`),
		read: ([, column = '', source = ''], where) => ({ ask: 'range', column, source, where })
	},
	{
		pattern: form(`list of (?:different |distinct |unique )?(${NAME}) in ${SOURCE}`),
		read: ([, column = '', source = ''], where) => ({ ask: 'list', column, source, where })
	},
	{
		pattern: form(`(largest|highest|smallest|lowest) sum of (${NAME}) by (${NAME}) in ${SOURCE}`),
		read: ([, which = '', column = '', group = '', source = '']) => ({
			ask: 'top',
			group,
			column,
			source,
			most: /^(?:largest|highest)$/i.test(which),
			want: 'value'
		})
	},
	{
		pattern: form(`(largest|highest|smallest|lowest) (${NAME}) by (?:sum of )?(${NAME}) in ${SOURCE}`),
		read: ([, which = '', group = '', column = '', source = '']) => ({
			ask: 'top',
			group,
			column,
			source,
			most: /^(?:largest|highest)$/i.test(which),
			want: 'name'
		})
	},
	{
		pattern: form(`sum of (${NAME}) by (${NAME}) in ${SOURCE}`),
		read: ([, column = '', group = '', source = '']) => ({ ask: 'groups', group, column, source })
	},
	{
		pattern: form(`(first|earliest|last|latest) (${NAME}) in ${SOURCE}`),
		read: ([, which = '', column = '', source = ''], where) => ({
			ask: /^(?:first|earliest)$/i.test(which) ? 'first' : 'last',
			column,
			source,
			where
		})
	},
	{
		pattern: form(`(${Object.keys(WORDS).join('|')}) (?:of )?(?:all )?(${NAME}) in ${SOURCE}`),
		read: ([, word = '', column = '', source = ''], where) => ({
			ask: WORDS[word.toLowerCase()] ?? 'sum',
			column,
			source,
			where
		})
	},
	{
		pattern: form(`labelled (?:number|date|text|value) [“"]([^”"]+)[”"](?: in ${SOURCE})?`),
		read: ([, label = '', source]) => ({ ask: 'labelled', label, source: source ?? null })
	},
	{
		pattern: form(`change of (${NAME}) against last (?:time|week|month|report)`),
		read: ([, of = '']) => ({ ask: 'change', of })
	}
];

/** Reads a description in plain controlled English; null when it is none of the known forms. */
export function readQuestion(description: string): Question | null {
	let text = description.trim().replace(/\s+/g, ' ').replace(/\.$/, '');
	const percent = /,? in percent$/i.test(text);
	text = text.replace(/,? in percent$/i, '');
	const [over, under, ...more] = text.split(/ divided by /i);
	if (under !== undefined) {
		const top = readQuestion(over ?? '');
		const bottom = readQuestion(under);
		return top && bottom && more.length === 0 ? { ask: 'ratio', over: top, under: bottom, percent } : null;
	}
	const condition = /^(.*?) where ([\p{L}\p{N}_ -]+?) is (.+)$/iu.exec(text);
	const where = condition
		? { column: condition[2] ?? '', value: (condition[3] ?? '').replace(/^[“"]|[”"]$/g, '') }
		: null;
	const plain = condition?.[1] ?? text;
	for (const { pattern, read } of FORMS) {
		const match = pattern.exec(plain);
		if (match) return read([...match], where);
	}
	return null;
}
