import { hashOf, nameOfItem, OPEN, type ValueRef } from '$lib/core';
import { apply, emptyRun, reviewRules, upstreamOf, type RunEvent, type RunState } from '$lib/run';
import { workflowSchema } from '$lib/workflow';
import { describe, expect, it } from 'vitest';
import { answerOf, formOf, problemsOf } from './answers';
import { CellMemo } from './cells';
import { factsOf, routesOf, saySkipped } from './facts';
import { consequenceOf } from './gate';
import { groupsOf, headsOf, sayChanges } from './layout';
import { attentionIn, itemsThat, itemStatus, sayProgress } from './progress';
import { sayCell } from './say';
import { sayWithout } from './ways';

const PROVIDER = { id: 'built-in', title: 'Built-in', onDevice: true, config: {} };

function ref(text: string): ValueRef {
	return { hash: hashOf(text), media: 'text/markdown', bytes: text.length, labels: OPEN, from: [] };
}

type Made = Record<string, unknown>;

/** A run of those steps that has just started; each has its id for a title. */
function started(steps: Made[]): RunState {
	const titled = (step: Made): Made => ({
		title: step['id'],
		job: 'evaluate',
		...step,
		...(step['steps'] ? { steps: (step['steps'] as Made[]).map(titled) } : {})
	});
	const definition = workflowSchema.parse({ format: 1, id: 'w', title: 'W', steps: steps.map(titled) });
	return apply(emptyRun('r'), {
		type: 'run.started',
		at: 1,
		number: 1,
		title: 'Run',
		date: '2026-11-24',
		trigger: { kind: 'person' },
		workflowVersion: 1,
		definition,
		definitionHash: 'h',
		inputs: {},
		sources: {},
		provider: PROVIDER
	});
}

const at = (stepId: string) => ({ at: 2, stepId, attemptId: `r/${stepId}/1.1` });

function begin(run: RunState, stepId: string): void {
	apply(run, { type: 'attempt.started', ...at(stepId), revision: 1, attempt: 1, inputs: {} });
}

function does(run: RunState, stepId: string, before: RunEvent[] = []): void {
	begin(run, stepId);
	for (const event of before) apply(run, event);
	const found = { evidence: [], flags: [], verdicts: [], egress: [], ms: 1 };
	apply(run, { type: 'attempt.succeeded', ...at(stepId), output: ref(stepId), ...found });
}

function fails(run: RunState, stepId: string): void {
	begin(run, stepId);
	const failure = { code: 'x', message: 'No.', retryable: false };
	apply(run, { type: 'attempt.failed', ...at(stepId), failure, egress: [], ms: 1 });
}

function waits(run: RunState, stepId: string): void {
	apply(run, { type: 'review.requested', at: 3, stepId, revision: 1, draft: ref(stepId) });
}

const GATED = [
	{ id: 'draft', kind: 'model' },
	{ id: 'gate', kind: 'review', inputs: { draft: 'steps.draft.output' } },
	{ id: 'send', kind: 'http', job: 'act', inputs: { text: 'steps.gate.output' } }
];

/** A map over a list, with a gate for each item and a rule that goes on after a failed one. */
function mapped(count: number): RunState {
	const run = started([
		{ id: 'list', kind: 'collect' },
		{
			id: 'each',
			kind: 'map',
			inputs: { over: 'steps.list.output' },
			with: { onFail: 'collect', concurrency: 32 },
			steps: GATED
		},
		{ id: 'after', kind: 'transform', inputs: { all: 'steps.each.output' } }
	]);
	does(run, 'list');
	begin(run, 'each');
	apply(run, { type: 'block.opened', ...at('each'), count });
	return run;
}

const step = (run: RunState, id: string) => {
	const found = run.steps[id];
	if (!found) throw new Error(id);
	return found;
};

describe('a block', () => {
	it('counts its items, and finds those that failed or wait', () => {
		const run = mapped(4);
		for (const item of [0, 1, 2]) does(run, `each[${item}]/draft`);
		for (const item of [0, 2]) waits(run, `each[${item}]/gate`);
		fails(run, 'each[3]/draft');
		const attention = attentionIn(run);
		const each = step(run, 'each');
		expect(sayProgress(each, attention, false)).toBe('0 of 4 items, 1 failed, 2 waiting for you');
		expect(itemsThat(each, 'waiting', attention, false)).toEqual([0, 2]);
		expect([0, 1, 2, 3].map((item) => itemStatus(each, item, attention, false))).toEqual([
			'waiting',
			'running',
			'waiting',
			'failed'
		]);
	});

	it('works only while something in it does', () => {
		const run = mapped(2);
		const said = () => new CellMemo().take(run).map((cell) => sayCell(cell, run, attentionIn(run)).word)[1];
		expect(said()).toBe('Working');
		apply(run, { type: 'run.paused', at: 3, reason: '' });
		expect(said()).toBe('Paused');
		apply(run, { type: 'run.resumed', at: 3 });
		for (const item of [0, 1]) {
			does(run, `each[${item}]/draft`);
			waits(run, `each[${item}]/gate`);
		}
		expect(said()).toBe('Waiting for you');
	});

	it('tells items that were rejected from those that are done', () => {
		const run = mapped(2);
		does(run, 'each[0]/draft');
		waits(run, 'each[0]/gate');
		const gate = { at: 4, stepId: 'each[0]/gate', revision: 1, draft: ref('each[0]/gate') };
		apply(run, { type: 'review.decided', ...gate, decision: 'rejected', reason: 'No.', ticks: [] });
		const attention = attentionIn(run);
		expect(itemStatus(step(run, 'each'), 0, attention, false)).toBe('rejected');
		expect(sayProgress(step(run, 'each'), attention, false)).toBe('0 of 2 items, 1 rejected');
	});

	it('gives cells for unfolded items only, each with a name of its own, and a head where an item begins', () => {
		const run = mapped(30);
		const memo = new CellMemo();
		expect(memo.take(run, () => false).map((cell) => cell.id)).toEqual(['list', 'each', 'after']);
		const open = memo.take(run, (_, index) => index === 3 || index === 5);
		expect(open.map((cell) => cell.id).slice(2, 5)).toEqual([
			'each[3]/draft',
			'each[3]/gate',
			'each[3]/send'
		]);
		expect([...headsOf(open)]).toEqual(['each[3]/draft', 'each[5]/draft']);
		does(run, 'each[5]/draft');
		waits(run, 'each[5]/gate');
		const groups = groupsOf(memo.take(run, (_, index) => index === 5));
		expect(groups.map((group) => group.kind)).toEqual(['cells', 'gate', 'cells']);
	});

	it('keeps a cell the same object until something about it changes', () => {
		const run = mapped(2);
		const memo = new CellMemo();
		const before = memo.take(run);
		does(run, 'each[0]/draft');
		const after = memo.take(run);
		const changed = after.filter((cell, index) => cell !== before[index]).map((cell) => cell.id);
		expect(changed).toEqual(['each[0]/draft']);
		const { because } = step(run, 'each[1]/draft');
		fails(run, 'each[1]/draft');
		expect(because).toBeNull();
		expect(memo.take(run).find((cell) => cell.id === 'each[1]/gate')?.state.because).toBe('item');
	});

	it('says nothing of cells that were only unfolded', () => {
		const run = mapped(1);
		does(run, 'each[0]/draft');
		const memo = new CellMemo();
		const before = Object.fromEntries(memo.take(run, () => false).map((cell) => [cell.id, cell.status]));
		expect(sayChanges(before, memo.take(run))).toBe('');
	});

	it('tells the rounds of a loop and what was said of the last', () => {
		const run = started([
			{ id: 'polish', kind: 'loop', with: { until: 'output', max: 5 }, steps: [{ id: 'try', kind: 'model' }] }
		]);
		begin(run, 'polish');
		apply(run, { type: 'block.opened', ...at('polish'), count: 1 });
		does(run, 'polish[0]/try');
		apply(run, { type: 'round.judged', ...at('polish'), round: 1, again: true, because: 'Too long.' });
		expect(sayProgress(step(run, 'polish'), attentionIn(run), false)).toBe('Round 2 of at most 5: Too long.');
	});

	it('has gates that look at their own item', () => {
		const run = mapped(2);
		does(run, 'each[1]/draft');
		waits(run, 'each[1]/gate');
		expect([...upstreamOf(run, 'each[1]/gate')].sort()).toEqual(['each[1]/draft', 'list']);
		expect(consequenceOf(run, 'each[1]/gate').acts).toEqual(['send']);
	});

	it('tell a file once that two ways end in', () => {
		const save = (id: string) => ({
			id,
			kind: 'save',
			job: 'act',
			needs: ['gate'],
			with: { path: 'R/a.md' }
		});
		const run = started([
			{ id: 'draft', kind: 'model' },
			{ id: 'gate', kind: 'review', inputs: { draft: 'steps.draft.output' } },
			save('one'),
			save('other')
		]);
		expect(consequenceOf(run, 'gate').writes).toEqual(['R/a.md']);
	});

	it('ask each criterion once, since a tick is kept by its words', () => {
		const run = started([
			{ id: 'draft', kind: 'model' },
			{
				...{ id: 'gate', kind: 'review', inputs: { draft: 'steps.draft.output' } },
				with: { criteria: ['True', 'Short', 'True'] }
			}
		]);
		expect(reviewRules(run, 'gate')?.criteria).toEqual(['True', 'Short']);
	});
});

describe('a branch', () => {
	const routes = [{ id: 'big', title: 'Ask the boss', when: 'amount > 100' }];
	const run = started([
		{ id: 'route', kind: 'branch', job: 'decide', with: { routes, otherwise: 'small' } },
		{ id: 'boss', kind: 'model', when: { step: 'route', route: ['big'] } },
		{ id: 'tell', kind: 'model', inputs: { boss: 'steps.boss.output' } }
	]);
	does(run, 'route', [{ type: 'branch.taken', ...at('route'), route: 'small' }]);

	it('knows its ways', () => {
		expect(routesOf(step(run, 'route').def).map((way) => way.title)).toEqual(['Ask the boss', 'small']);
	});

	it('says of the others that they are not on this way, and of what hangs on them what it needs', () => {
		const said = new CellMemo().take(run).map((cell) => sayCell(cell, run, attentionIn(run)).word);
		expect(said).toEqual(['Done', 'Not on this way', 'Left out']);
		expect(saySkipped(run, step(run, 'boss'))).toBe('“route” took “small”');
		expect(saySkipped(run, step(run, 'tell'))).toBe('“boss”, which it needs, was skipped');
	});
});

describe('going on without a step', () => {
	it('names what is left out with it, and what is told that it is missing', () => {
		const run = started([
			{ id: 'a', kind: 'model' },
			{ id: 'b', kind: 'model', inputs: { a: 'steps.a.output' } },
			{ id: 'c', kind: 'model', inputs: { b: 'steps.b.output' } },
			{ id: 'd', kind: 'model', inputs: { a: 'steps.a.output' }, optional: ['a'] },
			{ id: 'e', kind: 'model' }
		]);
		fails(run, 'a');
		expect(sayWithout(run, step(run, 'a'))).toBe(
			'Left out with it: “b” and “c”. “d” goes on and is told that it is missing.'
		);
		expect(sayWithout(run, step(run, 'e'))).toBe('Nothing else needs it.');
		apply(run, { type: 'step.skipped', at: 4, stepId: 'a', reason: '' });
		expect(step(run, 'b').status).toBe('skipped');
		expect(step(run, 'd').status).toBe('pending');
	});

	it('is told afterwards: filled in, default, reused', () => {
		const run = started([{ id: 'a', kind: 'model' }]);
		fails(run, 'a');
		apply(run, { type: 'person.answered', at: 5, stepId: 'a', output: ref('mine'), reason: '' });
		const [cell] = new CellMemo().take(run);
		expect(cell && factsOf(run, cell, 6)).toEqual(['filled in by you']);
	});
});

describe('an answer', () => {
	const schema = {
		type: 'object',
		required: ['tone', 'days'],
		properties: {
			tone: { type: 'string', title: 'Tone', enum: ['Friendly', 'Firm'] },
			days: { type: 'integer', minimum: 7 },
			copy: { type: 'boolean' },
			names: { type: 'array', items: { type: 'string', minLength: 2 }, maxItems: 2 }
		}
	};

	it('is refused in words, field by field', () => {
		expect(problemsOf(schema, {})).toEqual({ tone: '“Tone” is needed.', days: '“Days” is needed.' });
		expect(problemsOf(schema, { tone: 'Rude', days: 3, names: ['x'] })).toEqual({
			tone: '“Tone” has to be one of Friendly, Firm.',
			days: '“Days” has to be at least 7.',
			'names.0': 'Entry 1 needs at least 2 characters.'
		});
		expect(problemsOf(schema, { tone: 'Firm', days: 7 })).toEqual({});
	});

	it('takes what an unticked box and a default mean', () => {
		expect(answerOf(schema, { tone: 'Firm', days: 7 })).toEqual({ tone: 'Firm', days: 7, copy: false });
	});

	it('that is no object is asked for in one field', () => {
		const list = { type: 'array', items: { type: 'string' } };
		expect(Object.keys(formOf(list)['properties'] ?? {})).toEqual(['answer']);
		expect(answerOf(list, { answer: ['a'] })).toEqual(['a']);
		expect(problemsOf(list, {})).toEqual({ answer: '“Answer” is needed.' });
	});
});

describe('the name of an item', () => {
	it('is the item, or the member that names it', () => {
		expect(nameOfItem('  One\nTwo')).toBe('One');
		expect(nameOfItem(7)).toBe('7');
		expect(nameOfItem({ amount: 3, name: 'Acme' })).toBe('Acme');
		expect(nameOfItem({ nested: {}, city: 'Bonn' })).toBe('Bonn');
		expect(nameOfItem(null)).toBe('');
	});
});
