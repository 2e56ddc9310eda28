import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { isRunnable, sayPath, validate, type KindRules } from './index';

const step = (id: string, more: object = {}) => ({ id, title: id, kind: 'transform', job: 'draft', ...more });
const branch = (more: object = {}) =>
	step('way', {
		kind: 'branch',
		with: { routes: [{ id: 'large', when: 'x' }], otherwise: 'small' },
		...more
	});
const map = (id: string, steps: object[], more: object = {}) =>
	step(id, { kind: 'map', inputs: { over: 'run.date' }, steps, ...more });
const loop = (id: string, steps: object[], more: object = {}) =>
	step(id, { kind: 'loop', with: { until: 'x' }, steps, ...more });

const document = (steps: object[], more: object = {}) => ({ format: 1, id: 'w', title: 'W', steps, ...more });
/** Code, place and step of every problem. */
const found = (steps: object[], kinds?: ReadonlyMap<string, KindRules>) =>
	validate(document(steps), kinds).problems.map((one) => [one.code, sayPath(one.path), one.stepId]);

describe('the way a step is reached', () => {
	it('is fine on a route or after an outcome of a neighbour', () => {
		expect(
			found([
				branch(),
				step('a', { when: { step: 'way', route: ['large', 'small'] } }),
				step('b', { when: { step: 'a', outcome: ['failed'] }, join: 'any' })
			])
		).toEqual([]);
	});

	it('names a step that is there (when.unknown), in the same list', () => {
		expect(found([step('a', { when: { step: 'gone', outcome: ['done'] } })])).toEqual([
			['when.unknown', 'steps[0].when.step', 'a']
		]);
		const inner = step('b', { when: { step: 'way', route: ['large'] } });
		expect(found([branch(), map('m', [inner])])).toEqual([
			['when.unknown', 'steps[1].steps[0].when.step', 'b']
		]);
	});

	it('names a route of a branch only (when.no-branch)', () => {
		expect(found([step('a'), step('b', { when: { step: 'a', route: ['x'] } })])).toEqual([
			['when.no-branch', 'steps[1].when.route', 'b']
		]);
	});

	it('names a route that the branch has (when.route)', () => {
		expect(found([branch(), step('b', { when: { step: 'way', route: ['large', 'huge'] } })])).toEqual([
			['when.route', 'steps[1].when.route', 'b']
		]);
	});
});

describe('a default in the place of a branch', () => {
	it('names one of its ways (fallback.route)', () => {
		const instead = (value: unknown) => [branch({ fallback: [{ use: 'value', value }] })];
		for (const value of ['small', { route: 'large' }]) expect(found(instead(value))).toEqual([]);
		for (const value of ['huge', { way: 'large' }, null])
			expect(found(instead(value))).toEqual([['fallback.route', 'steps[0].fallback[0].value', 'way']]);
	});
});

describe('what a step does without', () => {
	it('is said of inputs that it has (input.unknown)', () => {
		const more = {
			inputs: { a: 'run.date' },
			optional: ['a', 'b'],
			defaults: { a: 1, c: 2 },
			fallback: [{ use: 'person' }, { use: 'source', input: 'd', from: 'run.date' }]
		};
		expect(found([step('x', more)])).toEqual([
			['input.unknown', 'steps[0].optional[1]', 'x'],
			['input.unknown', 'steps[0].defaults.c', 'x'],
			['input.unknown', 'steps[0].fallback[1].input', 'x']
		]);
	});

	it('has references checked in fallbacks as well', () => {
		const fallback = [{ use: 'source', input: 'a', from: 'steps.gone.output' }];
		expect(found([step('x', { inputs: { a: 'run.date' }, fallback })])).toEqual([
			['ref.unknown', 'steps[0].fallback[0].from', 'x']
		]);
	});
});

describe('blocks', () => {
	it('are the only steps with steps inside (block.not)', () => {
		expect(found([step('a', { steps: [step('b')] })])).toEqual([['block.not', 'steps[0].steps', 'a']]);
		expect(found([step('a', { steps: [] })])).toEqual([]);
	});

	it('have something inside (block.empty), but for a called workflow', () => {
		expect(found([map('m', [])])).toEqual([['block.empty', 'steps[0].steps', 'm']]);
		expect(found([loop('l', [])])).toEqual([['block.empty', 'steps[0].steps', 'l']]);
		expect(found([step('w', { kind: 'workflow', with: { workflow: 'other' } })])).toEqual([]);
	});

	it('take their result from a step right inside (block.result)', () => {
		expect(found([map('m', [step('a')], { with: { result: 'a' } })])).toEqual([]);
		expect(found([map('m', [step('a')], { with: { result: 'gone' } })])).toEqual([
			['block.result', 'steps[0].with.result', 'm']
		]);
		const deeper = map('m', [loop('l', [step('a')])], { with: { result: 'a' } });
		expect(found([deeper])).toEqual([['block.result', 'steps[0].with.result', 'm']]);
	});
});

describe('references inside and outside of blocks', () => {
	it('reach the item and the round at any depth inside, and steps before the block', () => {
		const inner = step('a', {
			inputs: {
				i: 'item.name',
				n: 'map.number',
				r: 'loop.round',
				l: 'loop.last.score',
				o: 'steps.first.output'
			}
		});
		expect(found([step('first'), map('m', [loop('l', [inner])])])).toEqual([]);
	});

	it('mean nothing outside (ref.outside), in inputs, instructions and fallbacks', () => {
		expect(found([step('a', { inputs: { x: 'item', y: 'map.number', z: 'loop.round' } })])).toEqual([
			['ref.outside', 'steps[0].inputs.x', 'a'],
			['ref.outside', 'steps[0].inputs.y', 'a'],
			['ref.outside', 'steps[0].inputs.z', 'a']
		]);
		expect(found([loop('l', [step('a', { instructions: '{{item}}' })])])).toEqual([
			['ref.outside', 'steps[0].steps[0].instructions', 'a']
		]);
		const fallback = [{ use: 'source', input: 'x', from: 'loop.last' }];
		expect(found([map('m', [step('a', { inputs: { x: 'item' }, fallback })])])).toEqual([
			['ref.outside', 'steps[0].steps[0].fallback[0].from', 'a']
		]);
	});

	it('do not look into a block from outside', () => {
		expect(found([map('m', [step('a')]), step('b', { inputs: { x: 'steps.a.output' } })])).toEqual([
			['ref.unknown', 'steps[1].inputs.x', 'b']
		]);
	});

	it('do not look at the block itself from inside', () => {
		expect(found([map('m', [step('a', { inputs: { x: 'steps.m.output' } })])])).toEqual([
			['cycle', 'steps[0].needs', 'm']
		]);
	});
});

describe('the graph inside a block', () => {
	it('has needs among neighbours (need.missing)', () => {
		expect(found([step('first'), map('m', [step('a', { needs: ['first'] })])])).toEqual([
			['need.missing', 'steps[1].steps[0].needs[0]', 'a']
		]);
	});

	it('has no cycles, also none through what is inside (cycle)', () => {
		expect(found([map('m', [step('a', { needs: ['b'] }), step('b', { needs: ['a'] })])])).toEqual([
			['cycle', 'steps[0].steps[0].needs', 'a']
		]);
		const codes = found([
			map('m', [step('a', { inputs: { x: 'steps.after.output' } })]),
			step('after', { needs: ['m'] })
		]).map(([code]) => code);
		expect(codes).toContain('cycle');
	});

	it('has ids that no step anywhere else has (id.twice)', () => {
		expect(found([step('a'), map('m', [loop('l', [step('a')])])])).toEqual([
			['id.twice', 'steps[1].steps[0].steps[0].id', 'a']
		]);
	});
});

describe('a step that acts', () => {
	const kinds = new Map<string, KindRules>(
		['transform', 'map', 'loop', 'review', 'save'].map((kind) => [
			kind,
			{
				title: kind,
				config: z.looseObject({}),
				...(kind === 'review' ? { gate: true } : {}),
				...(kind === 'save' ? { acts: true } : {})
			}
		])
	);
	const gate = (more: object = {}) => step('gate', { kind: 'review', job: 'decide', ...more });
	const save = (more: object = {}) => step('save', { kind: 'save', job: 'act', ...more });

	it('wants a gate before it inside a block too (act.without-gate)', () => {
		expect(found([map('m', [step('a'), save({ needs: ['a'] })])], kinds)).toEqual([
			['act.without-gate', 'steps[0].steps[1]', 'save']
		]);
		expect(found([gate(), map('m', [save()])], kinds)).toEqual([
			['act.without-gate', 'steps[1].steps[0]', 'save']
		]);
	});

	it('has one where the gate is inside with it, or before a block around it', () => {
		expect(found([map('m', [gate(), save({ needs: ['gate'] })])], kinds)).toEqual([]);
		expect(found([gate(), map('m', [save()], { needs: ['gate'] })], kinds)).toEqual([]);
		expect(found([gate(), map('m', [loop('l', [save()])], { needs: ['gate'] })], kinds)).toEqual([]);
	});

	it('is not covered by a gate inside a block before it', () => {
		expect(found([map('m', [gate()]), save({ needs: ['m'] })], kinds)).toEqual([
			['act.without-gate', 'steps[1]', 'save']
		]);
	});
});

it('tells the kind and the settings of an inner step by its own place', () => {
	const kinds = new Map<string, KindRules>([
		['map', { title: 'Map', config: z.looseObject({}), requiredInputs: ['over'] }]
	]);
	const validation = validate(
		document([step('m', { kind: 'map', steps: [step('a', { kind: 'odd' })] })]),
		kinds
	);
	expect(isRunnable(validation)).toBe(false);
	expect(validation.problems.map((one) => [one.code, sayPath(one.path), one.stepId])).toEqual([
		['input.missing', 'steps[0].inputs', 'm'],
		['kind.unknown', 'steps[0].steps[0].kind', 'a']
	]);
});

it('names the inner step of a document that does not have the shape', () => {
	const { workflow, problems } = validate(document([map('m', [step('a', { instrucions: 'typo' })])]));
	expect(workflow).toBeNull();
	expect(problems[0]).toMatchObject({ code: 'schema', stepId: 'a' });
});
