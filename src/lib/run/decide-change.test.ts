import { workflowSchema } from '$lib/workflow';
import { expect, it } from 'vitest';
import { decide } from './decide';
import { refTo, Story } from './testing';

const step = (id: string, more: object = {}) => ({ id, title: id, kind: 'check', job: 'evaluate', ...more });

it('an output of an earlier round is not changed behind the round that rests on it', () => {
	const steps = [step('loop', { kind: 'loop', steps: [step('a'), step('b', { needs: ['a'] })] })];
	const definition = workflowSchema.parse({ format: 1, id: 'rounds', title: 'Rounds', steps });
	const loop = { attemptId: 'r1/loop/1.1', stepId: 'loop' };
	const story = new Story().start(definition).begin('loop');
	story.say({ type: 'block.opened', at: 1, ...loop, count: 1 }).succeed('loop[0]/a', 'first');
	const change = (stepId: string, was: string) =>
		decide(
			story.state,
			{ type: 'change-output', stepId, wasHash: refTo(was).hash, output: refTo('other'), reason: '' },
			{ now: 9 }
		);
	expect(change('loop[0]/a', 'first').ok).toBe(true);
	story.succeed('loop[0]/b', 'end');
	story.say({ type: 'round.judged', at: 2, ...loop, round: 1, again: true, because: '' });
	expect(change('loop[0]/a', 'first')).toMatchObject({ failure: { code: 'change.round' } });
	story.succeed('loop[1]/a', 'second');
	expect(change('loop[1]/a', 'second').ok).toBe(true);
});
