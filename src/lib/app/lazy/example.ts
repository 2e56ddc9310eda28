import { fail, failure, ok, type Result } from '$lib/core';
import { liveQuery } from 'dexie';
import type { RunRow } from '$lib/run';
import type { Workflow } from '$lib/workflow';
import { ask } from '../client.svelte';
import { database } from '../database';
import { confirmNote } from '../note-actions';
import { approve, startRun } from '../run-actions';
import { loadSample } from './start-form';
import { templates } from '../templates';
import { saveWorkflow } from '../workflow-actions';

const EXAMPLE_ID = 'weekly-report-example';
const PATIENCE_MS = 60_000;

/**
 * The finished example: three weeks of a report, made on this device while the person waits a moment. The first draft
 * is corrected as a person would, the correction is kept as a note, the second week is approved, and the third waits.
 * A second call leads back to it.
 */
export async function openExample(): Promise<Result<{ workflowId: string; runId: string }>> {
	const made = await database().runs.where('workflowId').equals(EXAMPLE_ID).sortBy('startedAt');
	const newest = made[made.length - 1];
	if (newest) return ok({ workflowId: EXAMPLE_ID, runId: newest.id });
	const template = templates().find((one) => one.id === 'weekly-report');
	if (!template) return fail(failure('template.unknown', 'The example is not part of this Galley.'));
	const document: Workflow = {
		...(await template.load()),
		id: EXAMPLE_ID,
		title: `${template.title} (example)`
	};
	const saved = await saveWorkflow(document);
	if (!saved.ok) return saved;
	let last = '';
	for (const [index, sample] of template.samples.entries()) {
		const started = await startSample(document, sample.id);
		if (!started.ok) return started;
		last = started.value;
		const waiting = await untilWaiting(last);
		if (!waiting.ok) return waiting;
		if (index === template.samples.length - 1) break;
		const decided = await decideExample(waiting.value, index === 0);
		if (!decided.ok) return decided;
	}
	return ok({ workflowId: EXAMPLE_ID, runId: last });
}

async function startSample(document: Workflow, sampleId: string): Promise<Result<string>> {
	const given = await loadSample(document, sampleId);
	if (!given.ok) return given;
	return startRun(document.id, given.value, 'example');
}

/** Approves; the first week with an edit (money without decimals) that is then kept as a note. */
async function decideExample(run: RunRow, correct: boolean): Promise<Result<void>> {
	const stepId = run.waiting?.stepId ?? '';
	const records = await ask(async (api) => ok(await api.records(`run:${run.id}`)));
	if (!records.ok) return records;
	const request = records.value
		.map((record) => record.event as { type: string; draft?: { hash: string } })
		.findLast((event) => event.type === 'review.requested');
	const hash = request?.draft?.hash ?? '';
	const draft = await ask((api) => api.value(hash));
	if (!draft.ok) return draft;
	const text = typeof draft.value.content === 'string' ? draft.value.content : '';
	const edited = text.replace(/([€$£]\s?[\d,]+)\.\d{2}\b/g, '$1');
	const flagged = run.gates?.find((gate) => gate.stepId === stepId);
	const approved = await approve(run.id, stepId, hash, {
		ticks: [],
		// As a person who opens what is flagged before they approve.
		flagsSeen: (flagged?.flags ?? 0) + (flagged?.missed ?? 0),
		...(correct && edited !== text ? { text: edited } : {})
	});
	if (!approved.ok || !correct) return approved;
	const before = /[€$£]\s?[\d,]+\.\d{2}/.exec(text)?.[0] ?? '';
	const noted = await confirmNote({
		instruction: 'Give money without decimals.',
		scope: { kind: 'workflow', workflowId: EXAMPLE_ID },
		before,
		after: before.replace(/\.\d{2}$/, ''),
		from: { runId: run.id, stepId: 'draft', runTitle: run.title }
	});
	if (!noted.ok) return noted;
	return untilDone(run.id);
}

function untilWaiting(runId: string): Promise<Result<RunRow>> {
	return until(runId, (row) => row.status === 'waiting' && row.waiting !== null);
}

async function untilDone(runId: string): Promise<Result<void>> {
	const done = await until(runId, (row) => row.status === 'done');
	return done.ok ? ok(undefined) : done;
}

/** The row of a run when it has come so far; a failed or stuck run is told, not waited for. */
function until(runId: string, reached: (row: RunRow) => boolean): Promise<Result<RunRow>> {
	return new Promise((resolve) => {
		const settle = (result: Result<RunRow>) => {
			clearTimeout(timer);
			subscription.unsubscribe();
			resolve(result);
		};
		const timer = setTimeout(
			() =>
				settle(
					fail(
						failure(
							'example.slow',
							'The example takes longer than a minute. It goes on by itself; look under Runs.'
						)
					)
				),
			PATIENCE_MS
		);
		const subscription = liveQuery(() => database().runs.get(runId)).subscribe({
			next: (row) => {
				if (row && reached(row)) settle(ok(row));
				else if (row?.failure)
					settle(fail(failure('example.failed', `The example stopped: ${row.failure.message}`)));
			},
			error: () => settle(fail(failure('example.failed', 'The example could not be read from this device.')))
		});
	});
}

/** Makes a workflow from a template; its id. An earlier copy of the same template is left alone. */
export async function installTemplate(id: string): Promise<Result<string>> {
	const template = templates().find((one) => one.id === id);
	if (!template) return fail(failure('template.unknown', 'There is no such template.'));
	const known = await database().workflows.get(id);
	if (known && !known.deleted) return ok(id);
	const saved = await saveWorkflow(await template.load());
	return saved.ok ? ok(id) : saved;
}
