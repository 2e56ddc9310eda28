import { database } from './database';

/** Length and hash of a run's log as it is stored, in one text; null where there is no such run. */
export async function runHead(runId: string): Promise<string | null> {
	const head = await database().heads.get(`run:${runId}`);
	return head ? `${head.length} ${head.hash}` : null;
}
