import { describe, expect, it } from 'vitest';
import { answerSteps, stepCalls } from './calls';
import type { StepRun } from './contract';

/** Two ends of a worker without a thread of its own; `said` is all that came from it. */
function worker() {
	const { port1, port2 } = new MessageChannel();
	port1.start();
	port2.start();
	const said: unknown[] = [];
	port1.addEventListener('message', ({ data }) => said.push(data));
	return { outside: port1 as unknown as Worker, inside: port2 as unknown as Worker, said };
}

const ran = (kept: string): StepRun => ({ result: { ok: false, failure: {} as never }, egress: [], kept });

describe('calls of steps', () => {
	it('gives each call the answer to its attempt, whichever comes first', async () => {
		const { outside, inside } = worker();
		const settle = new Map<string, () => void>();
		answerSteps(
			inside,
			({ attemptId }) => new Promise((ok) => settle.set(attemptId, () => ok(ran(attemptId))))
		);
		const ask = stepCalls(outside);
		const [a, b] = [ask({ attemptId: 'a' }), ask({ attemptId: 'b' })];
		await expect.poll(() => settle.size).toBe(2);
		settle.get('b')?.();
		expect(await b).toMatchObject({ kept: 'b' });
		settle.get('a')?.();
		expect(await a).toMatchObject({ kept: 'a' });
	});

	it('rejects with what was thrown', async () => {
		const { outside, inside } = worker();
		answerSteps(inside, () => Promise.reject(new Error('a bug')));
		await expect(stepCalls(outside)({ attemptId: 'a' })).rejects.toThrow('a bug');
	});

	it('leaves alone what others say over the same worker', async () => {
		const { outside, inside, said } = worker();
		answerSteps(inside, async () => ran(''));
		const ask = stepCalls(outside);
		inside.postMessage({ id: 'x', value: 1 });
		inside.postMessage(null);
		outside.postMessage({ id: 'x', type: 'APPLY' });
		outside.postMessage(null);
		expect(await ask({ attemptId: 'a' })).toMatchObject({ kept: '' });
		expect(said).toHaveLength(3);
	});
});
