import { BUILT_IN, type ConfiguredModel } from '$lib/core';
import { workflowSchema, type Step, type Workflow } from '$lib/workflow';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apply } from './fold';
import { canSwitch, choicesFor, isRungs, leaveOf, rungOf, rungsOf, targetOf, type Standing } from './ladder';
import { freshStep, emptyRun, type RunState, type StepState } from './state';

const model = (id: string, onDevice: boolean, tier: 'small' | 'large'): ConfiguredModel => ({
	id,
	title: id.toUpperCase(),
	tier,
	choice: { id: onDevice ? 'local' : 'remote', title: id, onDevice, config: { model: id } }
});

const NEAR = model('near', true, 'small');
const BIG = model('big', true, 'large');
const AWAY = model('away', false, 'small');
const FAR = model('far', false, 'large');
const MODELS = [NEAR, BIG, AWAY, FAR];

interface Wish {
	model?: Step['model'];
	permission?: 'none' | 'on-device' | 'any';
	workflow?: Workflow['model'];
	chosen?: ConfiguredModel;
	lastResort?: 'person' | 'built-in';
}

function stand({ model: wish, permission = 'any', workflow, chosen = NEAR, lastResort = 'person' }: Wish) {
	const definition = workflowSchema.parse({
		format: 1,
		id: 'w',
		title: 'W',
		...(workflow ? { model: workflow } : {}),
		steps: [
			{
				id: 's',
				title: 'S',
				kind: 'model',
				job: 'draft',
				permissions: { model: permission },
				...(wish ? { model: wish } : {})
			}
		]
	});
	const state: RunState = {
		...emptyRun('r'),
		definition,
		provider: chosen.choice,
		ladder: { models: MODELS, lastResort, budget: null }
	};
	const step = freshStep('s', definition.steps[0] as Step, null);
	state.steps['s'] = step;
	return { state, step };
}

const ids = (state: RunState, step: StepState) => rungsOf(state, step).map((one) => one.id);

describe('which models a person may choose for a step', () => {
	it.each([
		['all, also of another size or name', { model: { tier: 'large' } }, ['near', 'big', 'away', 'far']],
		['those of this device, where nothing may leave it', { permission: 'on-device' }, ['near', 'big']],
		[
			'those of this device, where the wish says so',
			{ model: { exact: 'gone', privacy: 'device' } },
			['near', 'big']
		],
		['none where none may be asked', { permission: 'none' }, []]
	] as [string, Wish, string[]][])('%s', (_, wish, expected) => {
		const { state, step } = stand(wish);
		expect(choicesFor(state, step).map(({ id }) => id)).toEqual(expected);
	});

	it('those of this device in a sealed run; a refusal is taken back by the choice', () => {
		const { state, step } = stand({});
		step.ladder.onDevice = true;
		expect(choicesFor(state, step)).toHaveLength(4);
		state.guard = { ...state.guard, sealed: true } as RunState['guard'];
		expect(choicesFor(state, step).map(({ id }) => id)).toEqual(['near', 'big']);
	});
});

describe('which models could answer', () => {
	const table: [string, Wish, string[]][] = [
		['no model for a step that may use none', { permission: 'none' }, []],
		['all in their order', {}, ['near', 'big', 'away', 'far']],
		['the chosen one first', { chosen: FAR }, ['far', 'near', 'big', 'away']],
		['only near ones where the permission says so', { permission: 'on-device' }, ['near', 'big']],
		['only near ones where the wish says so', { model: { privacy: 'device' } }, ['near', 'big']],
		[
			'the permission is the limit',
			{ permission: 'on-device', model: { privacy: 'may-leave' } },
			['near', 'big']
		],
		['one size', { model: { tier: 'large' } }, ['big', 'far']],
		['one size, near', { model: { tier: 'large', privacy: 'device' } }, ['big']],
		['one by its id', { model: { exact: 'away' } }, ['away']],
		['one by its title', { model: { exact: 'FAR' } }, ['far']],
		['none by an unknown name', { model: { exact: 'gone' } }, []],
		['the wish of the workflow', { workflow: { tier: 'small' } }, ['near', 'away']],
		['the step before the workflow', { workflow: { tier: 'small' }, model: { exact: 'big' } }, ['big']],
		[
			'the built-in one last',
			{ model: { tier: 'small' }, lastResort: 'built-in' },
			['near', 'away', 'built-in']
		],
		['no last resort beside an exact one', { model: { exact: 'big' }, lastResort: 'built-in' }, ['big']]
	];
	it.each(table)('%s', (_name, wish, expected) => {
		const { state, step } = stand(wish);
		expect(ids(state, step)).toEqual(expected);
	});

	it('a model that the person chose for the step stands first, whatever the step wants', () => {
		const { state, step } = stand({ model: { exact: 'big' } });
		step.ladder.person = AWAY.choice;
		expect(ids(state, step)).toEqual(['away', 'big']);
	});

	it('a run without a ladder has the chosen one alone', () => {
		const { state, step } = stand({ permission: 'on-device', chosen: FAR });
		state.ladder = null;
		expect(rungsOf(state, step)).toMatchObject([{ choice: FAR.choice, place: 1, of: 1 }]);
	});
});

describe('whether a call may leave', () => {
	const standing = (answer: Standing['answer']): Standing[] => [
		{ workflowId: 'w', target: targetOf(FAR.choice), answer }
	];
	const far = (wish: Wish, said: Standing[] = [], change: (step: StepState) => void = () => undefined) => {
		const { state, step } = stand(wish);
		change(step);
		const rung = rungsOf(state, step).find((one) => one.id === 'far');
		return rung && leaveOf(state, step, rung, 'hash', said);
	};
	it('goes to the one that was chosen, asks before any other', () => {
		expect(far({ chosen: FAR })).toBe('chosen');
		expect(far({})).toBe('ask');
		expect(far({ model: { privacy: 'may-leave' } })).toBe('chosen');
		expect(far({ chosen: FAR, model: { privacy: 'ask' } })).toBe('ask');
	});
	it('asks in a run that was brought in, wherever it was to go, and takes nobody else’s word', () => {
		for (const ladder of [true, false]) {
			const { state, step } = stand({ chosen: FAR, model: { privacy: 'may-leave' } });
			if (!ladder) state.ladder = null;
			const said = {
				type: 'call.allowed' as const,
				at: 1,
				stepId: 's',
				why: 'consent' as const,
				hash: 'hash'
			};
			step.ladder.allowed = [
				{ ...said, rung: { id: 'far', title: 'FAR', onDevice: false }, scope: 'workflow' }
			];
			apply(state, { type: 'run.imported', at: 2 });
			const [rung] = rungsOf(state, step);
			expect(rung && leaveOf(state, step, rung, 'hash', [])).toBe('ask');
			expect(rung && leaveOf(state, step, rung, 'hash', standing('allow'))).toBe('workflow');
		}
	});
	it('keeps to what the person said for the workflow, never first', () => {
		expect(far({ model: { privacy: 'ask' } }, standing('allow'))).toBe('workflow');
		expect(far({ chosen: FAR }, standing('never'))).toBe('never');
		expect(far({ chosen: FAR }, [...standing('allow'), ...standing('never')])).toBe('never');
		expect(far({ model: { privacy: 'ask' } }, [{ ...standing('allow')[0]!, workflowId: 'other' }])).toBe(
			'ask'
		);
	});
	it('an answer for once is for the very bytes', () => {
		const allow = (hash: string) => (step: StepState) => {
			const rung = { id: 'far', title: 'FAR', onDevice: false };
			step.ladder.allowed = [
				{ type: 'call.allowed', at: 1, stepId: 's', why: 'consent', rung, hash, scope: 'once' }
			];
		};
		expect(far({ model: { privacy: 'ask' } }, [], allow('hash'))).toBe('once');
		expect(far({ model: { privacy: 'ask' } }, [], allow('another'))).toBe('ask');
	});
});

const anyWish: fc.Arbitrary<Wish> = fc.record({
	model: fc.record(
		{
			tier: fc.constantFrom('small' as const, 'large' as const),
			exact: fc.constantFrom('near', 'BIG', 'away', 'nobody'),
			privacy: fc.constantFrom('device' as const, 'ask' as const, 'may-leave' as const)
		},
		{ requiredKeys: [] }
	),
	permission: fc.constantFrom('none', 'on-device', 'any'),
	chosen: fc.constantFrom(...MODELS),
	lastResort: fc.constantFrom('person', 'built-in')
});

describe('for every wish', () => {
	it('nothing remote answers where the device is the limit, and nothing remote goes out unasked', () => {
		fc.assert(
			fc.property(anyWish, fc.subarray(MODELS.map(({ id }) => id)), fc.boolean(), (wish, tried, near) => {
				const { state, step } = stand(wish);
				step.ladder.tried = tried;
				step.ladder.onDevice = near;
				const isBound = wish.permission !== 'any' || wish.model?.privacy === 'device' || near;
				for (const rung of rungsOf(state, step)) {
					if (isBound) expect(rung.choice.onDevice).toBe(true);
					const leave = leaveOf(state, step, rung, 'hash', []);
					if (rung.choice.onDevice) expect(leave).toBe('stays');
					else if (wish.model?.privacy === 'ask') expect(leave).toBe('ask');
					else if (wish.model?.privacy !== 'may-leave' && rung.id !== wish.chosen?.id)
						expect(leave).toBe('ask');
				}
			})
		);
	});

	it('the order of the list is kept behind the chosen one, each stands once, and it ends', () => {
		fc.assert(
			fc.property(anyWish, fc.shuffledSubarray(MODELS, { minLength: 1 }), (wish, models) => {
				const { state, step } = stand(wish);
				state.ladder = { models, lastResort: wish.lastResort ?? 'person', budget: null };
				const found = ids(state, step);
				expect(new Set(found).size).toBe(found.length);
				const order = models.map(({ id }) => id);
				const listed = found.filter((id) => order.includes(id) && id !== wish.chosen?.id);
				expect(listed).toEqual(order.filter((id) => listed.includes(id)));
				for (let left = found.length; left >= 0; left--) {
					const rung = rungOf(state, step);
					expect(rung?.place ?? null).toBe(left > 0 ? found.length - left + 1 : null);
					if (rung) step.ladder.tried = [...step.ladder.tried, rung.id];
				}
			})
		);
	});
});

it.each([
	['model.unreachable', true],
	['model.schema', true],
	['label.local-only', true],
	['worker.died', true],
	['step.timeout', true],
	['model.stopped', false],
	['source.vanished', false],
	['ref.malformed', false]
])('a failure %s leads on: %s', (code, expected) => {
	expect(isRungs({ code, message: '', retryable: false })).toBe(expected);
});

it('only a run that has a ladder goes down one', () => {
	const { state, step } = stand({});
	step.attempts = [
		{ failure: { code: 'model.unreachable', message: '', retryable: false } }
	] as unknown as StepState['attempts'];
	expect(canSwitch(state, step)).toBe(true);
	state.ladder = null;
	expect(canSwitch(state, step)).toBe(false);
	expect(BUILT_IN.onDevice).toBe(true);
});
