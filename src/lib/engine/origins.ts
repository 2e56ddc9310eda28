import { DONE, fail, failure, type Result } from '$lib/core';
import { getSetting, putSetting, type GalleyDatabase } from '$lib/storage';
import * as z from 'zod';
import type { Engine } from './engine';

/** Where workflows came from that the person has not made theirs; by stream. The setting that pages read, too. */
export const ORIGINS_SETTING = 'origins';

const originsSchema = z.record(z.string(), z.object({ file: z.string(), at: z.number() }));
export type Origins = z.infer<typeof originsSchema>;

export function readOrigins(database: GalleyDatabase): Promise<Origins> {
	return getSetting(database, ORIGINS_SETTING, originsSchema, {});
}

/** True for a stream that came from a file and is not the person's own yet. */
export async function standsApart(database: GalleyDatabase, stream: string): Promise<boolean> {
	return Object.hasOwn(await readOrigins(database), stream);
}

export async function noteOrigin(engine: Engine, streams: readonly string[], file: string): Promise<void> {
	if (streams.length === 0) return;
	const at = engine.now();
	const added = Object.fromEntries(streams.map((stream) => [stream, { file, at }]));
	const { database } = engine.ports;
	await putSetting(database, ORIGINS_SETTING, { ...(await readOrigins(database)), ...added });
}

/** From now on it is the person's own: it may be run and changed. Also for what did not come in after all. */
export async function makeMine(engine: Engine, ...streams: readonly string[]): Promise<Result<void>> {
	const { database } = engine.ports;
	const others = Object.entries(await readOrigins(database)).filter(([stream]) => !streams.includes(stream));
	await putSetting(database, ORIGINS_SETTING, Object.fromEntries(others));
	return DONE;
}

/** Refuses to run or change a workflow that was brought in and not made one's own yet. */
export async function ifMine(engine: Engine, workflowId: string): Promise<Result<void>> {
	const origins = await readOrigins(engine.ports.database);
	const stream = `workflow:${workflowId}`;
	return Object.hasOwn(origins, stream) ? fail(notMine(origins[stream]?.file ?? '')) : DONE;
}

function notMine(file: string) {
	return failure(
		'workflow.not-mine',
		`This workflow came from “${file}” and is for reading only. Look at what it does, choose “Make it mine” on its page, then run or change it. Nothing was done.`
	);
}
