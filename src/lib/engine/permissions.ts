import { fail, failure, type Result } from '$lib/core';
import type { GalleyDatabase } from '$lib/storage';
import { limitedTo, powersOf, type Power, type Workflow } from '$lib/workflow';
import type { Engine } from './engine';
import { makeMine, noteOrigin, readOrigins } from './origins';
import { readSettings, writeSettings } from './settings';

/** Workflows that came from elsewhere begin with no power to let anything leave; a person allows, and takes back. */

/** Notes that workflows came in, before they are saved: there is no moment at which one of them may do anything. */
export async function noteImported(engine: Engine, ids: readonly string[]): Promise<void> {
	if (ids.length === 0) return;
	const { database } = engine.ports;
	const settings = await readSettings(database);
	const others = settings.imported.filter(({ workflowId }) => !ids.includes(workflowId));
	const added = ids.map((workflowId) => ({ workflowId, at: engine.now(), allowed: [] }));
	// What was said of a workflow that had this id before was not said of this one.
	const consents = settings.consents.filter(({ workflowId }) => !ids.includes(workflowId));
	await writeSettings(database, { ...settings, consents, imported: [...others, ...added] });
}

/** Saves a workflow that came from a file, for reading until it is made one's own. It takes the place of none that is here. */
export async function importWorkflow(
	engine: Engine,
	document: Workflow,
	file: string,
	save: (document: Workflow) => Promise<Result<void>>
): Promise<Result<void>> {
	const known = await engine.ports.database.workflows.get(document.id);
	if (known && !known.deleted) return fail(isHere(document.id));
	const stream = `workflow:${document.id}`;
	await noteImported(engine, [document.id]);
	await noteOrigin(engine, [stream], file);
	const saved = await save(document);
	if (!saved.ok) await makeMine(engine, stream);
	return saved;
}

function isHere(id: string) {
	return failure('workflow.here', `There is a workflow “${id}” already. Nothing was brought in; try again.`);
}

/**
 * A document with what it may do here and no more. `isApart`: it is out of a run that came from a file, and may do only
 * what was allowed to a workflow that came from one, whatever workflow it says it is.
 */
export async function permitted(
	database: GalleyDatabase,
	document: Workflow,
	isApart = false
): Promise<Workflow> {
	const { imported } = await readSettings(database);
	const found = imported.find(({ workflowId }) => workflowId === document.id);
	return found || isApart ? limitedTo(document, new Set(found?.allowed)) : document;
}

/** Lets a run go on. One that came from a file goes on only where its workflow may send to all the hosts that it names. */
export async function resumeRun(engine: Engine, runId: string): Promise<Result<void>> {
	const { database } = engine.ports;
	const stream = `run:${runId}`;
	const origins = await readOrigins(database);
	const { definition } = (await engine.log(runId)).state;
	if (definition && Object.hasOwn(origins, stream)) {
		const allowed = powersOf(await permitted(database, definition, true));
		// A model elsewhere is asked about at each call of such a run.
		const wanted = powersOf(definition).filter((power) => power !== 'model' && !allowed.includes(power));
		if (wanted.length > 0) return fail(mayNotSend(origins[stream]?.file ?? '', wanted));
	}
	return engine.command(runId, { type: 'resume' });
}

function mayNotSend(file: string, powers: readonly Power[]) {
	const hosts = powers.map((power) => power.replace('host:', '')).join(', ');
	return failure(
		'run.not-allowed',
		`This run came from “${file}” and would send to ${hosts}, which nobody allowed on this device. It stays paused and everything in it is kept. Allow that on its workflow’s page under Permissions, then resume it.`
	);
}
