import { ok, type Json, type Result } from '$lib/core';
import { foldAll, type LogRecord, type RunEvent, type RunState } from '$lib/run';
import { needsOf, type Step, type Workflow } from '$lib/workflow';
import { ask } from '../client.svelte';
import { database } from '../database';
import { readValue } from '../values';

/** An output that a step which is tried alone needs, as text to be edited. */
export interface Pin {
	stepId: string;
	title: string;
	/** JSON is written out; what the step makes decides how it is read again. */
	isData: boolean;
	text: string;
	/** Number of the run that it comes from; null when the person has to write it. */
	from: number | null;
}

/** What trying a step needs: the inputs of the last run, and the outputs of the steps that it waits for. */
export async function prepareTry(
	workflow: Workflow,
	step: Step
): Promise<Result<{ inputs: Record<string, Json>; pins: Pin[] }>> {
	const rows = await database()
		.runs.where('[workflowId+startedAt]')
		.between([workflow.id, -Infinity], [workflow.id, Infinity])
		.reverse()
		.limit(5)
		.toArray();
	const runs: RunState[] = [];
	for (const row of rows) {
		const records = await ask<LogRecord[]>(async (api) => ok(await api.records(`run:${row.id}`)));
		if (!records.ok) return records;
		runs.push(
			foldAll(
				row.id,
				records.value.map((record) => record.event as RunEvent)
			)
		);
	}
	const pins: Pin[] = [];
	for (const id of needsOf(step)) {
		const needed = workflow.steps.find((one) => one.id === id);
		if (!needed) continue;
		const found = runs.find((run) => run.steps[id]?.output);
		const output = found?.steps[id]?.output;
		const value = output ? await readValue(output) : null;
		const content = value?.ok && !(value.value instanceof Uint8Array) ? value.value : null;
		pins.push({
			stepId: id,
			title: needed.title,
			isData: output ? output.media === 'application/json' : needed.output.type === 'json',
			text: content === null ? '' : typeof content === 'string' ? content : JSON.stringify(content, null, 2),
			from: content === null ? null : (found?.number ?? null)
		});
	}
	return ok({ inputs: runs[0]?.inputs ?? {}, pins });
}
