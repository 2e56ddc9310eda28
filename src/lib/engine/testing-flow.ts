import type { Json } from '$lib/core';
import { foldAll, type RunEvent, type RunState } from '$lib/run';
import { workflowSchema, type Workflow } from '$lib/workflow';
import { says, TestDevice, TestExecutor, until, type Answer } from './testing';

/** What control flow is tested with: real host, store and step kinds; only the model and the file reader are made up. */

export type Tab = Awaited<ReturnType<TestDevice['tab']>>;
export type Made = Record<string, unknown>;

export const NEVER: Answer = () => says('nobody asks');

/** A workflow of those steps; each has its id for a title. */
export function workflow(steps: Made[], more: Made = {}): Workflow {
	return workflowSchema.parse({
		format: 1,
		id: 'flow',
		title: 'Flow',
		inputs: [{ id: 'topic', title: 'Topic' }],
		steps: steps.map((step) => ({ title: step['id'], job: 'evaluate', ...step })),
		...more
	});
}

/** A step that works something out: the shortest way to have data. */
export const transform = (id: string, expression: string, more: Made = {}): Made => ({
	id,
	title: id,
	kind: 'transform',
	job: 'evaluate',
	output: { type: 'json', media: 'application/json' },
	with: { expression },
	...more
});

/** A tab on a device, with an engine of its own. */
export async function open(executor = new TestExecutor(NEVER), device = new TestDevice()) {
	const tab = await device.tab(executor);
	return { tab, device, executor };
}

/** Saves a workflow and starts it; the id of the run. */
export async function start(tab: Tab, document: Workflow, topic: Json = 'rivers'): Promise<string> {
	const saved = await tab.api.saveWorkflow(document);
	if (!saved.ok) throw new Error(saved.failure.message);
	const started = await tab.api.startRun(document.id, { inputs: { topic }, sources: {} });
	if (!started.ok) throw new Error(started.failure.message);
	return started.value;
}

/** A run as its stored log has it. */
export async function stateOf(tab: Tab, runId: string): Promise<RunState> {
	const records = await tab.store.records(`run:${runId}`);
	return foldAll(
		runId,
		records.map((record) => record.event as RunEvent)
	);
}

/** Waits until the list row of a run has that status. */
export const status = (tab: Tab, runId: string, wanted: string) =>
	until(wanted, async () => (await tab.database.runs.get(runId))?.status === wanted);

/** The stored output of a step; undefined when it has none. */
export async function outputOf(tab: Tab, runId: string, stepId: string): Promise<Json | undefined> {
	const output = (await stateOf(tab, runId)).steps[stepId]?.output;
	const stored = output && (await tab.store.value(output.hash));
	if (!stored?.ok || typeof stored.value.content !== 'string') return undefined;
	return output?.media === 'application/json'
		? (JSON.parse(stored.value.content) as Json)
		: stored.value.content;
}
