import { describe, expect, it } from 'vitest';
import type { Json } from '$lib/core';
import { aValue } from '../testing';
import { checkNumbers } from './check';

const METRICS = { revenue: 48210.4, average_order: 44, support_tickets: 44 };
const SCHEMA: Record<string, Json> = {
	properties: {
		revenue: { title: 'Revenue (€)' },
		average_order: { title: 'Average order (€)' },
		support_tickets: { title: 'Support tickets' }
	}
};
const LAST = [
	'Revenue fell 9.4 %, from € 57,310.80 to € 51,904.30. Support tickets were 44.',
	'',
	'| Figure | This week | Last week | Change |',
	'| --- | ---: | ---: | ---: |',
	'| Revenue | € 51,904.30 | € 57,310.80 | −9.4 % |'
].join('\n');
const NOTES = 'The guide was read by 900 people.\n\nThe newsletter went to 900 readers.';

function document(source: string, origin: string, name: string, text: string) {
	const facts = { media: 'text/markdown', unit: 'line', table: null, warnings: [], hash: name };
	return { source, origin, name, text, ...facts };
}

async function checked(draft: string, last = LAST) {
	const documents = [
		document('notes', 'files', 'notes.md', NOTES),
		document('previous', 'last-approved', 'last.md', last)
	];
	const fields = Object.keys(METRICS);
	const found = await checkNumbers(
		{
			config: { numbersFrom: ['metrics', 'documents'] },
			inputs: {
				metrics: [aValue(METRICS, 'application/json')],
				documents: [aValue({ documents }, 'application/json')]
			},
			evidence: {
				metrics: fields.map((claim) => ({ claim, document: `${claim}.csv`, place: 'row 2', how: 'sum' }))
			},
			schemas: { metrics: SCHEMA },
			readFile: () => Promise.reject(new Error('nothing to read'))
		},
		draft
	);
	if (!found.ok) throw new Error(found.failure.message);
	const told = found.value.evidence.map((one) => `${one.claim}@${one.at}: ${one.document} ${one.place}`);
	return { told, how: found.value.evidence.map((one) => one.how), flags: found.value.flags };
}

describe('equal numbers', () => {
	it('of a sentence each belong to the words beside them', async () => {
		const { told } = await checked('The average order was € 44, with 44 support tickets.');
		expect(told).toEqual(['44@24: average_order.csv row 2', '44@33: support_tickets.csv row 2']);
	});

	it('of a table each belong to their row, and last week’s to the last report', async () => {
		const { told } = await checked(
			'| Figure | This week | Last week |\n| --- | --- | --- |\n| Average order | € 44 | |\n| Support tickets | 44 | 44 |'
		);
		expect(told).toEqual([
			'44@75: average_order.csv row 2',
			'44@102: support_tickets.csv row 2',
			'44@107: last.md line 1'
		]);
	});

	it('that nothing tells apart are given with each place, and say so', async () => {
		const { told, how } = await checked('It was 44.');
		expect(told).toEqual(['44@7: average_order.csv row 2', '44@7: support_tickets.csv row 2']);
		expect(how[0]).toBe('one of 2 that fit: sum');
	});

	it('of the notes are told apart by the words of their sentence', async () => {
		expect((await checked('The newsletter had 900 readers.')).told).toEqual(['900@19: notes.md line 3']);
	});

	it('that the draft gives another name keep their own, and say so', async () => {
		const { told, how } = await checked('Revenue was € 44, as the average order was.');
		expect(told).toEqual(['44@14: average_order.csv row 2']);
		expect(how[0]).toBe('sum; known of “Average order”, the draft says “Revenue”');
	});
});

describe('a change', () => {
	it('is against the number that the last report states, not against any number of its line', async () => {
		const { told, how } = await checked('Revenue fell 7.1 %.');
		expect(told).toEqual(['7.1@13: revenue.csv row 2']);
		expect(how[0]).toContain('48210.4 against 51904.3 (last.md, line 1)');
		// 15.9 % is the change against the week before the last one.
		expect((await checked('Revenue fell 15.9 %.')).flags.map((flag) => flag.about)).toEqual(['15.9']);
	});

	it('against a line that could mean several numbers says which was taken', async () => {
		const { how } = await checked('Revenue fell 7.1 %.', 'Revenue: € 51,904.30, planned were € 50,000.');
		expect(how[0]).toContain('line 1 has other numbers too, the one nearest to “Revenue” was taken');
		const other = await checked('Revenue fell 3.6 %.', 'Revenue: € 51,904.30, planned were € 50,000.');
		expect(other.flags).toHaveLength(1);
	});

	it('of a figure that the last report calls otherwise says that', async () => {
		const { how } = await checked('Revenue fell 7.1 %.', 'Turnover was € 51,904.30.');
		expect(how[0]).toContain('the last report names no “Revenue”');
		// Not against what the report itself gives as the week before.
		const table = LAST.slice(LAST.indexOf('|')).replace('Revenue', 'Turnover');
		expect((await checked('Revenue fell 7.1 %.', table)).flags).toEqual([]);
		expect((await checked('Revenue fell 15.9 %.', table)).flags).toHaveLength(1);
		expect((await checked('Revenue fell 15.9 %.', 'Turnover fell from € 57,310.80.')).flags).toHaveLength(1);
	});
});
