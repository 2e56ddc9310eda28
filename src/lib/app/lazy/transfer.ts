import { fail, failure, ok, type Result } from '$lib/core';
import {
	exportFormat,
	exportFormats,
	unpackBundle,
	type ExportSource,
	type ExportValue,
	type Unpacked
} from '$lib/exports';
import { foldAll, valuesOf, type LogRecord, type RunEvent } from '$lib/run';
import { fromYaml, validate } from '$lib/workflow';
import DOMPurify from 'dompurify';
import { ask } from '../client.svelte';
import { database } from '../database';

/** The formats that a run can be exported as. */
export function exportFormatInfos(): { id: string; title: string; summary: string }[] {
	return exportFormats.map(({ id, title, summary }) => ({ id, title, summary }));
}

/** A run in a format, ready to be downloaded. */
export async function exportRun(
	runId: string,
	formatId: string
): Promise<Result<{ name: string; blob: Blob }>> {
	const format = exportFormat(formatId);
	if (!format) return fail(failure('export.unknown', `This Galley has no export format “${formatId}”.`));
	const source = await gather(runId);
	if (!source.ok) return source;
	const made = await format.make(source.value);
	if (!made.ok) return made;
	const { name, media, content } = made.value;
	const free = await ask((api) => api.mayGoOut(content));
	if (!free.ok) return free;
	const part = typeof content === 'string' ? content : new Uint8Array(content);
	return ok({ name, blob: new Blob([part], { type: media }) });
}

async function gather(runId: string): Promise<Result<ExportSource>> {
	const records = await streamOf(`run:${runId}`);
	if (!records.ok) return records;
	if (records.value.length === 0) return fail(failure('run.unknown', 'There is no such run on this device.'));
	const state = foldAll(
		runId,
		records.value.map((record) => record.event as RunEvent)
	);
	const workflowId = state.definition?.id ?? '';
	const workflowRecords = await streamOf(`workflow:${workflowId}`);
	if (!workflowRecords.ok) return workflowRecords;
	// What the run saved, and the library's files that it was given.
	const given = new Set(Object.values(state.sources).flatMap((refs) => refs.map((ref) => ref.hash)));
	const entries = await database()
		.entries.filter(
			(entry) => entry.runId === runId || (entry.kind === 'file' && given.has(entry.value.hash))
		)
		.toArray();
	const exportedAt = Date.now();
	const notes = await notesOf(state, exportedAt);
	const values = new Map<string, ExportValue>();
	for (const ref of [...valuesOf(state), ...entries.map((entry) => entry.value)]) {
		if (values.has(ref.hash)) continue;
		const value = await ask((api) => api.value(ref.hash));
		if (!value.ok) return value;
		values.set(ref.hash, { ...value.value, hash: ref.hash });
	}
	return ok({
		state,
		records: records.value,
		workflowRecords: workflowRecords.value,
		notes,
		entries,
		values,
		sanitise,
		exportedAt
	});
}

/** The notes that a run is about, with how they fared so far: of the runs that they fared in, only this one comes along. */
async function notesOf(state: ReturnType<typeof foldAll>, until: number) {
	const given = new Set(
		Object.values(state.steps).flatMap((step) =>
			step.attempts.flatMap((attempt) => attempt.given.map((note) => note.id))
		)
	);
	const rows = await database().notes.toArray();
	return rows
		.filter((row) => given.has(row.id) || row.from?.runId === state.id)
		.map(({ record, counted: _counted, ...note }) => ({ ...note, earlier: { record, until } }));
}

function streamOf(stream: string): Promise<Result<LogRecord[]>> {
	return ask(async (api) => ok(await api.records(stream)));
}

/** What an import brought in, and where to look first. */
export interface Imported {
	runs: number;
	workflows: number;
	notes: number;
	goto: string | null;
}

/** Imports a Galley file: a run's export (JSON) or a workflow (YAML or JSON). What is here already is left alone. */
export async function importFile(file: File): Promise<Result<Imported>> {
	let text: string;
	try {
		text = await file.text();
	} catch {
		return fail(
			failure(
				'file.vanished',
				`“${file.name}” cannot be read any more. Choose it again; nothing was changed.`
			)
		);
	}
	if (/^\s*\{[\s\S]*"galley"\s*:\s*"bundle"/.test(text.slice(0, 2000))) {
		const unpacked = unpackBundle(text);
		if (!unpacked.ok) return unpacked;
		return bringIn(unpacked.value);
	}
	return importWorkflow(text);
}

async function bringIn(unpacked: Unpacked): Promise<Result<Imported>> {
	const brought = await ask((api) =>
		api.bringIn({
			streams: [
				...unpacked.workflows
					.filter(({ records }) => records.length > 0)
					.map(({ id, records }) => ({ stream: `workflow:${id}`, records })),
				...unpacked.runs.map(({ id, records }) => ({ stream: `run:${id}`, records }))
			],
			values: unpacked.values,
			notes: unpacked.notes,
			entries: unpacked.entries
		})
	);
	if (!brought.ok) return brought;
	const [first] = unpacked.runs;
	return ok({ ...brought.value, goto: first ? `/runs/${first.id}` : null });
}

async function importWorkflow(text: string): Promise<Result<Imported>> {
	const parsed = fromYaml(text);
	if (!parsed.ok) {
		const why = parsed.failure.message.replace(/ Your text is kept.*$/, '');
		return fail(
			failure(
				'import.unreadable',
				`This is neither a Galley export nor a workflow as YAML or JSON. ${why} Nothing was brought in.`
			)
		);
	}
	const { workflow, problems } = validate(parsed.value);
	if (!workflow) {
		const said = problems.slice(0, 3).map((problem) => problem.message);
		return fail(
			failure(
				'workflow.invalid',
				`This is neither a Galley export nor a workflow: ${said.join(' ')} Nothing was brought in.`
			)
		);
	}
	const known = await database().workflows.get(workflow.id);
	const document =
		known && !known.deleted
			? { ...workflow, id: `${workflow.id.slice(0, 50)}-${crypto.randomUUID().slice(0, 8)}` }
			: workflow;
	const saved = await ask((api) => api.importWorkflow(document));
	return saved.ok ? ok({ runs: 0, workflows: 1, notes: 0, goto: `/workflows/${document.id}` }) : saved;
}

/** Rendered Markdown made harmless for a file that somebody else opens. */
function sanitise(html: string): string {
	return DOMPurify.sanitize(html, {
		FORBID_TAGS: ['style', 'form', 'svg', 'math', 'img', 'input'],
		FORBID_ATTR: ['style', 'id', 'name']
	});
}
