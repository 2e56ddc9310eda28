import type { Result } from '$lib/core';
import { forgetFirstViews, forgetPasses, forgetShared } from '$lib/pass';
import { OUTGOING } from './backup/make';
import { BEFORE } from './backup/restore';
import type { Engine } from './engine';
import { modelFilesOf } from './model-files';

/** Stops, then deletes everything on this device, keys first, and last the models, of which nothing is anybody's own. */
export async function wipe(engine: Engine): Promise<Result<void>> {
	engine.halt();
	const keys = await engine.keys.wipe();
	if (!keys.ok) return keys;
	const { shelf, folders, signing, store } = engine.ports;
	await Promise.all([forgetPasses(), forgetShared()]);
	for (const name of [BEFORE, OUTGOING]) await shelf?.remove(name);
	await folders?.wipe();
	await signing?.wipe();
	const wiped = await store.wipe();
	// Last: a page keeps none of a run that is not there.
	await forgetFirstViews();
	return wiped.ok ? modelFilesOf(engine).removeAllModels() : wiped;
}
