import type { RunRow } from '$lib/run';
import { fits, type NoteRow } from '$lib/storage';
import type { WorkflowRow } from '$lib/workflow';
import { database } from './database';
import { live, type Live } from './live.svelte';

const isRun = fits('runs');
const isWorkflow = fits('workflows');
const isEntry = fits('entries');

export function recentRuns(limit = 50): Live<RunRow[]> {
	return live(() => async () => {
		const rows = await database().runs.orderBy('startedAt').reverse().limit(limit).toArray();
		return rows.filter(isRun);
	});
}

/** The newest runs that a person decided about. */
export function decidedRuns(limit: number): Live<RunRow[]> {
	return live(
		() => () =>
			database()
				.runs.orderBy('startedAt')
				.reverse()
				.filter((row) => isRun(row) && row.decision !== null)
				.limit(limit)
				.toArray()
	);
}

export function runsOf(workflowId: () => string): Live<RunRow[]> {
	return live(() => {
		const id = workflowId();
		return () =>
			database()
				.runs.where('[workflowId+startedAt]')
				.between([id, -Infinity], [id, Infinity])
				.filter(isRun)
				.reverse()
				.toArray();
	});
}

/** Runs that wait for a person, the longest waiting first. */
export function waitingRuns(): Live<RunRow[]> {
	return live(() => async () => {
		const rows = await database().runs.where('status').equals('waiting').toArray();
		return rows.filter(isRun).sort((a, b) => (a.waiting?.since ?? 0) - (b.waiting?.since ?? 0));
	});
}

/** Open runs in which something waits for a person, whatever else goes on in them. */
export function askingRuns(): Live<RunRow[]> {
	return live(() => async () => {
		const open = ['waiting', 'running', 'sleeping', 'failed', 'paused'];
		const rows = await database().runs.where('status').anyOf(open).toArray();
		return rows.filter((row) => isRun(row) && row.waiting !== null);
	});
}

/** The newest version of a library path, those in the bin included; 0 when nothing was ever saved there. */
export async function versionOf(path: string): Promise<number> {
	const entries = await database().entries.where('path').equals(path).filter(isEntry).toArray();
	return entries.reduce((newest, entry) => Math.max(newest, entry.version), 0);
}

export function allWorkflows(): Live<WorkflowRow[]> {
	return live(() => async () => {
		const rows = await database().workflows.orderBy('updatedAt').reverse().toArray();
		return rows.filter((row) => isWorkflow(row) && !row.deleted);
	});
}

/** Null when there is no such workflow, or it lies in the bin. */
export function workflowRow(id: () => string): Live<WorkflowRow | null> {
	return live(() => {
		const wanted = id();
		return async () => {
			const row = await database().workflows.get(wanted);
			return row && isWorkflow(row) && !row.deleted ? row : null;
		};
	});
}

export function allNotes(): Live<NoteRow[]> {
	return live(() => async () => {
		const rows = await database().notes.toArray();
		return rows.filter(fits('notes')).sort((a, b) => b.createdAt - a.createdAt);
	});
}
