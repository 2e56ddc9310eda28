import type { Result } from '$lib/core';
import type { GalleyDatabase } from '$lib/storage';
import { limitedTo, type Workflow } from '$lib/workflow';
import type { Engine } from './engine';
import { readSettings, writeSettings } from './settings';

/** Workflows that came from elsewhere begin with no power to let anything leave; a person allows, and takes back. */

/** Notes that workflows came in, before they are saved: there is no moment at which one of them may do anything. */
export async function noteImported(engine: Engine, ids: readonly string[]): Promise<void> {
	if (ids.length === 0) return;
	const { database } = engine.ports;
	const settings = await readSettings(database);
	const others = settings.imported.filter(({ workflowId }) => !ids.includes(workflowId));
	const added = ids.map((workflowId) => ({ workflowId, at: engine.now(), allowed: [] }));
	await writeSettings(database, { ...settings, imported: [...others, ...added] });
}

/** Saves a workflow that came from a file. */
export async function importWorkflow(
	engine: Engine,
	document: Workflow,
	save: (document: Workflow) => Promise<Result<void>>
): Promise<Result<void>> {
	await noteImported(engine, [document.id]);
	return save(document);
}

/** A document with what it may do here and no more. */
export async function permitted(database: GalleyDatabase, document: Workflow): Promise<Workflow> {
	const { imported } = await readSettings(database);
	const found = imported.find(({ workflowId }) => workflowId === document.id);
	return found ? limitedTo(document, new Set(found.allowed)) : document;
}
