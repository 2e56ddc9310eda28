import { workflowSchema } from '$lib/workflow';
import { expect, it } from 'vitest';
import { auditOf } from './audit';
import { decide, type Command } from './decide';
import { runEventSchema, type RunEvent } from './event';
import { refTo, Story } from './testing';

const when = { now: 5, by: 'Ada' };

/** A story whose commands are signed. */
class Signed extends Story {
	override do(command: Command): this {
		const decided = decide(this.state, command, command.type === 'start' ? { now: 1 } : when);
		if (!decided.ok) throw new Error(decided.failure.code);
		return this.say(...decided.value);
	}
}

const told = (story: Story) =>
	auditOf(story.state, story.events).map(({ by, what, why }) => `${by}: ${what}${why ? ` ${why}` : ''}`);

it('lists everything that a person decided, with their name and their words', () => {
	const story = new Signed().start().succeed('collect', 'c').fail('draft', true);
	story.do({ type: 'retry', stepId: 'draft' }).do({ type: 'pause', reason: 'Lunch.' }).do({ type: 'resume' });
	story
		.fail('draft', false, 2)
		.do({ type: 'answer', stepId: 'draft', output: refTo('d'), reason: 'By hand.' });
	story.ask('d').do({ type: 'postpone', stepId: 'review', draftHash: refTo('d').hash, until: 9 });
	const gate = { stepId: 'review', draftHash: refTo('d').hash, ticks: [] };
	story.do({ type: 'ask-for-changes', ...gate, reason: 'Shorter.' });
	story.succeed('draft', 'e').ask('e');
	story.do({ type: 'approve', ...gate, draftHash: refTo('e').hash, ticks: ['True'] });
	const send = { attemptId: 'r1/save/2.1', stepId: 'save' };
	story
		.begin('save')
		.say(
			{ type: 'effect.intended', at: 3, ...send, hash: 'h', key: 'k', says: 'POST https://a.example/' },
			{ type: 'effect.unknown', at: 4, ...send, reason: 'Cut off.' }
		);
	story.do({ type: 'settle-effect', stepId: 'save', happened: false, reason: 'Looked.' });
	story.fail('save', false, 2).do({ type: 'skip', stepId: 'save', reason: 'Not needed.' });
	story.do({ type: 'cancel', reason: 'Enough.' });
	expect(told(story)).toEqual([
		'Ada: “Draft”: tried again.',
		'Ada: The run: paused. Lunch.',
		'Ada: The run: resumed.',
		'Ada: “Draft”: given by hand. By hand.',
		'Ada: “Review”, revision 1: put off.',
		'Ada: “Review”, revision 1: asked for changes. Shorter.',
		'Ada: “Review”, revision 2: approved. Ticked: True.',
		'Ada: “Save”: said that it did not go out. Looked.',
		'Ada: “Save”: left out. Not needed.',
		'Ada: The run: cancelled. Enough.'
	]);
	for (const event of story.events) expect(runEventSchema.parse(event)).toEqual(event);
});

it('tells one item of a block from the next, and what nobody decided', () => {
	const gate = { kind: 'review', job: 'decide', inputs: { draft: 'steps.draft.output' } };
	const definition = workflowSchema.parse({
		...{ format: 1, id: 'each', title: 'Each' },
		steps: [
			{
				...{ id: 'each', title: 'Orders', kind: 'map', job: 'evaluate' },
				steps: [
					{ id: 'draft', title: 'Draft', kind: 'check', job: 'draft' },
					{ id: 'gate', title: 'Fine?', ...gate }
				]
			}
		]
	});
	const story = new Story().start(definition).begin('each');
	story.say({ type: 'block.opened', at: 1, attemptId: 'r1/each/1.1', stepId: 'each', count: 2 });
	for (const stepId of ['each[0]/gate', 'each[1]/gate']) {
		story.succeed(stepId.replace('gate', 'draft'), 'd');
		const passed = { type: 'review.passed', at: 2, stepId, revision: 1, draft: refTo('d') } as const;
		story.say({ ...passed, why: 'condition', because: 'It is small.' });
	}
	expect(told(story)).toEqual([
		'nobody: “Fine?” in “Orders”, item 1, revision 1: nobody was asked. It is small.',
		'nobody: “Fine?” in “Orders”, item 2, revision 1: nobody was asked. It is small.'
	]);
});

it('takes any record, whatever names are in it', () => {
	const story = new Story().start();
	const strange = [
		{ type: 'review.decided', at: 1, stepId: 'constructor' },
		{ type: 'of.tomorrow', at: 1, stepId: 'draft' },
		{ type: 'run.paused', at: 1 }
	] as unknown as RunEvent[];
	expect(auditOf(story.state, strange)).toEqual([{ at: 1, by: null, what: 'The run: paused.', why: '' }]);
});
