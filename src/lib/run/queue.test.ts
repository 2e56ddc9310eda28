import { describe, expect, it } from 'vitest';
import { riskOf, type WaitingGate } from './queue';
import { rowOf } from './view';
import { refTo, Story } from './testing';

const NOW = 1_000 * 86_400_000;
const HOUR = 3_600_000;
const gate: WaitingGate = {
	...{ stepId: 'review', title: 'Review', question: 'Ready?', since: NOW, revision: 1, flags: 0, missed: 0 },
	...{ outside: [], untrusted: false, deadline: null, then: 'wait', later: null, voided: null }
};

describe('what is looked at first', () => {
	it('goes by what could go wrong, then by what is odd, then by age', () => {
		const kinds: [string, Partial<WaitingGate>][] = [
			['filled in and sent', { outside: ['Send'], untrusted: true }],
			['sent, and odd', { outside: ['Send'], flags: 3, missed: 3 }],
			['late', { deadline: NOW - 1 }],
			['soon', { deadline: NOW + HOUR, then: 'reject' }],
			['void', { voided: 'approved' }],
			['missed', { missed: 2 }],
			['flagged', { flags: 2 }],
			['old', { since: NOW - 9 * 24 * HOUR }],
			['plain', {}]
		];
		const sorted = kinds
			.map(([name, more]) => ({ name, weight: riskOf({ ...gate, ...more }, NOW).weight }))
			.reverse()
			.sort((a, b) => b.weight - a.weight)
			.map(({ name }) => name);
		expect(sorted).toEqual(kinds.map(([name]) => name));
	});

	it('says why, the weightiest first', () => {
		const found = {
			...gate,
			flags: 3,
			missed: 1,
			outside: ['Send'],
			deadline: NOW + HOUR,
			then: 'continue' as const
		};
		expect(riskOf(found, NOW).reasons).toEqual([
			'acts outside: Send',
			'goes on by itself within a day',
			'3 flags',
			'1 note missed'
		]);
		expect(riskOf(gate, NOW).reasons).toEqual([]);
	});
});

it('the row of a run lists its gates while they wait', () => {
	const story = new Story().start().succeed('collect', 'c').succeed('draft', 'd');
	expect(rowOf(story.state).gates).toBeUndefined();
	story.ask('d');
	expect(rowOf(story.state).gates).toMatchObject([
		{ stepId: 'review', question: 'Ready?', flags: 0, later: null }
	]);
	story.do({ type: 'approve', stepId: 'review', draftHash: refTo('d').hash, ticks: [] });
	expect(rowOf(story.state).gates).toBeUndefined();
});
