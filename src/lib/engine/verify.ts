import { fail, failure, ok, type Result } from '$lib/core';
import { auditOf, firstBroken, foldAll, valuesOf, type RunEvent } from '$lib/run';
import type { Store } from '$lib/storage';
import type { Verification } from './api';
import { streamOf } from './run-log';

/** Reads a run from the disk and holds it against its own hashes: chain, head, and every value that it refers to. */
export async function verifyRun(store: Store, runId: string): Promise<Result<Verification>> {
	const [records, head] = await Promise.all([store.records(streamOf(runId)), store.head(streamOf(runId))]);
	if (records.length === 0)
		return fail(failure('run.unknown', 'There is no such run on this device, so nothing could be checked.'));
	const events = records.map((record) => record.event as RunEvent);
	const state = foldAll(runId, events);
	const values = valuesOf(state);
	const damaged: string[] = [];
	for (const { hash } of values) if (!(await store.value(hash)).ok) damaged.push(hash);
	return ok({
		records: records.length,
		broken: firstBroken(records),
		headFits: head.length === records.length && head.hash === records[records.length - 1]?.hash,
		values: values.length,
		damaged,
		decisions: auditOf(state, events)
	});
}
