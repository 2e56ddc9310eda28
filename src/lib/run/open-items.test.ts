import type { Json, OpenItem } from '$lib/core';
import { workflowSchema } from '$lib/workflow';
import { describe, expect, it } from 'vitest';
import { attemptId } from './due';
import { foldAll } from './fold';
import { openAfter, settledIn } from './open-items';
import { refTo, smallWorkflow, Story } from './testing';

const NOTHING = () => undefined;

function atGate(flags: string[] = [], text = 'd'): Story {
	const story = new Story().start().succeed('collect', 'c').begin('draft');
	story.say({
		...{ type: 'attempt.succeeded', at: story.now, stepId: 'draft', output: refTo(text), ms: 1 },
		attemptId: attemptId('r1', 'draft', 1, 1),
		flags: flags.map((one) => ({ kind: 'anomaly' as const, text: one })),
		...{ evidence: [], verdicts: [], egress: [] }
	});
	return story.ask(text);
}

const approved = (flags: string[] = [], ticks: string[] = [], more = {}, text = 'd') =>
	atGate(flags, text).do({
		...{ type: 'approve', stepId: 'review', draftHash: refTo(text).hash, ticks },
		...{ flagsSeen: flags.length, ...more }
	}).state;

const says = (items: readonly OpenItem[]) => items.map(({ kind, text, runs }) => `${kind} ${text} ${runs}`);

describe('what a run left open', () => {
	it('is what nobody ticked, what was flagged, remarks that came with the approval, and tasks in its text', () => {
		const comments = [{ quote: 'boats', before: '', after: '', at: 0, text: 'Ask Ines.' }];
		const contents = (hash: string) =>
			hash === refTo('d').hash ? '- [ ] Count the locks\n- [x] Count the boats' : undefined;
		expect(says(openAfter(approved(['Odd.'], [], { comments }), [], contents))).toEqual([
			'criterion True 1',
			'flag Odd. 1',
			'remark “boats”: Ask Ines. 1',
			'task Count the locks 1'
		]);
		expect(openAfter(approved([], ['True']), [], NOTHING)).toEqual([]);
	});

	it('is nothing before a gate is approved', () => {
		expect(openAfter(atGate(['Odd.']).state, [], NOTHING)).toEqual([]);
	});

	it('grows older with every run that leaves it open, and keeps the run that it is since', () => {
		const first = openAfter(approved(['Odd.']), [], NOTHING);
		const later = { ...approved(['Odd.']), id: 'r2', title: 'Later' };
		const second = openAfter(later, first, NOTHING);
		expect(says(second)).toEqual(['criterion True 2', 'flag Odd. 2']);
		expect(second.every(({ since }) => since.runId === 'r1')).toBe(true);
	});

	it('members of a list that were left out are open until they are approved', () => {
		const definition = workflowSchema.parse(smallWorkflow());
		for (const step of definition.steps) if (step.id === 'review') step.with['each'] = true;
		const list: Json = ['Pay Ann', 'Pay Bob'];
		const decided = (first: 'approved' | 'left-out') => {
			const story = new Story()
				.start(definition)
				.succeed('collect', 'c')
				.succeed('draft', 'list')
				.ask('list');
			const items = [
				{ index: 0, decision: first, ...(first === 'left-out' ? { reason: 'Too much.' } : {}) },
				{ index: 1, decision: 'approved' as const }
			];
			const draftHash = refTo('list').hash;
			return story.do({ type: 'approve', stepId: 'review', draftHash, ticks: ['True'], items }).state;
		};
		const contents = () => list;
		const open = openAfter(decided('left-out'), [], contents);
		expect(says(open)).toEqual(['left-out Pay Ann: Too much. 1']);
		expect(says(openAfter(decided('left-out'), open, contents))).toEqual(['left-out Pay Ann: Too much. 2']);
		expect(openAfter(decided('approved'), open, contents)).toEqual([]);
	});
});

describe('what settles it', () => {
	const [criterion, flag, task] = openAfter(approved(['Odd.']), [], () => '- [ ] Count');
	if (!criterion || !flag || !task) throw new Error('nothing is open');
	const how = (run: ReturnType<typeof approved>, item: OpenItem, text?: string) =>
		settledIn(run, item, () => text)?.how ?? 'open';

	it('is a tick, a check that holds now, a task that is done; nothing while the gate waits', () => {
		expect(how(atGate().state, criterion)).toBe('open');
		expect(how(atGate().state, flag)).toBe('open');
		expect(how(approved([], ['True']), criterion)).toBe('ticked');
		expect(how(approved(['Odd.']), flag)).toBe('open');
		expect(how(approved(['Another.']), flag)).toBe('not-flagged');
		expect(how(approved(), task, '- [x] count')).toBe('task-done');
		expect(how(approved(), task, 'Nothing of it.')).toBe('open');
	});

	it('is a person who closes it, with their name; it can be opened again', () => {
		const story = atGate().do({ type: 'close-item', key: task.key });
		expect(settledIn(story.state, task, NOTHING)).toMatchObject({ how: 'closed', at: story.now });
		expect(() => story.do({ type: 'close-item', key: task.key })).toThrow('item.closed');
		expect(foldAll('r1', story.events).closed).toEqual(story.state.closed);
		story.do({ type: 'reopen-item', key: task.key });
		expect(settledIn(story.state, task, NOTHING)).toBeNull();
		expect(() => story.do({ type: 'reopen-item', key: '__proto__' })).toThrow('item.open');
	});

	it('a flag is not settled while another gate is still to come', () => {
		const steps = smallWorkflow().steps.flatMap((step) =>
			step.id === 'review'
				? [step, { ...step, id: 'again', inputs: { draft: 'steps.review.output' } }]
				: [{ ...step, inputs: step.id === 'save' ? { value: 'steps.again.output' } : step.inputs }]
		);
		const story = new Story()
			.start({ ...smallWorkflow(), steps })
			.succeed('collect', 'c')
			.succeed('draft', 'd');
		story.ask('d').do({ type: 'approve', stepId: 'review', draftHash: refTo('d').hash, ticks: ['True'] });
		expect(settledIn(story.state, flag, NOTHING)).toBeNull();
	});

	it('what was closed is not carried on, even where it is flagged once more', () => {
		const story = atGate(['Odd.']).do({ type: 'close-item', key: flag.key });
		story.do({
			type: 'approve',
			stepId: 'review',
			draftHash: refTo('d').hash,
			ticks: ['True'],
			flagsSeen: 1
		});
		expect(openAfter(story.state, [flag], NOTHING)).toEqual([]);
	});
});
