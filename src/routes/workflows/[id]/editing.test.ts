import {
	everyStep,
	fromYaml,
	toYaml,
	validate,
	workflowSchema,
	type Step,
	type Workflow
} from '$lib/workflow';
import { describe, expect, it } from 'vitest';
import { copyOf, filled, newStep } from './filled';
import { renameName, renameStep } from './rename';
import { readPlain, sayPlain, setDefault, setInputs, setMissing } from './step-edits';
import {
	addStep,
	blockBefore,
	blocksAbove,
	listAt,
	moveIn,
	moveOut,
	moveStep,
	offersAt,
	ownerOf,
	pathOf,
	removeStep,
	stepAt
} from './step-tree';

const step = (id: string, more: object = {}) => ({ id, title: id, kind: 'transform', job: 'draft', ...more });

/** Every member that a step can have, blocks inside blocks. */
const DOCUMENT = {
	format: 1,
	id: 'w',
	title: 'W',
	goal: 'A goal',
	assumptions: ['One'],
	output: { title: 'Week {{inputs.week}}' },
	sources: [
		{ id: 'notes', title: 'Notes', kind: 'files', accept: ['txt'], match: ['notes'], help: 'Any' },
		{ id: 'old', title: 'Old', kind: 'output', path: 'Reports', required: false, keep: true }
	],
	inputs: [
		{
			id: 'week',
			title: 'Week',
			type: 'choice',
			options: ['1', '2'],
			example: '1',
			help: 'Which',
			required: false
		}
	],
	steps: [
		step('list'),
		step('way', { kind: 'branch', with: { routes: [{ id: 'large', when: 'x > 1' }], otherwise: 'small' } }),
		{
			...step('each', { kind: 'map', inputs: { over: 'steps.list.output' }, with: { result: 'mark' } }),
			steps: [
				step('read', { inputs: { item: 'item.name', list: 'steps.list.output' } }),
				step('mark', {
					inputs: { text: 'steps.read.output', notes: 'sources.notes' },
					when: { step: 'read', outcome: ['done'] },
					join: 'any',
					optional: ['notes'],
					defaults: { text: { a: [1] } },
					fallback: [
						{ use: 'source', input: 'text', from: 'steps.read.output.short' },
						{ use: 'provider', provider: 'built-in' },
						{ use: 'value', value: null },
						{ use: 'person' },
						{ use: 'without' }
					],
					reuse: false,
					needs: ['read'],
					instructions: 'Mark {{item.name}}.',
					output: { type: 'json', media: 'application/json', schema: { type: 'object', properties: {} } },
					retry: { attempts: 3, delaySeconds: 5 },
					timeoutSeconds: 60,
					permissions: { model: 'any', write: ['Reports'], hosts: ['api.example.org'] },
					model: { tier: 'small', privacy: 'ask' }
				}),
				step('again', {
					kind: 'loop',
					with: { until: 'polish.score >= 8 and note = "polish"', max: 3, result: 'polish' },
					steps: [
						step('polish', { inputs: { last: 'loop.last' }, instructions: 'See {{steps.read.output}}.' })
					]
				})
			]
		},
		step('end', { needs: ['each'], when: { step: 'way', route: ['large'] } })
	]
};

function document(): Workflow {
	const { workflow, problems } = validate(DOCUMENT);
	if (!workflow) throw new Error(JSON.stringify(problems));
	return workflow;
}
const ids = (steps: readonly Step[] | null) => steps?.map((one) => one.id);

describe('a document in the editor', () => {
	it('is the document of the test, with nothing wrong', () => {
		expect(validate(DOCUMENT).problems).toEqual([]);
	});

	it('has every member that a step can have', () => {
		const members = new Set<string>();
		for (const { step: one } of everyStep(document().steps)) for (const name in one) members.add(name);
		const { shape } = workflowSchema.shape.steps.unwrap().element;
		expect([...members].sort()).toEqual(Object.keys(shape).sort());
	});

	it('comes through the form with every member', () => {
		expect(filled(copyOf(document()))).toEqual(document());
	});

	it('keeps members that nothing here knows of, at any depth', () => {
		const odd = copyOf(document());
		const inner = stepAt(odd, ['steps', 2, 'steps', 0]);
		Object.assign(odd, { later: 1 });
		Object.assign(odd.output, { later: 1 });
		if (inner) {
			Object.assign(inner, { later: { a: 1 } });
			Object.assign(inner.permissions, { later: 1 });
			Object.assign(inner.retry, { later: 1 });
		}
		expect(filled(copyOf(odd))).toEqual(odd);
	});

	it('goes through YAML and back with every member', () => {
		const back = fromYaml(toYaml(document()));
		expect(back).toEqual({ ok: true, value: document() });
		if (back.ok) expect(validate(back.value).workflow).toEqual(document());
	});
});

describe('places of steps', () => {
	it('are found, and lead back', () => {
		const draft = document();
		const path = pathOf(draft, 'polish');
		expect(path).toEqual(['steps', 2, 'steps', 2, 'steps', 0]);
		expect(path && stepAt(draft, path)?.id).toBe('polish');
		expect(path && blocksAbove(draft, path).map((one) => one.step.id)).toEqual(['each', 'again']);
		expect(pathOf(draft, 'gone')).toBeNull();
		expect(stepAt(draft, ['steps', 9, 'steps', 0])).toBeUndefined();
	});

	it('own the problems inside them', () => {
		expect(ownerOf(['steps', 2, 'steps', 0, 'with', 'steps', 1])).toEqual(['steps', 2, 'steps', 0]);
		expect(ownerOf(['steps', 2, 'steps'])).toEqual(['steps', 2]);
		expect(ownerOf(['steps'])).toBeNull();
		expect(ownerOf(['output', 'title'])).toBeNull();
	});

	it('change when steps are moved among their neighbours, into a block and out of it', () => {
		const draft = document();
		expect(moveStep(draft, ['steps', 2, 'steps', 0], 1)).toEqual(['steps', 2, 'steps', 1]);
		expect(ids(listAt(draft, ['steps', 2, 'steps']))).toEqual(['mark', 'read', 'again']);
		expect(moveStep(draft, ['steps', 0], -1)).toEqual(['steps', 0]);
		expect(blockBefore(draft, ['steps', 3])?.id).toBe('each');
		expect(blockBefore(draft, ['steps', 1])).toBeNull();
		expect(moveIn(draft, ['steps', 3])).toEqual(['steps', 2, 'steps', 3]);
		expect(ids(draft.steps)).toEqual(['list', 'way', 'each']);
		expect(moveOut(draft, ['steps', 2, 'steps', 2, 'steps', 0])).toEqual(['steps', 2, 'steps', 3]);
		expect(ids(listAt(draft, ['steps', 2, 'steps']))).toEqual(['mark', 'read', 'again', 'polish', 'end']);
		expect(moveOut(draft, ['steps', 0])).toEqual(['steps', 0]);
	});

	it('are made for new steps, also in a block that has no list yet', () => {
		const draft = document();
		const kind = { kind: 'map', title: 'For each', jobs: ['extract'], requiredInputs: ['over'] };
		const block = newStep(kind, draft);
		expect(block).toMatchObject({ id: 'map', inputs: { over: 'steps.end.output' }, steps: [] });
		delete block.steps;
		const at = addStep(draft, ['steps'], block);
		const review = { kind: 'review', title: 'Review', jobs: ['decide'], requiredInputs: ['draft'] };
		const first = newStep(review, draft, [...at, 'steps']);
		expect(first.inputs).toEqual({ draft: 'item' });
		expect(addStep(draft, [...at, 'steps'], first)).toEqual([...at, 'steps', 0]);
		expect(newStep(review, draft, [...at, 'steps'])).toMatchObject({
			id: 'review-2',
			inputs: { draft: 'steps.review.output' }
		});
		expect(newStep(review, draft, ['steps', 2, 'steps', 2, 'steps']).inputs).toEqual({
			draft: 'steps.polish.output'
		});
		expect(removeStep(draft, at)?.steps).toHaveLength(1);
		expect(pathOf(draft, 'review')).toBeNull();
	});

	it('offer what can be referred to from there', () => {
		const offers = offersAt(document(), ['steps', 2, 'steps', 2, 'steps', 0]);
		expect(offers.slice(0, 4)).toEqual(['item', 'map.number', 'loop.last', 'loop.round']);
		expect(offers).toContain('steps.read.output');
		expect(offers).toContain('steps.list.output');
		expect(offers).not.toContain('steps.each.output');
		expect(offers).not.toContain('steps.again.output');
		expect(offers).not.toContain('steps.polish.output');
		const outside = offersAt(document(), ['steps', 3]);
		expect(outside).toContain('steps.each.output');
		expect(outside).not.toContain('item');
		expect(outside).not.toContain('steps.read.output');
	});
});

describe('another id for a step', () => {
	it('is followed by everything that refers to it, at any depth', () => {
		const draft = document();
		renameStep(draft, 'read', 'scan');
		const mark = stepAt(draft, ['steps', 2, 'steps', 1]);
		expect(mark?.inputs['text']).toBe('steps.scan.output');
		expect(mark?.when?.step).toBe('scan');
		expect(mark?.fallback?.[0]).toMatchObject({ from: 'steps.scan.output.short' });
		expect(stepAt(draft, ['steps', 2, 'steps', 2, 'steps', 0])?.instructions).toBe(
			'See {{steps.scan.output}}.'
		);
		renameStep(draft, 'mark', 'judge');
		expect(draft.steps[2]?.with['result']).toBe('judge');
		renameStep(draft, 'way', 'fork');
		expect(draft.steps[3]?.when?.step).toBe('fork');
		renameStep(draft, 'polish', 'second-look');
		expect(stepAt(draft, ['steps', 2, 'steps', 2])?.with).toMatchObject({
			until: '`second-look`.score >= 8 and note = "polish"',
			result: 'second-look'
		});
		expect(validate(draft).problems).toEqual([]);
	});

	it('is followed by the buttons of a review', () => {
		const buttons = [{ id: 'again', title: 'Again', outcome: 'changes', revise: 'a' }];
		const draft = {
			...document(),
			steps: [step('a'), step('gate', { kind: 'review', with: { buttons } })]
		} as unknown as Workflow;
		for (const one of draft.steps)
			Object.assign(one, { needs: [], inputs: {}, instructions: '', with: one.with ?? {} });
		renameStep(draft, 'a', 'b');
		expect(draft.steps[1]?.with['buttons']).toMatchObject([{ revise: 'b' }]);
	});

	it.each([
		['draft.score > 1', 'd.score > 1'],
		['$draft + x.draft + draft', '$draft + x.draft + d'],
		['`draft`.a = \'draft\' or "draft" = x. `draft`', 'd.a = \'draft\' or "draft" = x. `draft`'],
		['drafts and draft', 'drafts and d']
	])('leaves texts and members alone in %s', (from, to) => {
		expect(renameName(from, 'draft', 'd')).toBe(to);
	});
});

describe('inputs of a step', () => {
	const mark = () => stepAt(document(), ['steps', 2, 'steps', 1]) as Step;

	it('take what is said of them along when they are renamed, and away when they go', () => {
		const one = mark();
		setInputs(one, [
			{ was: 'text', name: 'body', ref: 'steps.read.output' },
			{ was: null, name: 'more', ref: '' }
		]);
		expect(one.inputs).toEqual({ body: 'steps.read.output', more: '' });
		expect(one.optional).toBeUndefined();
		expect(one.defaults).toEqual({ body: { a: [1] } });
		expect(one.fallback?.[0]).toMatchObject({ input: 'body' });
	});

	it('may be missing, with or without something in their place', () => {
		const one = mark();
		setMissing(one, 'text', true);
		expect(one.optional).toEqual(['notes', 'text']);
		setMissing(one, 'text', false);
		expect(one.optional).toEqual(['notes']);
		expect(one.defaults).toBeUndefined();
		setDefault(one, 'notes', 'none');
		expect(one.defaults).toEqual({ notes: 'none' });
		setMissing(one, 'notes', false);
		expect('optional' in one || 'defaults' in one).toBe(false);
	});

	it.each(['none', '12', 12, null, true, '', ' a ', '"', { a: [1, '2'] }])('take %j as a value', (value) => {
		expect(readPlain(sayPlain(value))).toEqual(value);
	});
});
