import {
	DONE,
	fail,
	failure,
	hashOfJson,
	ok,
	OPEN,
	PRIVATE_UNTRUSTED,
	type Json,
	type Result,
	type ValueRef
} from '$lib/core';
import { approvedBefore, diffCounts, diffWords, safePath, type Command, type LibraryEntry } from '$lib/run';
import { checkWorkflow, isProposalMedia, readProposal } from '$lib/steps';
import { approvedOutputs, type StoredValue } from '$lib/storage';
import { isRunnable, renderTemplate, type Workflow } from '$lib/workflow';
import type { Decision, GivenSource } from './api';
import { freezeCalled } from './called';
import type { Engine } from './engine';
import { keepForNextTime } from './library';
import { BUILT_IN } from './provider';
import { readSettings } from './settings';

interface Chosen {
	refs: ValueRef[];
	stored: StoredValue[];
}

/** Starts a run of the newest saved definition, which is frozen into its log. Returns the run's id. */
export async function startRun(
	engine: Engine,
	workflowId: string,
	given: {
		inputs: Record<string, Json>;
		sources: Record<string, GivenSource[]>;
		trigger?: 'person' | 'example';
	}
): Promise<Result<string>> {
	const { database, random } = engine.ports;
	const row = await database.workflows.get(workflowId);
	if (!row || row.deleted)
		return fail(failure('workflow.unknown', 'This workflow is not on this device any more.'));
	const validation = await checkWorkflow(row.document);
	if (!isRunnable(validation)) {
		const [first] = validation.problems;
		return fail(
			failure(
				'workflow.problems',
				`The workflow has ${validation.problems.length === 1 ? 'a problem' : `${validation.problems.length} problems`} and can't run yet. ${first?.message ?? ''} Open it to see them all.`
			)
		);
	}
	const frozen = await freezeCalled(database, validation.workflow);
	if (!frozen.ok) return frozen;
	const definition = frozen.value;
	const chosen = await chooseSources(engine, definition, given);
	if (!chosen.ok) return chosen;
	const earlier = await database.runs.where('workflowId').equals(workflowId).toArray();
	const number = earlier.reduce((highest, run) => Math.max(highest, run.number), 0) + 1;
	const date = localDate(engine.now());
	const title = runTitle(definition, { number, date, inputs: given.inputs });
	const runId = random.id();
	const started = await engine.command(
		runId,
		{
			type: 'start',
			number,
			title,
			date,
			trigger: given.trigger ?? 'person',
			definition,
			definitionHash: hashOfJson(definition),
			workflowVersion: row.version,
			inputs: given.inputs,
			sources: chosen.value.refs,
			provider: given.trigger === 'example' ? BUILT_IN : (await readSettings(database)).provider
		},
		chosen.value.stored
	);
	if (!started.ok) return started;
	const kept = definition.sources.filter((source) => source.keep);
	await keepForNextTime(
		engine,
		kept.flatMap((source) => chosen.value.refs[source.id] ?? [])
	);
	return ok(runId);
}

async function chooseSources(
	engine: Engine,
	workflow: Workflow,
	given: { inputs: Record<string, Json>; sources: Record<string, GivenSource[]> }
): Promise<Result<{ refs: Record<string, ValueRef[]>; stored: StoredValue[] }>> {
	const refs: Record<string, ValueRef[]> = {};
	const stored: StoredValue[] = [];
	for (const source of workflow.sources) {
		const chosen =
			source.kind === 'last-approved'
				? await lastApproved(engine, workflow, given.inputs)
				: source.kind === 'output' && source.path
					? await underPath(engine, safePath(source.path))
					: await takeIn(engine, given.sources[source.id] ?? []);
		if (!chosen.ok) return chosen;
		refs[source.id] = chosen.value.refs;
		stored.push(...chosen.value.stored);
	}
	return ok({ refs, stored });
}

/** Stores what a person gave; entries of the library are taken by reference. */
export async function takeIn(engine: Engine, given: readonly GivenSource[]): Promise<Result<Chosen>> {
	const chosen: Chosen = { refs: [], stored: [] };
	for (const one of given) {
		if (one.kind === 'entry') {
			const entry = await engine.ports.database.entries.get(one.id);
			if (!entry)
				return fail(failure('entry.unknown', 'A chosen file is no longer in the library. Choose it again.'));
			chosen.refs.push({ ...entry.value, name: entry.value.name ?? entry.path });
			continue;
		}
		const packed = engine.values.put({
			content: one.kind === 'text' ? one.text : one.bytes,
			media:
				one.kind === 'text'
					? 'text/plain'
					: one.media === 'application/json'
						? 'application/octet-stream'
						: one.media,
			labels: PRIVATE_UNTRUSTED,
			from: [],
			name: one.name
		});
		chosen.refs.push(packed.ref);
		chosen.stored.push(packed.stored);
	}
	return ok(chosen);
}

/** The approved output that comes before this run. */
async function lastApproved(
	engine: Engine,
	workflow: Workflow,
	inputs: Record<string, Json>
): Promise<Result<Chosen>> {
	const outputs = await approvedOutputs(engine.ports.database, workflow);
	const before = approvedBefore(workflow, inputs, outputs)?.entry;
	return ok({ refs: before ? [{ ...before.value, name: before.path }] : [], stored: [] });
}

async function underPath(engine: Engine, path: string): Promise<Result<Chosen>> {
	const entries = await engine.ports.database.entries.where('path').startsWith(path).toArray();
	const newest = new Map<string, LibraryEntry>();
	for (const entry of entries) {
		const inside = entry.path === path || entry.path.startsWith(`${path}/`);
		if (inside && !entry.deleted && entry.version > (newest.get(entry.path)?.version ?? 0))
			newest.set(entry.path, entry);
	}
	return ok({
		refs: [...newest.values()].map((entry) => ({ ...entry.value, name: entry.path })),
		stored: []
	});
}

function runTitle(
	workflow: Workflow,
	run: { number: number; date: string; inputs: Record<string, Json> }
): string {
	const rendered = renderTemplate(workflow.output.title, (ref) =>
		ref.root === 'inputs'
			? run.inputs[ref.id]
			: ref.root === 'run'
				? ({ number: run.number, date: run.date, id: '' }[ref.field] ?? undefined)
				: undefined
	);
	return rendered.ok && rendered.value.trim() ? rendered.value : `${workflow.title}, ${run.date}`;
}

/** The day of a time in this device's time zone, yyyy-mm-dd. */
export function localDate(now: number): string {
	const day = new Date(now);
	const two = (number: number) => String(number).padStart(2, '0');
	return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

/** Approves a draft, as it stands or with the person's edits; both texts are kept. */
export async function approve(engine: Engine, given: Decision & { text?: string }): Promise<Result<void>> {
	const base = { stepId: given.stepId, draftHash: given.draftHash, ticks: given.ticks };
	if (given.text === undefined) return engine.command(given.runId, { type: 'approve', ...base });
	const log = await engine.log(given.runId);
	const draftRef = log.state.steps[given.stepId]?.request?.draft;
	if (!draftRef) return engine.command(given.runId, { type: 'approve', ...base });
	const draft = await engine.values.get(draftRef);
	if (!draft.ok) return draft;
	// What could not be carried out is refused here, where it can still be mended.
	const proposed = isProposalMedia(draftRef.media) ? readProposal(given.text) : DONE;
	if (!proposed.ok) return proposed;
	const before = typeof draft.value.content === 'string' ? draft.value.content : '';
	const packed = engine.values.put({
		...draft.value,
		content: given.text,
		labels: draftRef.labels ?? OPEN,
		from: [draftRef.hash]
	});
	const command: Command = {
		type: 'approve',
		...base,
		reviewed: packed.ref,
		words: diffCounts(diffWords(before, given.text))
	};
	return engine.command(given.runId, command, [packed.stored]);
}

/** The output of a step, typed by the person: trusted, and theirs to say where it may go. */
export function answer(
	engine: Engine,
	runId: string,
	stepId: string,
	content: Json,
	reason: string
): Promise<Result<void>> {
	const media = typeof content === 'string' ? 'text/markdown' : 'application/json';
	const packed = engine.values.put({ content, media, labels: OPEN, from: [] });
	return engine.command(runId, { type: 'answer', stepId, output: packed.ref, reason }, [packed.stored]);
}

/** Puts other files in the place of a source; a failed collect can then be tried again. */
export async function replaceSource(
	engine: Engine,
	runId: string,
	sourceId: string,
	given: readonly GivenSource[]
): Promise<Result<void>> {
	const taken = await takeIn(engine, given);
	if (!taken.ok) return taken;
	if (taken.value.refs.length === 0) return DONE;
	return engine.command(
		runId,
		{ type: 'replace-source', sourceId, values: taken.value.refs },
		taken.value.stored
	);
}
