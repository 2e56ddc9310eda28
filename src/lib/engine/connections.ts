import { connectionName, ok, type ProviderChoice, type Result } from '$lib/core';
import { CHECKS, type ConnectionCheck } from '$lib/models';
import { getSetting, putSetting } from '$lib/storage';
import * as z from 'zod';
import type { ConnectionReport } from './api';
import type { Engine } from './engine';

/** What was found is kept for so many choices, the newest. */
const KEPT = 40;

/** Name of the setting that holds what was found, by `connectionName`. */
const CONNECTIONS = 'connections';

const connectionsSchema = z.record(
	z.string(),
	z.object({
		at: z.number(),
		checks: z.array(
			z.object({
				id: z.enum(CHECKS),
				state: z.enum(['ok', 'weak', 'failed', 'skipped']),
				says: z.string()
			})
		)
	})
);

/** Tries a model and keeps what was found beside the settings of this device. */
export async function testConnection(
	engine: Engine,
	choice: ProviderChoice,
	onCheck: (check: ConnectionCheck) => void
): Promise<Result<ConnectionReport>> {
	const tried = await engine.executor.test(engine.ports.random.id(), choice, onCheck);
	if (!tried.ok) return tried;
	const report = { at: engine.now(), checks: tried.value };
	const { database } = engine.ports;
	const before = await getSetting(database, CONNECTIONS, connectionsSchema, {});
	const all = Object.entries({ ...before, [connectionName(choice)]: report });
	const newest = all.sort(([, a], [, b]) => b.at - a.at).slice(0, KEPT);
	await putSetting(database, CONNECTIONS, Object.fromEntries(newest));
	return ok(report);
}
