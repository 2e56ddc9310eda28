import { validate, type Step, type Workflow } from '$lib/workflow';
import { describe, expect, it } from 'vitest';
import { countInside, listed, sayBlock, sayFallback, sayMissing, sayReached, waysOf } from './flow-words';

const step = (id: string, more: object = {}) => ({ id, title: id, kind: 'transform', job: 'draft', ...more });

function read(...steps: object[]): Workflow & { steps: [Step, ...Step[]] } {
	const { workflow, problems } = validate({ format: 1, id: 'w', title: 'W', steps });
	if (!workflow?.steps[0]) throw new Error(JSON.stringify(problems));
	return workflow as Workflow & { steps: [Step, ...Step[]] };
}
const block = (kind: string, more: object, title = 'Extract') => {
	const workflow = read(step('it', { kind, ...more }), step('extract', { title }));
	return sayBlock(workflow.steps[0], workflow, [{ id: 'weekly', title: 'Weekly report' }]);
};

describe('what a block does', () => {
	it('is said of a map', () => {
		const inputs = { over: 'steps.extract.output.rows' };
		expect(block('map', { inputs })).toBe('For each item of Extract (rows), 4 at once.');
		const set = { concurrency: 1, onFail: 'skip', max: 20, result: 'mark' };
		const steps = [step('mark', { title: 'Mark' })];
		expect(block('map', { with: set, steps })).toBe(
			'For each item, one after another, 20 at most in all. Items that fail are left out. What “Mark” makes is an item’s result.'
		);
	});

	it('is said of a loop', () => {
		expect(block('loop', { with: { until: 'output.score >= 8', max: 5 } })).toBe(
			'Until output.score >= 8, at most 5 rounds.'
		);
		expect(block('loop', { with: { max: 1 } })).toBe('At most 1 round.');
	});

	it('is said of a called workflow', () => {
		expect(block('workflow', { with: { workflow: 'weekly' } })).toBe('Runs Weekly report, newest version.');
		expect(block('workflow', { with: { workflow: 'weekly', version: 3 } })).toContain('version 3');
		expect(block('workflow', { with: { workflow: 'gone' } })).toContain('not on this device');
		expect(block('workflow', {})).toContain('not chosen yet');
	});

	it('is not said of anything else', () => expect(block('transform', {})).toBe(''));
});

describe('how a step is reached', () => {
	const routes = [{ id: 'large', title: 'Large order', when: 'amount > 100' }, { id: 'odd' }];
	const branch = step('way', { title: 'Route', kind: 'branch', with: { routes, otherwise: 'small' } });
	const { steps } = read(
		branch,
		step('a', { when: { step: 'way', route: ['large', 'small'] } }),
		step('b', { when: { step: 'a', outcome: ['failed', 'skipped'] }, join: 'any' }),
		step('c', { when: { step: 'gone', route: ['x'] } })
	);
	const said = (index: number) => sayReached(steps[index] as Step, steps);

	it('names the routes of a branch by their titles', () => {
		expect(said(0)).toEqual([]);
		expect(said(1)).toEqual(['Runs only when Route goes Large order or small.']);
		expect(said(3)).toEqual(['Runs only when “gone” goes x.']);
	});

	it('names outcomes and joins', () => {
		expect(said(2)).toEqual([
			'Runs only when a has failed or was skipped.',
			'Runs when at least one of the steps that it waits for is done.'
		]);
	});

	it('is told under the branch', () => {
		expect(
			waysOf(steps[0], steps).map((way) => [way.title, way.when, way.steps.map((one) => one.id)])
		).toEqual([
			['Large order', 'amount > 100', ['a']],
			['odd', '', []],
			['small', '', ['a']]
		]);
	});
});

it('buttons of a review open ways like a branch', () => {
	const buttons = [
		{ id: 'yes', title: 'Publish', outcome: 'approve', route: 'public' },
		{ id: 'again', title: 'Once more', outcome: 'changes' }
	];
	const { steps } = read(
		step('gate', { kind: 'review', inputs: { draft: 'steps.x.output' }, with: { buttons } }),
		step('out', { when: { step: 'gate', route: ['public'] } })
	);
	expect(waysOf(steps[0], steps).map((way) => [way.id, way.title, way.steps.map((one) => one.id)])).toEqual([
		['public', 'Publish', ['out']]
	]);
	expect(sayReached(steps[1] as Step, steps)).toEqual(['Runs only when gate goes Publish.']);
});

describe('what a step does without', () => {
	it('is said of inputs', () => {
		const inputs = { a: 'run.date', b: 'run.date', c: 'run.date' };
		const one = read(step('x', { inputs, optional: ['a', 'b', 'c'], defaults: { c: 'none' } })).steps[0];
		expect(sayMissing(one)).toEqual(['Can do without a and b.', 'Where c is missing, it takes “none”.']);
	});

	it('is said of failures', () => {
		const fallback = [
			{ use: 'provider', provider: 'built-in' },
			{ use: 'source', input: 'a', from: 'sources.old' },
			{ use: 'person' }
		];
		expect(sayFallback(read(step('x', { fallback })).steps[0])).toBe(
			'When it fails: tries built-in, then tries sources.old as a, then asks you.'
		);
		const last = [{ use: 'value', value: [] }, { use: 'without' }];
		expect(sayFallback(read(step('x', { fallback: last })).steps[0])).toBe(
			'When it fails: goes on with [], then goes on without it.'
		);
		expect(sayFallback(read(step('x')).steps[0])).toBe('');
	});
});

it('lists names', () => {
	expect([listed([]), listed(['a']), listed(['a', 'b', 'c'])]).toEqual(['', 'a', 'a, b and c']);
});

it('counts what is inside at any depth', () => {
	const inner = step('b', { kind: 'loop', steps: [step('c')] });
	expect(countInside(read(step('a', { kind: 'map', steps: [inner] })).steps[0])).toBe(2);
});
