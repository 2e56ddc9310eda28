import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellNumber } from '$lib/core';
import { readQuestion } from './question';
import { rounded } from './table';
import { answerTo, field } from './testing';

const SALES = {
	name: 'sales.csv',
	text: [
		'date,product,region,orders,revenue,comment',
		'2026-11-16,Mug,North,3,"1,204.10",',
		'2026-11-16,Tray,South,2,80.20,late',
		'2026-11-17,Mug,South,1,0.10,',
		'2026-11-19,Tray,North,4,,',
		''
	].join('\n')
};
const NOTES = {
	name: 'notes.md',
	text: [
		'# Notes',
		'',
		'Support tickets: 41',
		'| Late parcels | 9 |',
		'',
		'There were 1,204 readers. The deadline is not fixed.',
		'Closing day: 20 November 2026',
		'Owner: the shop team'
	].join('\n')
};

describe('a question to a table', () => {
	it.each([
		['sum of revenue in sales', 1284.4, 'sum of revenue (1 cell without a number left out)'],
		['total of orders in sales', 10, 'sum of orders'],
		['number of rows in sales', 4, 'number of rows'],
		['average of orders in sales', 2.5, 'average of orders'],
		['median of orders in sales', 2.5, 'median of orders'],
		['largest orders in sales', 4, 'largest of orders'],
		['smallest of orders in sales', 1, 'smallest of orders'],
		['number of different product in sales', 2, 'number of different product'],
		['number of distinct dates in sales', 3, 'number of different dates'],
		[
			'largest sum of revenue by product in sales',
			1204.2,
			'largest sum of revenue by product: Mug',
			'rows 2, 4'
		],
		['sum of orders in sales where region is North', 7, 'sum of orders where region is North', 'rows 2, 5'],
		[
			'sum of revenue in sales divided by sum of orders in sales',
			128.44,
			'sum of revenue (1 cell without a number left out) ÷ sum of orders'
		],
		[
			'sum of orders in sales where product is Mug divided by sum of orders in sales, in percent',
			40,
			'sum of orders where product is Mug ÷ sum of orders, in percent',
			'rows 2, 4'
		]
	])('%s', async (description, value, how, place = 'rows 2–5') => {
		const found = await field(description, 'number', [SALES, NOTES]);
		expect(found.value).toBe(value);
		expect(found.evidence[0]).toMatchObject({ claim: 'it', document: 'sales.csv', how });
		// Of a group, its own rows and no others.
		expect(found.evidence[0]?.place).toBe(place);
	});

	it('answers with names, days and lists', async () => {
		expect((await field('largest product by sum of revenue in sales', 'string', [SALES])).value).toBe('Mug');
		expect((await field('lowest product by sum of revenue in sales', 'string', [SALES])).value).toBe('Tray');
		expect((await field('first date in sales', 'string', [SALES])).value).toBe('2026-11-16');
		expect((await field('latest date in sales', 'string', [SALES])).value).toBe('2026-11-19');
		expect((await field('date range of date in sales', 'string', [SALES])).value).toBe(
			'2026-11-16 to 2026-11-19'
		);
		expect((await field('date range of date in sales', 'object', [SALES])).value).toEqual({
			from: '2026-11-16',
			to: '2026-11-19'
		});
		expect((await field('list of different product in sales', 'array', [SALES])).value).toEqual([
			'Mug',
			'Tray'
		]);
		expect((await field('sum of orders by product in sales', 'array', [SALES])).value).toEqual([
			{ product: 'Tray', orders: 6 },
			{ product: 'Mug', orders: 4 }
		]);
	});

	it('adds up every file of a source, and names each', async () => {
		const second = { ...SALES, name: 'sales-2.csv', source: 'sales' };
		const found = await field('sum of orders in sales', 'integer', [SALES, second]);
		expect(found.value).toBe(20);
		expect(found.evidence.map((item) => item.document)).toEqual(['sales.csv', 'sales-2.csv']);
	});
});

describe('rows that are no data', () => {
	const total = { name: 'sales.csv', text: 'product,orders\nMug,3\nTray,2\nTotal,5\n' };

	it('a total is not counted, and the evidence says so', async () => {
		const sum = await field('sum of orders in sales', 'integer', [total]);
		expect(sum).toMatchObject({
			value: 5,
			evidence: [{ place: 'rows 2–3', how: 'sum of orders (total in row 4 left out)' }]
		});
		expect((await field('number of rows in sales', 'integer', [total])).value).toBe(2);
		expect((await field('largest product by sum of orders in sales', 'string', [total])).value).toBe('Mug');
	});

	it('cells without a number are told with their rows, once for a column', async () => {
		const text = 'product,orders,revenue\nMug,3,1.50\nTray,n/a,2.00\n\nApron,,x\nMug,5,4.00\n';
		const schema = {
			properties: {
				orders: { type: 'integer', description: 'sum of orders in sales' },
				largest: { type: 'integer', description: 'largest of orders in sales' },
				best: { type: 'string', description: 'largest product by sum of orders in sales' },
				mugs: { type: 'integer', description: 'sum of orders in sales where product is Mug' },
				each: {
					type: 'number',
					description: 'sum of revenue in sales divided by sum of orders in sales'
				}
			}
		};
		const answered = await answerTo({ job: 'extract', schema, blocks: [{ name: 'sales.csv', text }] });
		expect(answered.warnings).toEqual([
			'Column orders of sales.csv has no number in row 3 (“n/a”) and row 5 (empty); the figures leave these out.',
			'Column revenue of sales.csv has no number in row 5 (“x”); the figures leave it out.'
		]);
	});
});

describe('what is not there', () => {
	it.each([
		['sum of profit in sales', 'sales.csv has no column “profit”'],
		['sum of comment in sales', 'no row has a number in “comment”'],
		['sum of revenue in orders', 'there is no table “orders”'],
		['sum of orders in sales where region is West', 'sales.csv has no rows to count'],
		[
			'sum of orders in sales divided by number of rows in sales where region is West',
			'it would be divided by zero'
		],
		['how happy everybody was', 'nothing is labelled “It”'],
		['labelled number “Refunds” in notes', 'nothing is labelled “Refunds” in “notes”']
	])('%s is null, with the reason', async (description, why) => {
		const found = await field(description, 'number', [SALES, NOTES]);
		expect(found.value).toBeNull();
		expect(found.evidence).toEqual([]);
		expect(found.warnings).toEqual([`“It” was left empty: ${why}.`]);
	});

	it('an empty table counts no rows and sums up nothing', async () => {
		const empty = { name: 'sales.csv', text: 'date,orders\n' };
		expect((await field('number of rows in sales', 'integer', [empty])).value).toBe(0);
		expect((await field('sum of orders in sales', 'integer', [empty])).value).toBeNull();
	});
});

describe('labelled values in prose', () => {
	it('are found with their line', async () => {
		const tickets = await field('labelled number “Support tickets” in notes', 'integer', [NOTES]);
		expect(tickets).toMatchObject({
			value: 41,
			evidence: [{ place: 'line 3', how: 'labelled “Support tickets”' }]
		});
		expect((await field('labelled number “Late parcels”', 'integer', [NOTES])).value).toBe(9);
		expect((await field('labelled number “readers”', 'integer', [NOTES])).value).toBe(1204);
		expect((await field('labelled date “Closing day”', 'string', [NOTES], { format: 'date' })).value).toBe(
			'2026-11-20'
		);
		expect((await field('labelled text “Owner”', 'string', [NOTES])).value).toBe('the shop team');
		expect((await field('', 'integer', [NOTES], { title: 'Support tickets' })).value).toBe(41);
	});

	it('of the last report are not taken for new ones', async () => {
		const report = { ...NOTES, name: 'last.md', origin: 'last-approved' };
		expect((await field('labelled number “Support tickets”', 'integer', [report])).value).toBeNull();
	});

	it('a change builds on a field before it', async () => {
		const report = {
			name: 'last.md',
			origin: 'last-approved',
			text: '| Figure | This week |\n| --- | --- |\n| Orders | 8 |'
		};
		const schema = {
			properties: {
				orders: { type: 'integer', title: 'Orders', description: 'sum of orders in sales' },
				change: { type: 'number', description: 'change of orders against last week' }
			}
		};
		const { text } = await answerTo({ job: 'extract', schema, blocks: [SALES, report] });
		expect(JSON.parse(text)).toEqual({ orders: 10, change: 25 });
	});
});

describe('classes', () => {
	const kind = { enum: ['billing', 'technical', 'other'] };
	const about = 'billing (invoice, refund), technical (error, crash)';

	it('are chosen by their words, and not by chance', async () => {
		const mail = { name: 'mail.md', text: 'My invoice is wrong.\n\nI want a refund.' };
		expect(await field(about, 'string', [mail], kind)).toMatchObject({
			value: 'billing',
			evidence: [{ how: 'words for “billing”: invoice, refund' }]
		});
		expect((await field(about, 'string', [{ name: 'mail.md', text: 'Hello there.' }], kind)).value).toBe(
			'other'
		);
		const both = { name: 'mail.md', text: 'The invoice page has an error.' };
		expect((await field(about, 'string', [both], { enum: ['billing', 'technical'] })).value).toBeNull();
		const task = 'Sort this mail.\nCategories: billing (invoice), technical (error)';
		expect((await answerTo({ job: 'classify', task, blocks: [mail] })).text).toBe('billing');
	});
});

describe('numbers', () => {
	it.each([
		['1204', 1204],
		['1,204.50', 1204.5],
		['€ 48,210.40', 48210.4],
		['12,5', 12.5],
		['1.204,50', 1204.5],
		['−3 %', -3],
		['1,20,4', null],
		['n/a', null],
		['12 apples', null]
	])('%s', (cell, value) => expect(cellNumber(cell)?.value ?? null).toBe(value));

	it('sums of cents are exact', () => {
		fc.assert(
			fc.property(
				fc.array(fc.integer({ min: -99_999, max: 999_999 }), { minLength: 1, maxLength: 300 }),
				(cents) => {
					const sum = cents.reduce((total, cent) => total + cent / 100, 0);
					return rounded(sum, 2) === cents.reduce((total, cent) => total + cent, 0) / 100;
				}
			)
		);
	});

	it('reading a description never throws', () => {
		fc.assert(fc.property(fc.string(), (text) => readQuestion(text) === null || true));
	});
});
