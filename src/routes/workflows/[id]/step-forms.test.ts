import { validate, type Step } from '$lib/workflow';
import { describe, expect, it } from 'vitest';
import { givenTo, missingFor } from './called';
import { kindForm } from './form-schemas';

const step = (kind: string, more: object): Step => {
	const document = {
		format: 1,
		id: 'w',
		title: 'W',
		steps: [{ id: 'it', title: 'It', kind, job: 'draft', ...more }]
	};
	const found = validate(document).workflow?.steps[0];
	if (!found) throw new Error('the step of the test has no shape');
	return found;
};
const text = { type: 'string' };
const MAP = {
	type: 'object',
	properties: { concurrency: { type: 'integer' }, result: { ...text, title: 'Result' } }
};
const CALL = {
	type: 'object',
	properties: { workflow: text, version: { type: 'integer' }, result: text, frozen: {} },
	required: ['workflow']
};
const members = (form: { schema: Record<string, unknown> }) =>
	form.schema.properties as Record<string, unknown>;

describe('the form of a kind', () => {
	it('lets the result of a block be chosen from the steps inside it', () => {
		const steps = [{ id: 'a', title: 'A', kind: 'transform', job: 'draft' }];
		const form = kindForm(MAP, step('map', { steps, with: { result: 'gone' } }));
		expect(members(form).result).toMatchObject({ title: 'Result', enum: ['a', 'gone'] });
		expect(form.value).toEqual({ result: 'gone' });
		expect(members(kindForm(MAP, step('map', { steps: [] }))).result).not.toHaveProperty('enum');
	});

	it('leaves the choice of a workflow, and what Galley writes, out, and keeps them', () => {
		const settings = { workflow: 'other', version: 2, frozen: { hash: 'x' } };
		const form = kindForm(CALL, step('workflow', { with: settings }));
		expect(Object.keys(members(form))).toEqual(['version', 'result']);
		expect(form.value).toEqual({ version: 2 });
		expect({ ...form.kept, ...form.value }).toEqual(settings);
	});
});

describe('a called workflow', () => {
	const called = validate({
		format: 1,
		id: 'c',
		title: 'C',
		inputs: [
			{ id: 'week', title: 'Week' },
			{ id: 'tone', title: 'Tone', required: false }
		],
		sources: [
			{ id: 'sales', title: 'Sales', kind: 'files' },
			{ id: 'before', title: 'The last one', kind: 'last-approved' }
		]
	}).workflow;

	it('is given its inputs and sources, and finds what was approved by itself', () => {
		expect(called && givenTo(called).map((one) => one.id)).toEqual(['week', 'tone', 'sales']);
	});

	it('says what a call does not give yet', () => {
		const missing = called && missingFor(step('workflow', { inputs: { week: 'run.date' } }), called);
		expect(missing).toEqual([{ root: 'sources', id: 'sales', title: 'Sales', needed: true }]);
	});
});
