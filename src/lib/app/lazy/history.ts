import { foldAll, type RunEvent, type RunState } from '$lib/run';
import { readRecords } from '$lib/storage';
import type { EarlierOutput } from '$lib/ui';
import { database } from '../database';
import { readValue } from '../values';

/** Further back nobody compares, and each run is read. */
const MOST = 12;
const KEEP = 48;
/** Runs that have ended never change what their steps made. */
const ended = new Map<string, RunState>();

/** The data that a step made in the runs before this one that came to a good end, the oldest first. Text is left out. */
export async function earlierOutputs(
	run: Pick<RunState, 'id' | 'startedAt' | 'definition'>,
	stepId: string
): Promise<EarlierOutput[]> {
	const workflowId = run.definition?.id;
	if (workflowId === undefined) return [];
	const rows = await database()
		.runs.where('[workflowId+startedAt]')
		.between([workflowId, -Infinity], [workflowId, run.startedAt])
		.reverse()
		.filter(({ status, id }) => status === 'done' && id !== run.id)
		.limit(MOST)
		.toArray();
	const found = await Promise.all(rows.map(({ id }) => outputOf(id, stepId)));
	return found.flatMap((one) => one ?? []).reverse();
}

async function outputOf(runId: string, stepId: string): Promise<EarlierOutput | null> {
	const state = await endedRun(runId);
	const output = state.steps[stepId]?.output;
	if (output?.media !== 'application/json') return null;
	const content = await readValue(output);
	return content.ok && !(content.value instanceof Uint8Array)
		? { runId, number: state.number, title: state.title, content: content.value }
		: null;
}

async function endedRun(runId: string): Promise<RunState> {
	const known = ended.get(runId);
	if (known) return known;
	const records = await readRecords(database(), `run:${runId}`);
	const state = foldAll(
		runId,
		records.map(({ event }) => event as RunEvent)
	);
	if (state.ended) {
		ended.set(runId, state);
		const [oldest] = ended.keys();
		if (ended.size > KEEP && oldest !== undefined) ended.delete(oldest);
	}
	return state;
}
