import { workflowSchema } from '$lib/workflow';
import { describe, expect, it } from 'vitest';
import { decide, type Command } from './decide';
import type { RunEvent } from './event';
import { apply } from './fold';
import { emptyRun, type RunState } from './state';

const definition = workflowSchema.parse({
	format: 1,
	id: 'w',
	title: 'W',
	steps: [
		{ id: 'a', title: 'A', kind: 'transform', job: 'extract', with: { expression: '1' } },
		{ id: 'b', title: 'B', kind: 'transform', job: 'extract', with: { expression: '2' } }
	]
});

function begun(): RunState {
	const started = decide(
		emptyRun('r'),
		{
			type: 'start',
			number: 1,
			title: 'R',
			date: '2026-11-28',
			trigger: 'person',
			definition,
			definitionHash: 'h',
			workflowVersion: 1,
			inputs: {},
			sources: {},
			provider: { id: 'built-in', title: 'Built-in', onDevice: true, config: {} }
		},
		{ now: 1 }
	);
	if (!started.ok) throw new Error(started.failure.message);
	return started.value.reduce(apply, emptyRun('r'));
}

let time = 10;
function write(state: RunState, id: string, text: string, before: string | null = 'b'): RunEvent[] {
	const command: Command = { type: 'write-prose', id, before, text };
	const decided = decide(state, command, { now: (time += 1), by: 'Ines' });
	if (!decided.ok) throw new Error(decided.failure.code);
	decided.value.forEach((event) => apply(state, event));
	return decided.value;
}
const texts = (state: RunState) => state.prose.map(({ id, text, before }) => [id, text, before]);

describe('texts between the steps of a run', () => {
	it('are written, changed in their place, and taken away by nothing', () => {
		const state = begun();
		write(state, '1', 'First.');
		write(state, '2', ' Second. ', null);
		write(state, '1', 'First, changed.');
		expect(texts(state)).toEqual([
			['1', 'First, changed.', 'b'],
			['2', 'Second.', null]
		]);
		expect(state.prose[0]).toMatchObject({ by: 'Ines' });
		write(state, '1', '  ');
		expect(texts(state)).toEqual([['2', 'Second.', null]]);
	});

	it('leave no record where nothing changes', () => {
		const state = begun();
		write(state, '1', 'Same.');
		expect(write(state, '1', 'Same. ')).toEqual([]);
		expect(write(state, 'unknown', '')).toEqual([]);
	});

	it('may follow the end of a run, and change nothing about it', () => {
		const state = begun();
		apply(state, { type: 'run.cancelled', at: 5, reason: '' });
		const { updatedAt, ended } = state;
		write(state, '1', 'Why I stopped it.', null);
		expect(texts(state)).toEqual([['1', 'Why I stopped it.', null]]);
		expect([state.updatedAt, state.ended, state.length]).toEqual([updatedAt, ended, 3]);
	});

	it('are refused for a step that is not there, and when they are too long', () => {
		const refused = (text: string, before: string) => {
			const decided = decide(begun(), { type: 'write-prose', id: '1', before, text }, { now: 1 });
			return decided.ok ? 'taken' : decided.failure.code;
		};
		expect(refused('x', 'gone')).toBe('prose.no-place');
		expect(refused('x'.repeat(20_001), 'a')).toBe('prose.too-long');
		expect(refused('x'.repeat(20_000), 'a')).toBe('taken');
	});

	it('stand at the end when the step above which a record puts them is unknown', () => {
		const state = begun();
		apply(state, { type: 'prose.written', at: 3, id: '1', before: 'of a newer release', text: 'x' });
		expect(texts(state)).toEqual([['1', 'x', null]]);
	});
});
