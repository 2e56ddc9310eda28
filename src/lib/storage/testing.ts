import { hashOf, type Result } from '$lib/core';
import {
	chain,
	emptyHead,
	foldAll,
	headAfter,
	rowOf,
	type Head,
	type LogRecord,
	type RunEvent,
	type RunRow
} from '$lib/run';
import { workflowSchema, type WorkflowEvent } from '$lib/workflow';
import type { Commit, StoredValue } from './ports';

/** Small histories and values for the suites of this room. */

export const DOCUMENT = workflowSchema.parse({
	format: 1,
	id: 'weekly',
	title: 'Weekly report',
	steps: [{ id: 'draft', title: 'Write the draft', kind: 'ask', job: 'draft' }]
});

const PROVIDER = { id: 'built-in', title: 'Built-in', onDevice: true, config: {} };
const LABELS = { trust: 'trusted', reach: 'may-leave' } as const;

export function textValue(content: string, media = 'text/plain'): StoredValue {
	return { hash: hashOf(content), media, content, bytes: new TextEncoder().encode(content).length };
}

export function bytesValue(content: Uint8Array): StoredValue {
	return { hash: hashOf(content), media: 'application/octet-stream', content, bytes: content.length };
}

/** A result with the content told by its hash: comparing bytes one by one is what makes a suite slow. */
export function told(result: Result<StoredValue>) {
	if (!result.ok) return result;
	const { content, ...facts } = result.value;
	return { ...facts, kind: typeof content, content: hashOf(content) };
}

/** What {@link told} says of a value that came back as it was. */
export function whole({ content, ...facts }: StoredValue) {
	return { ...facts, kind: typeof content, content: facts.hash };
}

/** The events of a run that is under way: begun at `at`, its first step given one note. */
export function runEvents(id: string, at: number, note = 'n1'): RunEvent[] {
	const attempt = { attemptId: `${id}/draft/1.1`, stepId: 'draft' };
	const { hash, media, bytes } = textValue(`prompt of ${id}`);
	return [
		{
			type: 'run.started',
			at,
			number: 1,
			title: `Run ${id}`,
			date: '2026-11-20',
			trigger: { kind: 'person' },
			workflowVersion: 1,
			definition: DOCUMENT,
			definitionHash: hashOf('definition'),
			inputs: {},
			sources: {},
			provider: PROVIDER
		},
		{ type: 'attempt.started', at: at + 1, ...attempt, revision: 1, attempt: 1, inputs: {} },
		{
			type: 'attempt.prepared',
			at: at + 2,
			...attempt,
			prompt: { hash, media, bytes, labels: LABELS, from: [] },
			given: [{ id: note, instruction: 'Write short.' }],
			cut: []
		}
	];
}

/** What ends that run: the step succeeds, the note held. */
export function runEnd(id: string, at: number, note = 'n1'): RunEvent[] {
	const { hash, media, bytes } = textValue(`output of ${id}`);
	return [
		{
			type: 'attempt.succeeded',
			at,
			attemptId: `${id}/draft/1.1`,
			stepId: 'draft',
			output: { hash, media, bytes, labels: LABELS, from: [] },
			evidence: [],
			flags: [],
			verdicts: [{ noteId: note, verdict: 'held', reason: 'Seen.' }],
			egress: [],
			ms: 5
		},
		{ type: 'run.finished', at: at + 1, status: 'done' }
	];
}

export function rowFor(id: string, events: readonly RunEvent[]): RunRow {
	return rowOf(foldAll(id, events));
}

export function noteEvent(id: string, at: number) {
	return {
		type: 'note.confirmed',
		at,
		note: {
			id,
			instruction: 'Write short.',
			scope: { kind: 'everywhere' },
			before: '',
			after: '',
			from: null,
			status: 'active',
			createdAt: at,
			updatedAt: at
		}
	};
}

export function entryEvent(id: string, at: number, content = 'a file') {
	const { hash, media, bytes } = textValue(content);
	const value = { hash, media, bytes, labels: LABELS, from: [] };
	return {
		type: 'entry.added',
		at,
		entry: { id, kind: 'file', path: `Files/${id}.txt`, version: 1, value, at, deleted: 0 }
	};
}

export function savedEvent(version: number, at: number): WorkflowEvent {
	return { type: 'workflow.saved', at, version, hash: hashOf(`${version}`), document: DOCUMENT };
}

/** A small fact for streams whose content does not matter. */
export function tick(at: number): { type: string; at: number } {
	return { type: 'test.ticked', at };
}

export function commitOf(records: LogRecord[], more: Partial<Commit> = {}): Commit {
	return { records, values: [], runs: [], durability: 'strict', epoch: null, ...more };
}

/** A commit of events that begin a stream, or continue it after a head. */
export function append(
	stream: string | Head,
	events: readonly { type: string; at: number }[],
	more: Partial<Commit> = {}
): Commit {
	return commitOf(chain(typeof stream === 'string' ? emptyHead(stream) : stream, events), more);
}

/** A run under way, with its row and its prompt's value. */
export function runCommit(id: string, at: number, more: Partial<Commit> = {}): Commit {
	const events = runEvents(id, at);
	return append(`run:${id}`, events, {
		runs: [rowFor(id, events)],
		values: [textValue(`prompt of ${id}`)],
		...more
	});
}

/** Commits of every kind, with small and big values. */
export function history(): Commit[] {
	const run = runCommit('r1', 1000);
	const head = headAfter(emptyHead('run:r1'), run.records);
	return [
		append('workflow:weekly', [savedEvent(1, 1), savedEvent(2, 2)]),
		append('notes', [noteEvent('n1', 1)]),
		append('library', [entryEvent('e1', 1)], { values: [textValue('a file')] }),
		run,
		append(head, runEnd('r1', 1100), {
			runs: run.runs.map((row) => ({
				...row,
				status: 'done',
				endedAt: 1101,
				updatedAt: 1101,
				held: 1,
				stepsDone: 1,
				ms: 5
			})),
			values: [textValue('output of r1'), bytesValue(new Uint8Array(300 * 1024).fill(3))]
		}),
		commitOf(append('run:r2', [tick(1)]).records, { durability: 'relaxed' })
	];
}
