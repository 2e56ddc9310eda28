import {
	fail,
	failure,
	ok,
	type ConfiguredModel,
	type Json,
	type ProviderChoice,
	type Result,
	type ValueRef
} from '$lib/core';
import { nameOf, type Approved, type LibraryEntry, type RunEvent, type RunRow } from '$lib/run';
import { approvedOutputs, firstRecord } from '$lib/storage';
import type { Workflow } from '$lib/workflow';
import { database } from '../database';
import type { SourceChoice } from '../run-actions';
import { currentSettings } from '../settings-actions';
import { templates } from '../templates';

/** What a start form begins with. */
export interface StartForm {
	inputs: Record<string, Json>;
	/** By source: what the library has that fits, or what was used last time where the source says to keep it. */
	sources: Record<string, LibraryEntry[]>;
	/** Sets of sample files, where the workflow came from a template that ships some. */
	samples: { id: string; title: string }[];
	/** The first set that no run has used yet. */
	nextSample: string | null;
	/** What earlier runs saved: one of these is what a run is compared with, by its inputs. */
	approved: Approved[];
	provider: ProviderChoice;
	/** The person's models: where a step may go on to. */
	models: ConfiguredModel[];
}

export async function prepareStart(workflow: Workflow): Promise<Result<StartForm>> {
	const { provider, models } = await currentSettings();
	const samples = samplesOf(workflow);
	const runs = await database().runs.where('workflowId').equals(workflow.id).toArray();
	const titles = new Set(runs.map((run) => run.title));
	const used = (sample: (typeof samples)[number]) =>
		[...titles].some((title) => Object.values(sample.inputs).some((value) => title.includes(String(value))));
	const last = runs.reduce<RunRow | null>(
		(best, run) => (best && best.startedAt >= run.startedAt ? best : run),
		null
	);
	return ok({
		inputs: {},
		sources: await matching(workflow, last),
		samples: samples.map(({ id, title }) => ({ id, title })),
		nextSample: samples.find((sample) => !used(sample))?.id ?? null,
		approved: await approvedOutputs(database(), workflow),
		provider,
		models
	});
}

/** Everything of a sample set, as if the person had chosen it. */
export async function loadSample(
	workflow: Workflow,
	sampleId: string
): Promise<Result<{ inputs: Record<string, Json>; sources: Record<string, SourceChoice[]> }>> {
	const sample = samplesOf(workflow).find((one) => one.id === sampleId);
	if (!sample) return fail(failure('sample.unknown', 'There are no such sample files.'));
	const sources: Record<string, SourceChoice[]> = {};
	for (const [source, urls] of Object.entries(sample.files)) {
		sources[source] = [];
		for (const url of urls) {
			const file = await fetchSample(url);
			if (!file.ok) return file;
			sources[source].push({ kind: 'file', file: file.value });
		}
	}
	return ok({ inputs: { ...sample.inputs }, sources });
}

function samplesOf(workflow: Workflow) {
	return (
		templates().find((template) => template.id === workflow.id || workflow.id.startsWith(`${template.id}-`))
			?.samples ?? []
	);
}

async function fetchSample(url: string): Promise<Result<File>> {
	try {
		const response = await fetch(url);
		if (!response.ok) throw new Error(String(response.status));
		return ok(new File([await response.blob()], nameOf(url)));
	} catch {
		return fail(
			failure(
				'sample.missing',
				'The sample files could not be read. If you are offline, open Galley once while online.'
			)
		);
	}
}

/**
 * Library files for each source: what the last run used where the source says to keep it, else a file whose name fits
 * and that came after the last run, since last week's numbers must not slip into this week's report.
 */
async function matching(workflow: Workflow, last: RunRow | null): Promise<Record<string, LibraryEntry[]>> {
	const entries = await database()
		.entries.orderBy('at')
		.reverse()
		.filter((entry) => entry.kind === 'file' && !entry.deleted)
		.toArray();
	const used = last ? await sourcesOf(last.id) : {};
	const found: Record<string, LibraryEntry[]> = {};
	for (const source of workflow.sources) {
		if (source.kind !== 'files') continue;
		const hashes = source.keep ? (used[source.id] ?? []).map((value) => value.hash) : [];
		const kept = hashes.flatMap((hash) => entries.find((entry) => entry.value.hash === hash) ?? []);
		const since = source.keep ? 0 : (last?.startedAt ?? 0);
		const fitting = entries.filter((entry) => entry.at > since && fits(entry, source));
		if (kept.length > 0) found[source.id] = kept;
		else if (fitting[0]) found[source.id] = [fitting[0]];
	}
	return found;
}

function fits(entry: LibraryEntry, source: Workflow['sources'][number]): boolean {
	const name = nameOf(entry.path).toLowerCase();
	const extension = name.split('.').pop() ?? '';
	return (
		(source.accept.length === 0 || source.accept.includes(extension)) &&
		source.match.some((word) => name.includes(word.toLowerCase()))
	);
}

async function sourcesOf(runId: string): Promise<Record<string, ValueRef[]>> {
	const first = (await firstRecord(database(), `run:${runId}`))?.event as RunEvent | undefined;
	return first?.type === 'run.started' ? first.sources : {};
}
