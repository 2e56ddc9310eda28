import { deleteEntry, restoreEntry } from '$lib/app';
import { nameOf, type LibraryEntry } from '$lib/run';
import { toast, toastFailure } from '$lib/ui';

/** Puts an entry into the bin and offers to take it out again. */
export async function remove(entry: LibraryEntry): Promise<boolean> {
	const done = await deleteEntry(entry.id);
	if (!done.ok) toastFailure(done.failure);
	else toast(`“${nameOf(entry.path)}” is in the bin.`, () => restore(entry));
	return done.ok;
}

export async function restore(entry: LibraryEntry): Promise<void> {
	const done = await restoreEntry(entry.id);
	if (!done.ok) toastFailure(done.failure);
}
