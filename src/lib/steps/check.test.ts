import { describe, expect, it } from 'vitest';
import type { Evidence, Json, Value } from '$lib/core';
import { runStep } from './run-step';
import { aValue, fakeContext } from './testing';
import { writtenNumbers } from './trace/written';

const METRICS = { revenue: 48210.4, orders: 1204, conversion: 5.25, share: 0.25 };
const SCHEMA: Record<string, Json> = {
	properties: {
		revenue: { title: 'Revenue (€)' },
		orders: { title: 'Orders' },
		conversion: { title: 'Conversion rate (%)' },
		share: { title: 'Share of new customers' }
	}
};
const EVIDENCE: Evidence[] = [
	{ claim: 'revenue', document: 'sales.csv', place: 'rows 2–231', how: 'sum of revenue', hash: 'abc' }
];
const PREVIOUS = '| Figure | This week |\n| --- | ---: |\n| Revenue | € 51,904.30 |\n| Orders | 1,187 |';

function collection(): Value {
	const document = (source: string, origin: string, name: string, text: string) => ({
		source,
		origin,
		name,
		text,
		media: 'text/markdown',
		unit: 'line',
		table: null,
		warnings: [],
		hash: `hash of ${name}`
	});
	const documents = [
		document('notes', 'files', 'notes.md', 'The newsletter went\nto 8,400 readers.'),
		document('previous', 'last-approved', 'last.md', PREVIOUS)
	];
	const table = { columns: ['product', 'revenue'], rows: 2 };
	const sales = {
		...document('sales', 'files', 'sales.csv', 'product,revenue\nMug,310.08\nTray,12'),
		unit: 'row',
		table
	};
	return aValue({ documents: [...documents, sales] }, 'application/json');
}

async function check(draft: string | Json, with_: Record<string, Json>) {
	const inputs = {
		draft: [aValue(draft, typeof draft === 'string' ? 'text/markdown' : 'application/json')],
		metrics: [aValue(METRICS, 'application/json')],
		documents: [collection()]
	};
	const { context } = fakeContext(
		{ kind: 'check', job: 'evaluate', with: with_ },
		{ inputs, evidence: { metrics: EVIDENCE }, schemas: { metrics: SCHEMA } }
	);
	return (await runStep('check', context)).result;
}

const numbers = { numbersFrom: ['metrics', 'documents'] };

async function flagged(draft: string): Promise<string[]> {
	const result = await check(draft, numbers);
	return result.ok ? (result.value.flags ?? []).map((flag) => flag.about ?? '') : ['failed'];
}

describe('numbers that name and do not count', () => {
	it.each([
		'On 2026-11-16, in 2026-W47 and in week 47.',
		'From 16 to 22 November 2026, or 16–22 November, or November 16, 2026.',
		'In weeks 46 and 47, at 09:30, in 2026, on the 1st.',
		'1. First\n2. Second\n\n## 3. Third',
		'See https://x.test/12/34 and note [7].'
	])('%s', (text) => {
		expect(writtenNumbers(text)).toEqual([]);
	});

	it('leaves the counts', () => {
		const found = writtenNumbers('On 16 November, 12 of 1,204 orders (1.0 %) came from 3 shops.');
		expect(found.map((number) => number.raw)).toEqual(['12', '1,204', '1.0', '3']);
	});
});

describe('every number occurs in the sources', () => {
	it.each([
		['a field as it is, and rounded as written', 'Revenue was € 48,210.40, about € 48,210.'],
		['a percentage and a fraction', 'Conversion was 5.25 % (5.3 %), and 25 % were new.'],
		['a number of the notes', 'It went to 8,400 readers.'],
		['a cell of a table', 'The mug brought € 310.08.'],
		['the last report', 'Revenue was € 51,904.30 before.'],
		[
			'a change, with a fitting sign',
			'Revenue fell 7.1 %, orders rose 1.4 % (+1.4 %), −7.1 %, 17 orders more.'
		],
		['one field divided by another', 'An order was worth € 40.04.']
	])('%s', async (_, draft) => {
		expect(await flagged(draft)).toEqual([]);
	});

	it.each([
		['made up', 'Revenue was € 48,310.40.', ['48,310.40']],
		['wrongly rounded', 'Revenue was € 48,211.', ['48,211']],
		['a change with the wrong sign', 'Revenue rose 7.1 %.', ['7.1']],
		['too short to be more than an accident', 'We sold 12 trays.', ['12']],
		['a count told as a percentage', 'It grew by 1,204 %.', ['1,204']]
	])('not when it is %s', async (_, draft, numbers) => {
		expect(await flagged(draft)).toEqual(numbers);
	});

	it('says where each comes from', async () => {
		const result = await check('Revenue fell 7.1 % to € 48,210.40; 8,400 read of it.', numbers);
		expect(result.ok && result.value.evidence).toEqual([
			expect.objectContaining({ claim: '7.1', at: 13, document: 'sales.csv', place: 'rows 2–231' }),
			{
				claim: '48,210.40',
				at: 24,
				document: 'sales.csv',
				place: 'rows 2–231',
				how: 'sum of revenue',
				hash: 'abc'
			},
			{
				claim: '8,400',
				at: 35,
				document: 'notes.md',
				place: 'line 2',
				how: 'as written there',
				hash: 'hash of notes.md'
			}
		]);
	});
});

describe('the other rules', () => {
	it('report, flag and let the run go on', async () => {
		const result = await check('## Summary\n\nA disaster in five words.', {
			requiredSections: ['summary', 'Next steps'],
			forbidden: ['disaster'],
			maxWords: 4
		});
		expect(result.ok && result.value.output.content).toMatchObject({
			passed: false,
			results: [{ passed: true }, { passed: false }, { passed: false }, { passed: false }]
		});
		expect(result.ok && result.value.flags).toEqual([
			{ kind: 'check', text: 'The section “Next steps” is missing.', about: 'section: Next steps' },
			{ kind: 'check', text: 'The draft says “disaster”.', about: 'forbidden: disaster' },
			{ kind: 'check', text: 'The draft has 6 words, 2 more than allowed.', about: 'words: 4' }
		]);
	});

	it('stop the run when the author wants that', async () => {
		const result = await check('A disaster.', { forbidden: ['disaster'], stopOnFail: true });
		expect(result).toMatchObject({ ok: false, failure: { code: 'check.failed', retryable: false } });
	});

	it('hold typed data against a schema', async () => {
		const schema = { type: 'object', properties: { a: { type: 'number' } }, required: ['a'] };
		const good = await check({ a: 1 }, { schema });
		const bad = await check({ a: 'x' }, { schema });
		expect(good.ok && good.value.flags).toEqual([]);
		expect(bad.ok && bad.value.flags?.[0]?.about).toBe('schema');
	});
});
