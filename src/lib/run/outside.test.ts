import { workflowSchema } from '$lib/workflow';
import { beforeEach, describe, expect, it } from 'vitest';
import { decide, type Command } from './decide';
import { due } from './due';
import { approvedHashes } from './review';
import { refTo, Story } from './testing';
import { egressOf } from './view';

/** A proposal that two gates look at; behind the first it is sent. */
const DEFINITION = workflowSchema.parse({
	format: 1,
	id: 'acting',
	title: 'Acting',
	steps: [
		{ id: 'propose', title: 'Propose', kind: 'propose', job: 'draft' },
		{ id: 'look', title: 'Look', kind: 'review', job: 'decide', inputs: { draft: 'steps.propose.output' } },
		{ id: 'send', title: 'Send', kind: 'request', job: 'act', inputs: { proposal: 'steps.look.output' } },
		{ id: 'other', title: 'Other', kind: 'review', job: 'decide', inputs: { draft: 'steps.propose.output' } }
	]
});

const proposal = { ...refTo('a proposal'), bytes: 300 };
const send = { attemptId: 'r1/send/1.1', stepId: 'send' };
const row = { origin: 'https://api.example.org', method: 'POST', status: null, sent: 300, received: null };

describe('what is going out', () => {
	let story: Story;

	beforeEach(() => {
		story = new Story().start(DEFINITION).succeed('propose', 'a proposal');
		for (const stepId of ['look', 'other'])
			story.say({ type: 'review.requested', at: 1, stepId, revision: 1, draft: proposal });
		story.do({ type: 'approve', stepId: 'look', draftHash: proposal.hash, ticks: [] });
		story.say(
			{ type: 'attempt.started', at: 2, ...send, revision: 1, attempt: 1, inputs: { proposal: [proposal] } },
			{
				...{ type: 'effect.intended', at: 3, ...send, hash: proposal.hash },
				...{ key: 'k', says: 'POST https://api.example.org/tickets' }
			}
		);
	});

	const other = (type: 'ask-for-changes' | 'reject'): Command => ({
		...{ type, stepId: 'other', draftHash: proposal.hash, reason: 'No.', ticks: [] }
	});
	const unknown = () => story.say({ type: 'effect.unknown', at: 4, ...send, reason: 'Cut off.' });
	const say = (happened: boolean) =>
		story.do({ type: 'settle-effect', stepId: 'send', happened, reason: 'Seen.' });
	const asks = () => decide(story.state, other('ask-for-changes'), { now: 9 });

	it('is not begun anew by a gate beside it, before or after it is known how it ended', () => {
		expect(asks()).toMatchObject({ ok: false, failure: { code: 'review.acting' } });
		unknown();
		expect(asks()).toMatchObject({ ok: false, failure: { code: 'review.acting' } });
		say(true);
		expect(asks()).toMatchObject({ ok: true });
	});

	it('comes to its outcome before a rejected run ends', () => {
		story.do(other('reject'));
		expect(due(story.state, 9)).toMatchObject([{ type: 'execute', stepId: 'send', resume: true }]);
		unknown();
		expect(due(story.state, 9)).toEqual([]);
		say(false);
		expect(due(story.state, 9)).toEqual([{ type: 'finish', status: 'rejected' }]);
	});

	it('stays on record as unknown when the run is cancelled', () => {
		story.do({ type: 'cancel', reason: 'Enough.' });
		expect(story.events.slice(-2).map(({ type }) => type)).toEqual(['effect.unknown', 'run.cancelled']);
		expect(story.state.ended).toBe('cancelled');
		expect(story.state.steps['send']?.attempts).toMatchObject([{ status: 'unknown' }]);
		expect(egressOf(story.state)).toEqual([row]);
	});

	it('is among what may have left the device until it is known that it did not', () => {
		expect(egressOf(story.state)).toEqual([row]);
		unknown();
		expect(egressOf(story.state)).toEqual([row]);
		say(false);
		expect(egressOf(story.state)).toEqual([]);
	});

	it('is among what left when a person has seen it arrive', () => {
		unknown();
		say(true);
		expect(egressOf(story.state)).toEqual([row]);
	});
});

it('is asked about when the rest of its item has failed, and a rejected run ends once that is answered', () => {
	const definition = workflowSchema.parse({
		...{ format: 1, id: 'each', title: 'Each' },
		steps: [
			{ id: 'draft', title: 'Draft', kind: 'check', job: 'draft' },
			{ id: 'gate', title: 'Gate', kind: 'review', job: 'decide', inputs: { draft: 'steps.draft.output' } },
			{
				...{ id: 'each', title: 'Each', kind: 'map', job: 'evaluate', with: { onFail: 'collect' } },
				steps: [
					{ id: 'send', title: 'Send', kind: 'request', job: 'act' },
					{ id: 'weigh', title: 'Weigh', kind: 'check', job: 'evaluate' },
					{ id: 'after', title: 'After', kind: 'check', job: 'evaluate', inputs: { w: 'steps.weigh.output' } }
				]
			}
		]
	});
	const inner = { attemptId: 'r1/each[0]/send/1.1', stepId: 'each[0]/send' };
	const story = new Story().start(definition).succeed('draft', 'd').begin('each');
	story.say({ type: 'review.requested', at: 1, stepId: 'gate', revision: 1, draft: refTo('d') });
	story.say({ type: 'block.opened', at: 1, attemptId: 'r1/each/1.1', stepId: 'each', count: 1 });
	story.begin('each[0]/send');
	story.say({
		type: 'effect.intended',
		at: 2,
		...inner,
		hash: 'h',
		key: 'k',
		says: 'POST https://a.example/'
	});
	story.say({ type: 'effect.unknown', at: 3, ...inner, reason: 'Cut off.' });
	story.fail('each[0]/weigh', false);
	const { steps } = story.state;
	expect(steps['each[0]/after']).toMatchObject({ status: 'skipped', because: 'item' });
	expect(steps['each[0]/send']).toMatchObject({ status: 'waiting', asked: { why: 'unknown' } });
	story.do({ type: 'reject', stepId: 'gate', draftHash: refTo('d').hash, ticks: [], reason: 'No.' });
	expect(due(story.state, 9)).toEqual([]);
	story.do({ type: 'settle-effect', stepId: 'each[0]/send', happened: true, reason: 'Seen.' });
	expect(due(story.state, 9)).toEqual([{ type: 'finish', status: 'rejected' }]);
});

it('takes an approval from another device for none', () => {
	const story = new Story().start().succeed('collect', 'c').succeed('draft', 'd').ask('d');
	story.do({ type: 'approve', stepId: 'review', draftHash: refTo('d').hash, ticks: [] });
	expect(approvedHashes(story.state).size).toBe(1);
	story.say({ type: 'run.imported', at: 9 });
	expect(approvedHashes(story.state).size).toBe(0);
});

it('nor when the block that it was given in is gone through anew', () => {
	const definition = workflowSchema.parse({
		...{ format: 1, id: 'again', title: 'Again' },
		steps: [
			{
				...{ id: 'loop', title: 'Loop', kind: 'loop', job: 'evaluate' },
				steps: [
					{ id: 'draft', title: 'Draft', kind: 'check', job: 'draft' },
					{
						id: 'gate',
						title: 'Gate',
						kind: 'review',
						job: 'decide',
						inputs: { draft: 'steps.draft.output' }
					}
				]
			},
			{ id: 'last', title: 'Last', kind: 'review', job: 'decide', inputs: { draft: 'steps.loop.output' } }
		]
	});
	const story = new Story().start(definition);
	const ask = (stepId: string, revision: number, text: string) =>
		story.say({ type: 'review.requested', at: 1, stepId, revision, draft: refTo(text) });
	const open = (id: string) =>
		story.say({ type: 'block.opened', at: 1, attemptId: `r1/loop/${id}`, stepId: 'loop', count: 1 });
	story.begin('loop');
	open('1.1').succeed('loop[0]/draft', 'd');
	ask('loop[0]/gate', 1, 'd');
	story.do({ type: 'approve', stepId: 'loop[0]/gate', draftHash: refTo('d').hash, ticks: [] });
	const loop = { attemptId: 'r1/loop/1.1', stepId: 'loop' };
	const none = { evidence: [], flags: [], verdicts: [], egress: [], ms: 1 };
	story.say({ type: 'attempt.succeeded', at: 2, ...loop, output: refTo('d'), ...none });
	ask('last', 1, 'd');
	expect(approvedHashes(story.state).size).toBe(1);
	story.say({ type: 'run.imported', at: 9 });
	story.do({ type: 'ask-for-changes', stepId: 'last', draftHash: refTo('d').hash, reason: 'No.', ticks: [] });
	story.begin('loop');
	open('2.1').succeed('loop[0]/draft', 'd');
	expect(story.state.steps['loop[0]/gate']?.decisions).toHaveLength(1);
	expect(approvedHashes(story.state).size).toBe(0);
});

it('waits a day at most for what a server asked for, in runs of releases that knew no limit too', () => {
	const story = new Story().start().succeed('collect', 'c').begin('draft');
	const failure = { code: 'x', message: 'Later.', retryable: true, details: { retryAfterSeconds: 1e20 } };
	const attempt = { attemptId: 'r1/draft/1.1', stepId: 'draft' };
	story.say({ type: 'attempt.failed', at: 2_000, ...attempt, failure, egress: [], ms: 1 });
	expect(due(story.state, 3_000)).toEqual([{ type: 'wait', stepId: 'draft', until: 2_000 + 86_400_000 }]);
});

describe('a clock that is set back', () => {
	it('makes no long pause of a short one', () => {
		const story = new Story().start().succeed('collect', 'c');
		story.now += 10_000_000;
		story.fail('draft', true);
		expect(due(story.state, story.now + 1)).toMatchObject([{ type: 'wait' }]);
		expect(due(story.state, 1_000)).toMatchObject([{ type: 'execute', stepId: 'draft', attempt: 2 }]);
	});
});
