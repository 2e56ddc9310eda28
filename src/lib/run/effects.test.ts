import { workflowSchema } from '$lib/workflow';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { due } from './due';
import { lastAttempt, type RunState } from './state';
import { Simulation } from './testing-simulation';

const step = (id: string, more: object = {}) => {
	const retry = { attempts: 1, delaySeconds: 0 };
	return { id, title: id, kind: 'check', job: 'evaluate', retry, ...more };
};
const act = (id: string) => step(id, { kind: 'request', job: 'act' });

/** Items in which something acts outside beside what may fail, before and inside another block; and a gate that may say no. */
const acting = (onFail: string) =>
	workflowSchema.parse({
		...{ format: 1, id: 'acting', title: 'Acting' },
		steps: [
			step('draft'),
			{ id: 'gate', title: 'gate', kind: 'review', job: 'decide', inputs: { draft: 'steps.draft.output' } },
			step('each', {
				...{ kind: 'map', with: { onFail, concurrency: 2 } },
				steps: [
					act('send'),
					step('weigh'),
					step('tell', { needs: ['weigh'] }),
					step('again', { kind: 'loop', steps: [act('notify'), step('look')] })
				]
			}),
			step('after', { inputs: { each: 'steps.each.output' } })
		]
	});

/** What has begun to go out is at work, or a person is asked; and where nothing is due, somebody can do something. */
function isAccountedFor(state: RunState): number {
	if (state.ended || !state.definition) return 0;
	const steps = Object.values(state.steps);
	const open = steps.filter((one) => {
		const last = lastAttempt(one);
		return last?.intent && (last.status === 'running' || last.status === 'unknown');
	});
	for (const one of open)
		if (lastAttempt(one)?.status === 'running') expect(one.status, one.id).toBe('running');
		else expect(one.asked?.why, one.id).toBe('unknown');
	const isStuck = (one: RunState['steps'][string]) => one.status === 'failed' && !one.flow.settled;
	if (!state.paused && due(state, Infinity).length === 0)
		expect(steps.some((one) => one.status === 'waiting' || isStuck(one))).toBe(true);
	return open.length;
}

it.each(['collect', 'skip', 'stop'])('nothing that went out is lost sight of, with onFail: %s', (onFail) => {
	let seen = 0;
	const choices = fc.array(fc.nat(10_000), { minLength: 30, maxLength: 150 });
	fc.assert(
		fc.property(choices, (numbers) => {
			const simulation = new Simulation(acting(onFail), (state) => void (seen += isAccountedFor(state)));
			for (const number of numbers) simulation.step(number);
			for (let tries = 0; tries < 2_000 && !simulation.state.ended; tries++) simulation.step(1, tries);
			expect(simulation.state.ended).not.toBeNull();
		}),
		{ numRuns: 200 }
	);
	expect(seen).toBeGreaterThan(500);
});
