import { inputsOfPath, type Approved, type RunEvent } from '$lib/run';
import type { Workflow } from '$lib/workflow';
import type { GalleyDatabase } from './dexie-database';
import { firstRecord } from './event-rows';

/**
 * The approved outputs of a workflow. The inputs of a run are read only for an output whose path does not tell them: a
 * run's first event carries its whole definition.
 */
export async function approvedOutputs(database: GalleyDatabase, workflow: Workflow): Promise<Approved[]> {
	const entries = await database.entries.where('workflowId').equals(workflow.id).toArray();
	const outputs = entries.filter((entry) => entry.kind === 'output' && !entry.deleted);
	const unread = [
		...new Set(outputs.flatMap(({ path, runId }) => (runId && !inputsOfPath(workflow, path) ? [runId] : [])))
	];
	const first = await Promise.all(unread.map((id) => firstRecord(database, `run:${id}`)));
	const inputs = new Map(
		unread.map((id, at) => {
			const event = first[at]?.event as RunEvent | undefined;
			return [id, event?.type === 'run.started' ? event.inputs : null];
		})
	);
	return outputs.map((entry) => ({ entry, inputs: inputs.get(entry.runId ?? '') ?? null }));
}
