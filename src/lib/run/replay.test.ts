import { workflowSchema } from '$lib/workflow';
import { describe, expect, it } from 'vitest';
import { planReplay, waitedFrom } from './replay';
import { reuseKey, type Ingredients } from './reuse';
import { refTo, Story } from './testing';

const workflow = (steps: Record<string, unknown>[]) =>
	workflowSchema.parse({
		format: 1,
		id: 'again',
		title: 'Again',
		inputs: [{ id: 'week', title: 'Week' }],
		steps: steps.map((step) => ({ title: step['id'], kind: 'check', job: 'evaluate', ...step }))
	});

describe('what of an earlier run serves again', () => {
	const definition = workflow([
		{ id: 'route', kind: 'branch', job: 'decide' },
		{ id: 'left', when: { step: 'route', route: ['left'] } },
		{ id: 'right', when: { step: 'route', route: ['right'] } },
		{ id: 'after-right', needs: ['right'] },
		{ id: 'both', needs: ['left', 'after-right'], join: 'any' },
		{ id: 'end', needs: ['both'] }
	]);
	const gone = (skip = false) => {
		const story = new Story().start(definition).begin('route');
		const at = { at: (story.now += 1), attemptId: 'r1/route/1.1', stepId: 'route' };
		story.say(
			{ type: 'branch.taken', ...at, route: 'left' },
			{
				type: 'attempt.succeeded',
				...at,
				output: refTo('left'),
				evidence: [],
				flags: [],
				verdicts: [],
				egress: [],
				ms: 1
			}
		);
		if (skip) return story.fail('left', false).do({ type: 'skip', stepId: 'left', reason: 'No.' }).state;
		return story.succeed('left', 'left').succeed('both', 'both').succeed('end', 'end').state;
	};

	it('is what came where two ways join, though one of them was not taken', () => {
		expect(planReplay(gone(), { stepId: 'end', definition, changed: new Set() })).toEqual({
			reused: ['route', 'left', 'both'],
			anew: ['end'],
			acts: []
		});
	});

	it('is nothing after a step that a person left out', () => {
		expect(planReplay(gone(true), { stepId: 'end', definition, changed: new Set() })).toMatchObject({
			reused: ['route'],
			anew: ['left', 'both', 'end']
		});
	});

	it('is a wait that was over, and what came after it', () => {
		const waiting = workflow([
			{ id: 'nap', kind: 'wait' },
			{ id: 'draft', needs: ['nap'] },
			{ id: 'last', needs: ['draft'] }
		]);
		const story = new Story().start(waiting).say({ type: 'wait.began', at: 2, stepId: 'nap', until: 50 });
		const plan = () =>
			planReplay(story.state, { stepId: 'last', definition: waiting, changed: new Set<string>() });
		expect(plan().reused).toEqual([]);
		story.say({ type: 'wait.over', at: 60, stepId: 'nap' }).succeed('draft', 'd').fail('last', false);
		expect(plan()).toMatchObject({ reused: ['nap', 'draft'], anew: ['last'] });
		const again = new Story().start(waiting).say(...waitedFrom(story.state, plan(), 70));
		expect(again.state.steps['nap']).toMatchObject({
			...{ status: 'done', until: 50, made: 'reused' },
			reused: { runId: 'r1', number: 1, at: 60 }
		});
	});

	it('is nothing that took something changed in the place of what had failed', () => {
		const instead = workflow([
			{
				id: 'draft',
				inputs: { x: 'run.date' },
				fallback: [{ use: 'source', input: 'x', from: 'inputs.week' }]
			},
			{ id: 'last', needs: ['draft'] }
		]);
		const { state } = new Story().start(instead).succeed('draft', 'of W47').succeed('last', 'x');
		const wish = { stepId: 'last', definition: instead, changed: new Set(['week']) };
		expect(planReplay(state, wish).reused).toEqual([]);
	});

	it('is nothing that was filled in with another input, however deep the hole is', () => {
		const hole = (json: unknown) => workflow([{ id: 'propose', with: { json } }]);
		for (const json of [{ title: 'In {{inputs.week}}' }, { list: [{ a: '{{inputs.week}}' }] }]) {
			const filled = hole(json);
			const { state } = new Story().start(filled).succeed('propose', 'W47');
			const plan = planReplay(state, {
				stepId: 'nobody',
				definition: filled,
				changed: new Set(['week'])
			});
			expect(plan.reused, JSON.stringify(json)).toEqual([]);
		}
	});
});

describe('the key of an earlier result', () => {
	const [step] = workflow([{ id: 'draft' }]).steps;
	if (!step) throw new Error('no step');
	const given: Ingredients = {
		step,
		inputs: { facts: [{ ...refTo('a,b'), name: 'north.csv' }] },
		schemas: {},
		plain: null,
		instructions: 'Write.',
		runTitle: 'Run',
		provider: null,
		notes: [],
		scope: null
	};

	it('is another one where anything that the prompt says is', () => {
		const [ref = refTo('a,b')] = given.inputs['facts'] ?? [];
		const others: Ingredients[] = [
			{ ...given, inputs: { facts: [{ ...ref, name: 'south.csv' }] } },
			{ ...given, inputs: { facts: [{ ...ref, media: 'text/csv' }] } },
			{ ...given, inputs: { others: [ref] } },
			{ ...given, inputs: { ...given.inputs, more: [ref] } },
			{ ...given, inputs: { more: [ref], ...given.inputs } },
			{ ...given, schemas: { facts: { properties: { total: { description: 'Without tax' } } } } },
			{ ...given, step: { ...step, title: 'Write a letter' } },
			{ ...given, step: { ...step, job: 'summarize' } },
			{ ...given, runTitle: 'Another run' },
			{ ...given, notes: [{ id: 'n', instruction: 'Be brief.' }] }
		];
		const keys = [given, ...others].map(reuseKey);
		expect(new Set(keys).size).toBe(keys.length);
	});

	it('is the same where only what is done after a failure, or who gave a note, differs', () => {
		const noted = { ...given, notes: [{ id: 'a', instruction: 'Be brief.' }] };
		const key = reuseKey(noted);
		expect(reuseKey({ ...noted, step: { ...step, retry: { attempts: 9, delaySeconds: 9 } } })).toBe(key);
		expect(reuseKey({ ...noted, notes: [{ id: 'b', instruction: 'Be brief.' }] })).toBe(key);
	});
});
