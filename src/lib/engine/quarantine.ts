import { freePath, safePath, type CorrectionNote, type LibraryEntry } from '$lib/run';

/**
 * What a file brings beside runs and workflows, made to stand apart: it takes the place of nothing that is here, it speaks
 * for no workflow that is the person's own, and none of it is believed.
 */

/** Whether a workflow came from a file, too, and is not the person's own yet. */
type IsApart = (workflowId: string) => boolean;

/** A note that would count for what is the person's own is retired until they restore it. */
export function noteApart(note: CorrectionNote, isApart: IsApart): CorrectionNote {
	const { scope, status } = note;
	const reachesOthers = scope.kind === 'everywhere' || !isApart(scope.workflowId);
	return status === 'active' && reachesOthers ? { ...note, status: 'retired' } : note;
}

/**
 * Entries under paths that nothing here has. Versions of one path stay together. An output that claims to be of a workflow
 * that does not stand apart comes as a file, so that no later run takes it for an approved result of its own.
 */
export function entriesApart(
	entries: readonly LibraryEntry[],
	here: readonly LibraryEntry[],
	isApart: IsApart
): LibraryEntry[] {
	const taken = new Set(here.filter(({ deleted }) => !deleted).map(({ path }) => path));
	const places = new Map<string, string>();
	return entries.map((entry) => {
		const wanted = safePath(entry.path);
		const path = places.get(wanted) ?? freePath(wanted, (one) => taken.has(one));
		if (!places.has(wanted)) {
			places.set(wanted, path);
			taken.add(path);
		}
		const value = { ...entry.value, labels: { ...entry.value.labels, trust: 'untrusted' as const } };
		const placed = { ...entry, path, value };
		if (entry.workflowId === undefined || isApart(entry.workflowId)) return placed;
		const { workflowId: _workflow, workflowVersion: _version, approval: _approval, ...file } = placed;
		return { ...file, kind: 'file' as const };
	});
}
