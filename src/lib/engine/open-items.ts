import {
	ok,
	openItemsAsJson,
	readOpenItems,
	stricter,
	type Json,
	type OpenItems,
	type Result
} from '$lib/core';
import { approvedBefore, carriedInto, openAfter, type RunState } from '$lib/run';
import { approvedOutputs } from '$lib/storage';
import type { Workflow } from '$lib/workflow';
import type { Engine } from './engine';
import type { Chosen } from './run-commands';

/** What the last approved run before one of these inputs left open; null where there is no such run. */
async function openBefore(
	engine: Engine,
	workflow: Workflow,
	inputs: Record<string, Json>
): Promise<{ parent: RunState; items: OpenItems } | null> {
	const outputs = await approvedOutputs(engine.ports.database, workflow);
	const runId = approvedBefore(workflow, inputs, outputs)?.entry.runId;
	const parent = runId === undefined ? null : (await engine.log(runId)).state;
	if (!parent?.definition) return null;
	const contents = new Map<string, string | Json>();
	const carried = carriedInto(parent);
	const decided = Object.values(parent.steps).flatMap(({ decisions }) =>
		decisions.slice(-1).flatMap(({ draft, reviewed }) => [draft, ...(reviewed ? [reviewed] : [])])
	);
	for (const ref of [...carried, ...decided]) {
		const read = await engine.values.get(ref);
		if (read.ok && !(read.value.content instanceof Uint8Array)) contents.set(ref.hash, read.value.content);
	}
	const before = carried.flatMap(({ hash }) => readOpenItems(contents.get(hash))?.openItems ?? []);
	const openItems = openAfter(parent, before, (hash) => contents.get(hash));
	return { parent, items: { run: parent.title, openItems } };
}

/** The items alone, for whoever wants to start a run. */
export async function openItemsBefore(
	engine: Engine,
	workflow: Workflow,
	inputs: Record<string, Json>
): Promise<Result<OpenItems | null>> {
	return ok((await openBefore(engine, workflow, inputs))?.items ?? null);
}

/** The same as a value of its own; nothing where nothing is open. */
export async function openItemsFor(
	engine: Engine,
	workflow: Workflow,
	inputs: Record<string, Json>
): Promise<Chosen> {
	const before = await openBefore(engine, workflow, inputs);
	if (!before || before.items.openItems.length === 0) return { refs: [], stored: [] };
	const { parent, items } = before;
	const rests = [
		...Object.values(parent.sources).flat(),
		...Object.values(parent.steps).flatMap(({ decisions }) => decisions.map(({ draft }) => draft))
	];
	const packed = engine.values.put({
		content: openItemsAsJson(items),
		media: 'application/json',
		// It quotes drafts and files, so it is believed no more than they are, and goes no further.
		labels: stricter([{ trust: 'untrusted', reach: 'may-leave' }, ...rests.map(({ labels }) => labels)]),
		from: rests.map(({ hash }) => hash),
		name: `Open after ${items.run}.md`
	});
	return { refs: [packed.ref], stored: [packed.stored] };
}
