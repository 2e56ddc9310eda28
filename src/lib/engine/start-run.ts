import {
	DONE,
	fail,
	failure,
	hashOfJson,
	ok,
	type Json,
	type ProviderChoice,
	type Result,
	type ValueRef
} from '$lib/core';
import {
	approvedBefore,
	findsItself,
	looksInto,
	newestOutput,
	selectEntries,
	type Command,
	type LibraryEntry
} from '$lib/run';
import { checkWorkflow } from '$lib/steps';
import { approvedOutputs, type StoredValue } from '$lib/storage';
import { isRunnable, renderTemplate, type Workflow } from '$lib/workflow';
import type { GivenSource } from './api';
import { freezeCalled } from './called';
import { changesSince } from './changes';
import type { Engine } from './engine';
import { ifMine } from './origins';
import { labelledBy, valueOfEntry } from './labels';
import { keepForNextTime } from './library';
import { permitted } from './permissions';
import { BUILT_IN } from '$lib/core';
import { takeIn, type Chosen } from './run-commands';
import { openItemsFor } from './open-items';
import type { Settings } from './settings';
import { readSettings } from './settings';

/** A workflow as it would be frozen now, with its version; or why it cannot run. */
export async function runnable(
	engine: Engine,
	workflowId: string
): Promise<Result<{ definition: Workflow; version: number }>> {
	const mine = await ifMine(engine, workflowId);
	if (!mine.ok) return mine;
	const { database } = engine.ports;
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
	const frozen = await freezeCalled(database, await permitted(database, validation.workflow));
	return frozen.ok ? ok({ definition: frozen.value, version: row.version }) : frozen;
}

/** Starts a run of the newest saved definition, which is frozen into its log. Returns the run's id. */
export async function startRun(
	engine: Engine,
	workflowId: string,
	given: {
		inputs: Record<string, Json>;
		sources: Record<string, GivenSource[]>;
		trigger?: 'person' | 'example';
		reuse?: boolean;
		sealed?: boolean;
		asRead?: boolean;
	}
): Promise<Result<string>> {
	const wanted = await runnable(engine, workflowId);
	if (!wanted.ok) return wanted;
	const { definition } = wanted.value;
	const chosen = await chooseSources(engine, definition, given);
	if (!chosen.ok) return chosen;
	const started = await beginRun(engine, {
		...wanted.value,
		inputs: given.inputs,
		sources: chosen.value.refs,
		stored: chosen.value.stored,
		...(given.reuse === undefined ? {} : { reuse: given.reuse }),
		...(given.sealed === undefined ? {} : { sealed: given.sealed }),
		...(given.trigger === 'example' ? { trigger: 'example' as const, provider: BUILT_IN } : {})
	});
	if (!started.ok) return started;
	const kept = definition.sources.filter((source) => source.keep);
	await keepForNextTime(
		engine,
		kept.flatMap((source) => chosen.value.refs[source.id] ?? [])
	);
	return started;
}

type StartCommand = Extract<Command, { type: 'start' }>;

/** Everything that a run starts with. */
export interface Beginning {
	definition: Workflow;
	version: number;
	inputs: Record<string, Json>;
	sources: Record<string, ValueRef[]>;
	stored: StoredValue[];
	reuse?: boolean;
	/** Nothing may leave the device for it. Where the definition says so it is sealed in any case. */
	sealed?: boolean;
	trigger?: 'person' | 'example';
	/** The one of the settings where none is named. */
	provider?: ProviderChoice;
	/** The models that it may use; those of the settings where none are given. */
	ladder?: NonNullable<StartCommand['ladder']>;
	derived?: NonNullable<StartCommand['derived']>;
}

/** Writes the first facts of a new run. */
export async function beginRun(engine: Engine, given: Beginning): Promise<Result<string>> {
	const { database, random } = engine.ports;
	const { definition, inputs, sources, reuse, derived } = given;
	const earlier = await database.runs.where('workflowId').equals(definition.id).toArray();
	const number = earlier.reduce((highest, run) => Math.max(highest, run.number), 0) + 1;
	const date = localDate(engine.now());
	const runId = random.id();
	const settings = await readSettings(database);
	const started = await engine.command(
		runId,
		{
			type: 'start',
			number,
			title: runTitle(definition, { number, date, inputs }),
			date,
			trigger: given.trigger ?? 'person',
			definition,
			definitionHash: hashOfJson(definition),
			workflowVersion: given.version,
			inputs,
			sources,
			provider: given.provider ?? settings.provider,
			guard: {
				sealed: given.sealed === true || definition.sealed === true,
				enforced: engine.isGuarded()
			},
			ladder: given.ladder ?? ladderFor(settings, definition),
			...(reuse === undefined ? {} : { reuse }),
			...(derived ? { derived } : {})
		},
		given.stored
	);
	return started.ok ? ok(runId) : started;
}

/** What of the settings a run is frozen with. Of two budgets in one currency the smaller holds, else the workflow's own. */
function ladderFor(
	{ models, lastResort, budget: { run } }: Settings,
	{ budget: own }: Workflow
): NonNullable<StartCommand['ladder']> {
	const budget = own && run?.currency === own.currency && run.amount < own.amount ? run : (own ?? run);
	return { models, lastResort, ...(budget ? { budget } : {}) };
}

/** A network folder may take for ever; so long a start waits for it, ms. */
const FOLDERS_MS = 15_000;

async function chooseSources(
	engine: Engine,
	workflow: Workflow,
	given: { inputs: Record<string, Json>; sources: Record<string, GivenSource[]>; asRead?: boolean }
): Promise<Result<{ refs: Record<string, ValueRef[]>; stored: StoredValue[] }>> {
	const refs: Record<string, ValueRef[]> = {};
	const stored: StoredValue[] = [];
	// What lies in a connected folder is given as it is now, unless that takes too long and the person says so.
	const isWanted = (path: string) => workflow.sources.some((source) => looksInto(source, path));
	const looked = given.asRead ? DONE : await engine.folders.lookBefore(isWanted, FOLDERS_MS);
	if (!looked.ok) return looked;
	// What changed is known when everything else is.
	const inOrder = [...workflow.sources].sort((a, b) => rank(a) - rank(b));
	for (const source of inOrder) {
		const chosen =
			source.kind === 'last-approved'
				? await lastApproved(engine, source.workflow ?? workflow, given.inputs)
				: source.kind === 'changes'
					? ok(await changesSince(engine, workflow, { inputs: given.inputs, sources: refs }))
					: source.kind === 'open-items'
						? ok(await openItemsFor(engine, workflow, given.inputs))
						: findsItself(source)
							? asChosen(selectEntries(source, await engine.ports.database.entries.toArray()).entries)
							: await takeIn(engine, given.sources[source.id] ?? []);
		if (!chosen.ok) return chosen;
		refs[source.id] = chosen.value.refs.map((ref) => labelledBy(source, ref));
		stored.push(...chosen.value.stored);
	}
	return ok({ refs, stored });
}

const rank = ({ kind }: Workflow['sources'][number]) => (kind === 'changes' ? 1 : 0);

/** Of the workflow itself the one that stands before this run; of another one, by its id, the newest. */
async function lastApproved(
	engine: Engine,
	of: Workflow | string,
	inputs: Record<string, Json>
): Promise<Result<Chosen>> {
	const { database } = engine.ports;
	if (typeof of === 'string') {
		const entry = newestOutput(of, await database.entries.where('workflowId').equals(of).toArray());
		return asChosen(entry ? [entry] : []);
	}
	const before = approvedBefore(of, inputs, await approvedOutputs(database, of))?.entry;
	return asChosen(before ? [before] : []);
}

function asChosen(entries: readonly LibraryEntry[]): Result<Chosen> {
	return ok({ refs: entries.map((entry) => ({ ...valueOfEntry(entry), name: entry.path })), stored: [] });
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
