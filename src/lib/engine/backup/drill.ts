import { fail, ok, type Result } from '$lib/core';
import { readBackup, type BackupFacts } from '$lib/exports';
import type { Scratch } from '$lib/storage';
import type { BackupReport } from '../api';
import { applyBackup, type Applied } from './apply';

/**
 * Restores a backup into a scratch database that is thrown away afterwards, reads all of it again from there and compares
 * counts and hashes. The database in use is not touched.
 */
export async function drill(file: Blob, scratch: Scratch): Promise<Result<BackupReport>> {
	try {
		const ready = await scratch.store.open();
		if (!ready.ok) return ready;
		const emptied = await scratch.store.wipe();
		if (!emptied.ok) return emptied;
		const applied = await applyBackup(file, scratch, null);
		if (!applied.ok) return applied;
		return await compare(file, scratch, applied.value);
	} finally {
		await scratch.remove();
	}
}

async function compare(file: Blob, scratch: Scratch, applied: Applied): Promise<Result<BackupReport>> {
	const { store, database } = scratch;
	const { facts, leftOut } = applied;
	const problems: string[] = [];
	for (const { stream, length, hash } of facts.heads) {
		if (leftOut.includes(stream)) continue;
		const records = await store.records(stream);
		const last = records[records.length - 1];
		if (records.length !== length || last?.hash !== hash)
			problems.push(`The history ${stream} came back with ${records.length} of ${length} records.`);
	}
	let values = 0;
	const again = await readBackup(file, async (part) => {
		for (const { hash } of part.part === 'values' ? part.values : []) {
			values += 1;
			if (!(await store.value(hash)).ok) problems.push(`The stored text or file ${hash} did not come back.`);
		}
		return ok(undefined);
	});
	if (!again.ok) return fail(again.failure);
	const [runs, workflows, notes, entries] = await Promise.all([
		database.runs.count(),
		database.workflows.count(),
		database.notes.count(),
		database.entries.count()
	]);
	return ok({ ...countsOf(facts), values, runs, workflows, notes, entries, leftOut, problems });
}

function countsOf({ createdAt, bytes, records, missing }: BackupFacts) {
	return { createdAt, bytes, records, missing: missing.length };
}
