import { DONE, fail, failure, type Result } from '$lib/core';
import { getSetting, putSetting } from '$lib/storage';
import * as z from 'zod';
import type { Engine } from './engine';

/** Where workflows came from that the person has not made theirs; by stream. The setting that pages read, too. */
export const ORIGINS_SETTING = 'origins';

const originsSchema = z.record(z.string(), z.object({ file: z.string(), at: z.number() }));
export type Origins = z.infer<typeof originsSchema>;

function readOrigins(engine: Engine): Promise<Origins> {
	return getSetting(engine.ports.database, ORIGINS_SETTING, originsSchema, {});
}

export async function noteOrigin(engine: Engine, streams: readonly string[], file: string): Promise<void> {
	if (streams.length === 0) return;
	const at = engine.now();
	const added = Object.fromEntries(streams.map((stream) => [stream, { file, at }]));
	await putSetting(engine.ports.database, ORIGINS_SETTING, { ...(await readOrigins(engine)), ...added });
}

/** From now on it is the person's own: it may be run and changed. */
export async function makeMine(engine: Engine, stream: string): Promise<Result<void>> {
	const { [stream]: _mine, ...rest } = await readOrigins(engine);
	await putSetting(engine.ports.database, ORIGINS_SETTING, rest);
	return DONE;
}

/** Refuses to run or change a workflow that was brought in and not made one's own yet. */
export async function ifMine(engine: Engine, workflowId: string): Promise<Result<void>> {
	const origins = await readOrigins(engine);
	const stream = `workflow:${workflowId}`;
	return Object.hasOwn(origins, stream) ? fail(notMine(origins[stream]?.file ?? '')) : DONE;
}

function notMine(file: string) {
	return failure(
		'workflow.not-mine',
		`This workflow came from “${file}” and is for reading only. Look at what it does, choose “Make it mine” on its page, then run or change it. Nothing was done.`
	);
}
