import { describe, expect, it } from 'vitest';
import { asChecks, asDocuments, asFields, asFlags, asTable } from './shapes';

const evidence = [{ claim: 'week.orders', document: 'sales.csv', place: 'rows 2–9', how: 'sum of orders' }];

describe('shapes of outputs', () => {
	it('draws typed data in the order of its schema, with titles and evidence', () => {
		const schema = { required: ['week', 'note'], properties: { note: { title: 'Remark' } } };
		const rows = asFields({ note: null, week: { orders: 1204 } }, evidence, schema);
		expect(rows?.map(({ label, value, depth }) => [label, value, depth])).toEqual([
			['Week', null, 0],
			['Orders', '1,204', 1],
			['Remark', '–', 0]
		]);
		expect(rows?.[1]?.evidence).toEqual(evidence);
	});

	it('leaves what is too deep or not a record to the code view', () => {
		expect(asFields({ list: [{ a: 1 }] })).toBeNull();
		expect(asFields({ a: { b: { c: { d: { e: 1 } } } } })).toBeNull();
		expect(asFields([1])).toBeNull();
	});

	it('knows documents, flags, checks and tables, and nothing that only resembles them', () => {
		expect(asDocuments({ documents: [{ name: 'a', text: 'b' }] })).toHaveLength(1);
		expect(asDocuments({ documents: [{ name: 'a' }] })).toBeNull();
		expect(asFlags({ flags: [{ kind: 'anomaly', text: 'x' }] })).toHaveLength(1);
		expect(asFlags({ flags: [{ kind: 'other', text: 'x' }] })).toBeNull();
		expect(asChecks({ passed: true, results: [{ rule: 'r', passed: true, message: 'm' }] })).toHaveLength(1);
		expect(asChecks({ results: [{ passed: 'yes' }] })).toBeNull();
		expect(asTable([{ a: 1 }, { a: 2, b: 'x' }])).toEqual({
			columns: ['a', 'b'],
			rows: [
				[1, null],
				[2, 'x']
			]
		});
		expect(asTable([{ a: {} }])).toBeNull();
	});
});
