import type { RunRow, WaitingGate } from '$lib/run';
import { expect, it } from 'vitest';
import { queueOf } from './queue';

const NOW = 1_000_000_000_000;
const gate = (stepId: string, more: Partial<WaitingGate> = {}): WaitingGate => ({
	...{ stepId, title: stepId, question: `${stepId}?`, since: NOW - 1, revision: 1, flags: 0, missed: 0 },
	...{ outside: [], untrusted: false, deadline: null, then: 'wait', later: null, voided: null },
	...more
});
const row = (id: string, more: Partial<RunRow>) => ({ id, waiting: null, ...more }) as RunRow;
const asked = (stepId: string, why: 'unknown' | 'ask' | 'review') => ({
	...{ stepId, why, question: `${stepId}?`, since: NOW - 2 },
	...{ flags: 0, missed: 0, revision: 1 }
});

it('puts everything that waits in one list, what could go wrong first', () => {
	const rows = [
		row('one', { waiting: asked('plain', 'review'), gates: [gate('plain'), gate('flagged', { flags: 4 })] }),
		row('two', { waiting: asked('sent', 'unknown'), gates: [gate('acts', { outside: ['Send'] })] }),
		row('three', { waiting: asked('who', 'ask') }),
		row('of an older release', { waiting: asked('old', 'review') })
	];
	const { now, later } = queueOf(rows, NOW);
	expect(now.map(({ stepId }) => stepId)).toEqual(['sent', 'acts', 'flagged', 'plain', 'who', 'old']);
	expect(now[0]?.reasons).toEqual(['something may have gone out']);
	expect(later).toEqual([]);
});

it('leaves what was put off by itself, until its time', () => {
	const rows = [
		row('one', {
			waiting: asked('b', 'review'),
			gates: [gate('a', { later: NOW + 20 }), gate('b', { later: NOW + 10 }), gate('c', { later: NOW - 1 })]
		})
	];
	const { now, later } = queueOf(rows, NOW);
	expect([now.map(({ stepId }) => stepId), later.map(({ stepId }) => stepId)]).toEqual([['c'], ['b', 'a']]);
});
