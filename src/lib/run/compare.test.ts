import { canonicalJson, hashOfJson, type GivenNote, type ProviderChoice, type ValueRef } from '$lib/core';
import { workflowSchema, type Workflow } from '$lib/workflow';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareRuns, type Cause } from './compare';
import { attemptId } from './due';
import { refTo, Story } from './testing';

/** Everything that shapes a run of the workflow below. */
interface Facts {
	week: string;
	date: string;
	sales: string;
	style: string;
	instructions: string;
	rule: number;
	notes: GivenNote[];
	provider: ProviderChoice;
	/** What the model calls itself. */
	told: string;
	file: string;
	edit: string;
	route: string;
	/** What only chance decides. */
	chance: number;
}

const BASE: Facts = {
	week: 'W45',
	date: '2026-11-02',
	sales: 'a,b\n1,2',
	style: 'Be short.',
	instructions: 'Write about {{inputs.week}}.',
	rule: 100,
	notes: [{ id: 'n1', instruction: 'No decimals.' }],
	provider: { id: 'wllama', title: 'Small', onDevice: true, config: { model: 'm', temperature: 0.2 } },
	told: 'm-1',
	file: 'sales.csv',
	edit: '',
	route: 'publish',
	chance: 0
};

function workflowOf(facts: Facts): Workflow {
	return workflowSchema.parse({
		format: 1,
		id: 'weekly',
		title: 'Weekly',
		output: { title: 'Week {{inputs.week}}' },
		inputs: [{ id: 'week', title: 'Week' }],
		sources: [
			{ id: 'sales', title: 'Sales', kind: 'files' },
			{ id: 'style', title: 'Style', kind: 'text' }
		],
		steps: [
			{ id: 'collect', title: 'Collect', kind: 'collect', job: 'collect', with: { sources: ['sales'] } },
			{
				...{ id: 'draft', title: 'Draft', kind: 'model', job: 'draft', instructions: facts.instructions },
				inputs: { documents: 'steps.collect.output', style: 'sources.style' }
			},
			{
				...{ id: 'check', title: 'Check', kind: 'check', job: 'evaluate', with: { maxWords: facts.rule } },
				inputs: { draft: 'steps.draft.output' }
			},
			{
				...{ id: 'label', title: 'Label', kind: 'transform', job: 'decide' },
				with: { expression: '"Of " & run.date' }
			},
			{
				...{ id: 'count', title: 'Count', kind: 'model', job: 'extract' },
				inputs: { documents: 'steps.collect.output' }
			},
			{
				...{ id: 'review', title: 'Review', kind: 'review', job: 'decide' },
				inputs: { draft: 'steps.draft.output' }
			},
			{
				...{ id: 'save', title: 'Save', kind: 'save', job: 'act', with: { path: 'R/{{run.date}}.md' } },
				inputs: { value: 'steps.review.output' }
			}
		]
	});
}

/** A run whose every output is made of what its step was given and of nothing else. */
function play(facts: Facts, title = `Week ${facts.week}`): Story {
	const definition = workflowOf(facts);
	const story = new Story();
	const [sales, style] = [refTo(facts.sales), refTo(facts.style)].map((ref, index) => ({
		...ref,
		name: [facts.file, 'style.md'][index] ?? ''
	})) as [ValueRef, ValueRef];
	story.do({
		...{ type: 'start', number: 1, title, date: facts.date, trigger: 'person', definition },
		...{ definitionHash: hashOfJson(definition), workflowVersion: 1, inputs: { week: facts.week } },
		...{ sources: { sales: [sales], style: [style] }, provider: facts.provider }
	});
	const make = (
		stepId: string,
		made: unknown,
		asked?: Pick<Facts, 'provider' | 'notes' | 'told'>
	): ValueRef => {
		const base = { stepId, attemptId: attemptId('r1', stepId, 1, 1), at: story.now };
		const output = refTo(canonicalJson([stepId, made]));
		story.say({
			...{ type: 'attempt.started', ...base, revision: 1, attempt: 1, inputs: {} },
			...(asked ? { provider: asked.provider } : {})
		});
		if (asked)
			story.say({ type: 'attempt.prepared', ...base, prompt: refTo('p'), given: asked.notes, cut: [] });
		const nothing = { evidence: [], flags: [], verdicts: [], egress: [], ms: 1 };
		story.say({
			...{ type: 'attempt.succeeded', ...base, output, ...nothing },
			...(asked ? { model: asked.told } : {})
		});
		return output;
	};
	const { instructions, week, notes, provider, told, chance } = facts;
	const collected = make('collect', [facts.file, facts.sales]);
	make('label', facts.date);
	make('count', [title, collected.hash], { ...BASE, notes: [] });
	const ingredients = [
		instructions,
		week,
		title,
		notes,
		canonicalJson(provider),
		told,
		chance,
		collected.hash,
		facts.style
	];
	const draft = make('draft', ingredients, facts);
	make('check', [facts.rule, draft.hash]);
	const reviewed = facts.edit ? refTo(`${draft.hash} ${facts.edit}`) : draft;
	story.say({ type: 'review.requested', at: story.now, stepId: 'review', revision: 1, draft });
	story.say({
		...{ type: 'review.decided', at: story.now, stepId: 'review', revision: 1, draft, reviewed, reason: '' },
		...{ decision: facts.edit ? 'approved-with-edits' : 'approved', ticks: [], route: facts.route }
	});
	make('save', [reviewed.hash, facts.date]);
	return story;
}

const word = fc.stringMatching(/^[a-z]{4,9}$/);

/** Ways to change exactly one thing, each with the cause that it is. */
const factors: Record<string, { kind: Cause['kind']; about?: string; change: fc.Arbitrary<Partial<Facts>> }> =
	{
		week: { kind: 'input', about: 'week', change: word.map((week) => ({ week })) },
		file: { kind: 'source', about: 'sales', change: word.map((sales) => ({ sales })) },
		text: { kind: 'source', about: 'style', change: word.map((style) => ({ style })) },
		instructions: {
			...{ kind: 'definition', about: 'draft' },
			change: word.map((more) => ({ instructions: `${BASE.instructions} ${more}` }))
		},
		rule: {
			kind: 'definition',
			about: 'check',
			change: fc.integer({ min: 1, max: 99 }).map((rule) => ({ rule }))
		},
		note: {
			kind: 'notes',
			about: 'draft',
			change: word.map((text) => ({ notes: [{ id: 'n2', instruction: text }] }))
		},
		'no note': { kind: 'notes', about: 'draft', change: fc.constant({ notes: [] }) },
		model: {
			...{ kind: 'model', about: 'draft' },
			change: word.map((model) => ({ provider: { id: 'x', title: 'X', onDevice: false, config: { model } } }))
		},
		'version of the model': { kind: 'model', about: 'draft', change: word.map((told) => ({ told })) },
		'settings of the model': {
			...{ kind: 'model-settings', about: 'draft' },
			change: fc.double({ min: 0.3, max: 1, noNaN: true }).map((temperature) => ({
				provider: { ...BASE.provider, config: { model: 'm', temperature } }
			}))
		},
		'name of a file': {
			kind: 'source',
			about: 'sales',
			change: word.map((name) => ({ file: `${name}.csv` }))
		},
		date: { kind: 'run', change: fc.constant({ date: '2026-11-09' }) },
		edit: { kind: 'person', about: 'review', change: word.map((edit) => ({ edit })) },
		chance: { kind: 'sampling', about: 'draft', change: fc.integer({ min: 1 }).map((chance) => ({ chance })) }
	};

describe('why two runs differ', () => {
	it('is nothing where they are equal', () => {
		const { steps, causes, idle } = compareRuns(play(BASE).state, play(BASE).state);
		expect([causes, idle]).toEqual([[], []]);
		expect(steps.every((step) => step.state === 'same')).toBe(true);
	});

	for (const [name, { kind, about, change }] of Object.entries(factors)) {
		it(`is the one thing that was changed, and only that: ${name}`, () => {
			fc.assert(
				fc.property(change, (changed) => {
					const { causes, idle } = compareRuns(play(BASE).state, play({ ...BASE, ...changed }).state);
					expect(causes.map((cause) => cause.kind)).toEqual([kind]);
					const [cause] = causes;
					if (cause && about)
						expect('stepId' in cause ? cause.stepId : 'id' in cause && cause.id).toBe(about);
					expect(idle).toEqual([]);
				}),
				{ numRuns: 20 }
			);
		});
	}

	it('is the title where somebody called the run something else, since a prompt names it', () => {
		const { causes } = compareRuns(play(BASE).state, play(BASE, 'Another title').state);
		expect(causes).toEqual([{ kind: 'run', field: 'title', before: 'Week W45', after: 'Another title' }]);
	});

	it('is never chance where the built-in model was asked, which says the same each time', () => {
		const provider = { id: 'built-in', title: 'Built-in', onDevice: true, config: {} };
		const [one, other] = [
			{ ...BASE, provider },
			{ ...BASE, provider, chance: 1 }
		];
		expect(compareRuns(play(one).state, play(other).state).causes.map(({ kind }) => kind)).toEqual([
			'unknown'
		]);
	});

	it('is not chance where the logs say that something else went in', () => {
		const keyed = (key: string, chance: number) => {
			const { state } = play({ ...BASE, chance });
			for (const attempt of state.steps['draft']?.attempts ?? []) attempt.key = key;
			return state;
		};
		const causes = (a: string, b: string) =>
			compareRuns(keyed(a, 0), keyed(b, 1)).causes.map(({ kind }) => kind);
		expect(causes('x', 'x')).toEqual(['sampling']);
		expect(causes('x', 'y')).toEqual(['unknown']);
	});

	it('is not the new name of a model that is the same', () => {
		const provider = { ...BASE.provider, title: 'Renamed' };
		const { causes, idle } = compareRuns(play(BASE).state, play({ ...BASE, provider }).state);
		expect([...causes, ...idle].map(({ kind }) => kind)).not.toContain('model');
	});

	it('tells of a person who took another way, though it changed no text', () => {
		const { causes, idle } = compareRuns(play(BASE).state, play({ ...BASE, route: 'archive' }).state);
		expect(causes).toEqual([]);
		expect(idle).toEqual([{ kind: 'person', stepId: 'review', title: 'Review' }]);
	});

	it('is both things where two were changed', () => {
		const { causes } = compareRuns(play(BASE).state, play({ ...BASE, sales: 'c', notes: [] }).state);
		expect(causes.map((cause) => cause.kind).sort()).toEqual(['notes', 'source']);
	});

	it('names what differs and changed nothing apart', () => {
		const before = play(BASE);
		const after = play(BASE);
		after.state.inputs = { ...after.state.inputs, audience: 'Board' };
		const { causes, idle } = compareRuns(before.state, after.state);
		expect(causes).toEqual([]);
		expect(idle.map((cause) => cause.kind)).toEqual(['input']);
	});

	it('says of a step that only one of them has that it is alone, and of one without output that it is open', () => {
		const before = play(BASE).state;
		const after = new Story().start().state;
		const { steps } = compareRuns(before, after);
		expect(steps.map(({ id, state }) => [id, state])).toEqual([
			['collect', 'open'],
			['draft', 'open'],
			['review', 'open'],
			['save', 'open'],
			['check', 'only-before'],
			['label', 'only-before'],
			['count', 'only-before']
		]);
	});

	it('does not call a person the cause where two different drafts were edited', () => {
		const pair = [play({ ...BASE, edit: 'yes' }), play({ ...BASE, sales: 'c', edit: 'yes' })] as const;
		expect(compareRuns(pair[0].state, pair[1].state).causes.map((cause) => cause.kind)).toEqual(['source']);
	});
});
