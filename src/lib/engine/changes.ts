import { stricter, type Json, type ValueRef } from '$lib/core';
import {
	approvedBefore,
	approvedCases,
	sayChanges,
	type GivenBefore,
	type GivenToRun,
	type RunState
} from '$lib/run';
import { approvedOutputs } from '$lib/storage';
import type { Workflow } from '$lib/workflow';
import type { Engine } from './engine';
import type { Chosen } from './run-commands';

/** What is different from the last approved run, as a value of its own; nothing where no run was approved before. */
export async function changesSince(
	engine: Engine,
	workflow: Workflow,
	now: { inputs: Record<string, Json>; sources: Record<string, ValueRef[]> }
): Promise<Chosen> {
	const outputs = await approvedOutputs(engine.ports.database, workflow);
	const runId = approvedBefore(workflow, now.inputs, outputs)?.entry.runId;
	const parent = runId === undefined ? null : (await engine.log(runId)).state;
	if (!parent?.definition) return { refs: [], stored: [] };
	const [last] = approvedCases(parent);
	const step = last && parent.steps[last.gateId];
	const draft = step?.decisions.at(-1)?.draft;
	const edit =
		last && draft && draft.hash !== last.approved.hash
			? { draft: await textOf(engine, draft), approved: await textOf(engine, last.approved) }
			: null;
	const content = sayChanges({
		run: parent.title,
		edit:
			edit && edit.draft !== null && edit.approved !== null
				? { draft: edit.draft, approved: edit.approved }
				: null,
		before: await givenTo(engine, workflow, parent),
		now: await givenTo(engine, workflow, now)
	});
	const rests = [...Object.values(parent.sources), ...Object.values(now.sources)].flat();
	const packed = engine.values.put({
		content,
		media: 'text/markdown',
		// It quotes the files, so it is believed no more than they are, and goes no further.
		labels: stricter([{ trust: 'untrusted', reach: 'may-leave' }, ...rests.map(({ labels }) => labels)]),
		from: rests.map(({ hash }) => hash),
		name: `Changes since ${parent.title}.md`
	});
	return { refs: [packed.ref], stored: [packed.stored] };
}

async function givenTo(
	engine: Engine,
	workflow: Workflow,
	{ inputs, sources }: Pick<RunState, 'inputs' | 'sources'>
): Promise<GivenToRun> {
	const given: GivenToRun = { inputs: {}, sources: {} };
	for (const { id, title } of workflow.inputs) {
		const value = inputs[id];
		given.inputs[title] =
			typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
	}
	for (const { id, title, kind } of workflow.sources) {
		if (kind !== 'files' && kind !== 'text') continue;
		given.sources[title] = await Promise.all(
			(sources[id] ?? []).map(async (ref): Promise<GivenBefore> => ({
				name: ref.name ?? title,
				hash: ref.hash,
				text: await textOf(engine, ref)
			}))
		);
	}
	return given;
}

/** Larger files are told as other files, not line by line. */
const MOST_BYTES = 2_000_000;

async function textOf(engine: Engine, ref: ValueRef): Promise<string | null> {
	if (ref.bytes > MOST_BYTES) return null;
	const read = await engine.values.get(ref);
	if (!read.ok) return null;
	const { content } = read.value;
	if (typeof content === 'string') return content;
	if (!(content instanceof Uint8Array)) return JSON.stringify(content, null, 2);
	try {
		const text = new TextDecoder('utf-8', { fatal: true }).decode(content);
		return text.includes('\u0000') ? null : text;
	} catch {
		return null;
	}
}
