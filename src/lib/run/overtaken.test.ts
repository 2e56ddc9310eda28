import { workflowSchema } from '$lib/workflow';
import { expect, it } from 'vitest';
import { refTo, Story } from './testing';
import { cellsOf } from './view';

const step = (id: string, more: object = {}) => ({ id, title: id, kind: 'check', job: 'evaluate', ...more });
const definition = (steps: object[]) =>
	workflowSchema.parse({ format: 1, id: 'overtaken', title: 'Overtaken', steps });

const change = (story: Story, stepId: string, was: string) =>
	story.do({
		...{ type: 'change-output', stepId, wasHash: refTo(was).hash },
		...{ output: refTo('other'), reason: '' }
	});

it('an attempt that nobody waits for any more is not shown as running', () => {
	const story = new Story().start(definition([step('a'), step('b', { needs: ['a'] })]));
	change(story.succeed('a', 'x').begin('b'), 'a', 'x');
	expect(story.state.steps['b']).toMatchObject({
		status: 'pending',
		attempts: [{ status: 'interrupted', endedAt: story.now }]
	});
	// Nothing was closed and nothing crashed, so the cell does not say so.
	expect(cellsOf(story.state)[1]?.attempt).toBeNull();
	story.succeed('b', 'y');
	expect(story.state.steps['b']?.attempts.map(({ status }) => status)).toEqual(['interrupted', 'succeeded']);
});

it('nor one inside a block that is gone through anew, nor a block in it', () => {
	const inner = step('inner', { kind: 'loop', steps: [step('deep')] });
	const outer = step('outer', { kind: 'loop', steps: [inner], needs: ['a'] });
	const story = new Story()
		.start(definition([step('a'), outer]))
		.succeed('a', 'x')
		.begin('outer');
	const open = (stepId: string) =>
		story.say({ type: 'block.opened', at: 1, attemptId: `r1/${stepId}/1.1`, stepId, count: 1 });
	open('outer').begin('outer[0]/inner');
	open('outer[0]/inner').begin('outer[0]/inner[0]/deep');
	change(story, 'a', 'x');
	const running = Object.values(story.state.steps).flatMap(({ id, attempts }) =>
		attempts.some(({ status }) => status === 'running') ? [id] : []
	);
	expect(running).toEqual([]);
});
