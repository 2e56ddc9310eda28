import { canonicalJson, hashOf, OPEN, type ValueRef } from '$lib/core';
import { attemptId, chain, decide, emptyHead, emptyRun, type LogRecord, type RunEvent } from '$lib/run';
import type { StoredValue } from '$lib/storage';
import type { Workflow } from '$lib/workflow';
import { startOf } from './start';

/** What a run of a definition writes, made without running it. */
export interface MadeRun {
	id: string;
	events: RunEvent[];
	values: StoredValue[];
}

export const idOf = (number: number) => `run-${String(number).padStart(6, '0')}`;

/**
 * A run in which every step succeeds, at its second try when `stumbling`. Its last step is left running when
 * `unfinished`.
 */
export function madeRun(
	definition: Workflow,
	number: number,
	{ stumbling = false, unfinished = false, content = (step: number): unknown => ({ step, number }) } = {}
): MadeRun {
	const id = idOf(number);
	let now = 1_700_000_000_000 + number * 60_000;
	const begun = decide(emptyRun(id), startOf(definition, number), { now });
	if (!begun.ok) throw new Error(begun.failure.message);
	const made: MadeRun = { id, events: [...begun.value], values: [] };
	let before: ValueRef[] = [];
	for (const [index, step] of definition.steps.entries()) {
		const tries = stumbling ? 2 : 1;
		for (let attempt = 1; attempt <= tries; attempt++) {
			const base = { attemptId: attemptId(id, step.id, 1, attempt), stepId: step.id };
			const inputs = { state: before };
			made.events.push({ type: 'attempt.started', at: (now += 1), ...base, revision: 1, attempt, inputs });
			if (unfinished && index === definition.steps.length - 1) return made;
			if (attempt < tries) {
				const failure = { code: 'model.cut', message: 'The answer stopped.', retryable: true };
				made.events.push({ type: 'attempt.failed', at: (now += 1), ...base, failure, egress: [], ms: 1 });
				continue;
			}
			const value = stored(content(index));
			made.values.push(value);
			const { hash, media, bytes } = value;
			const output = { hash, media, bytes, labels: OPEN, from: before.map((ref) => ref.hash) };
			const found = { evidence: [], flags: [], verdicts: [], egress: [], ms: 1 };
			made.events.push({ type: 'attempt.succeeded', at: (now += 1), ...base, output, ...found });
			before = [output];
		}
	}
	made.events.push({ type: 'run.finished', at: now, status: 'done' });
	return made;
}

/** The records of a made run. */
export function recordsOf({ id, events }: MadeRun): LogRecord[] {
	return chain(emptyHead(`run:${id}`), events);
}

function stored(content: unknown): StoredValue {
	const text = typeof content === 'string' ? content : canonicalJson(content);
	const media = typeof content === 'string' ? 'text/markdown' : 'application/json';
	return { hash: hashOf(text), media, content: text, bytes: new TextEncoder().encode(text).length };
}
