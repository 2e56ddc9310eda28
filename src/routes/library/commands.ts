import { libraryTools } from '$lib/app';
import { folderOf, nameOf, type LibraryChange, type LibraryEntry } from '$lib/run';
import { count, sayBytes, toast, toastFailure } from '$lib/ui';

/** What can be done with entries that are picked. */
export type Doing = 'rename' | 'move' | 'copy' | 'tag' | 'delete';

/** Does a change, says so, and offers to take it back. True when it is done. */
async function change(wish: LibraryChange, say: (renamed: string[]) => string): Promise<boolean> {
	const tools = await libraryTools();
	const done = await tools.changeLibrary(wish);
	if (!done.ok) {
		toastFailure(done.failure);
		return false;
	}
	const { changed, undo, renamed } = done.value;
	if (changed > 0) {
		toast(say(renamed), async () => {
			const undone = await tools.changeLibrary(undo);
			if (!undone.ok) toastFailure(undone.failure);
			else if (undone.value.changed === 0)
				toast('There was nothing to take back: it was changed or removed since.');
		});
	}
	return true;
}

/** Entries by path as a sentence names them. */
function called(paths: readonly string[]): string {
	return paths.length === 1 ? `“${nameOf(paths[0] ?? '')}”` : count(paths.length, 'entry', 'entries');
}

function because(renamed: readonly string[]): string {
	if (renamed.length === 0) return '';
	const names = renamed.length === 1 ? `“${nameOf(renamed[0] ?? '')}”` : `${renamed.length} new names`;
	return ` The name was taken, so it is now ${names}.`;
}

export function move(paths: readonly string[], to: string): Promise<boolean> {
	const where = to === '' ? 'the top' : `“${to}”`;
	return change(
		{ type: 'move', which: { paths }, to },
		(renamed) => `${called(paths)} moved to ${where}.${because(renamed)}`
	);
}

export function copy(paths: readonly string[], to: string): Promise<boolean> {
	const where = to === '' ? 'the top' : `“${to}”`;
	return change(
		{ type: 'copy', which: { paths }, to },
		(renamed) => `${called(paths)} copied to ${where}.${because(renamed)}`
	);
}

export function rename(path: string, name: string): Promise<boolean> {
	return change({ type: 'rename', path, name }, (renamed) =>
		renamed.length > 0
			? `“${nameOf(path)}” renamed.${because(renamed)}`
			: `“${nameOf(path)}” is now “${name}”.`
	);
}

export function removePaths(paths: readonly string[]): Promise<boolean> {
	return change(
		{ type: 'delete', which: { paths } },
		() => `${called(paths)} ${paths.length === 1 ? 'is' : 'are'} in the bin.`
	);
}

/** Puts versions of one path into the bin. */
export function removeVersions(entries: readonly LibraryEntry[]): Promise<boolean> {
	const name = nameOf(entries[0]?.path ?? '');
	return change({ type: 'delete', which: { ids: entries.map(({ id }) => id) } }, () =>
		entries.length === 1
			? `“${name}” is in the bin.`
			: `${count(entries.length, 'version')} of “${name}” are in the bin.`
	);
}

export function restore(entries: readonly LibraryEntry[]): Promise<boolean> {
	const [first] = entries;
	return change({ type: 'restore', which: { ids: entries.map((entry) => entry.id) } }, () =>
		entries.length === 1 && first
			? `“${nameOf(first.path)}” is back${folderOf(first.path) ? ` in “${folderOf(first.path)}”` : ''}.`
			: `${count(entries.length, 'entry', 'entries')} are back.`
	);
}

/**
 * What cannot be taken back is said, with what it freed; `small` is how many entries stay in the second copy. True when it is
 * done.
 */
export async function emptyBin(small: number): Promise<boolean> {
	const done = await (await libraryTools()).emptyBin();
	if (!done.ok) {
		toastFailure(done.failure);
		return false;
	}
	const { entries, freed } = done.value;
	const what = `${count(entries, 'entry', 'entries')} removed for good`;
	const second = small > 0 ? ` The content of ${count(small, 'small one')} stays in the second copy.` : '';
	toast(
		freed > 0
			? `${what}; ${sayBytes(freed)} freed.${second}`
			: `${what}. Nothing was freed.${second || ' Runs need the content.'}`
	);
	return true;
}

export function tag(
	paths: readonly string[],
	add: readonly string[],
	remove: readonly string[]
): Promise<boolean> {
	return change({ type: 'tag', which: { paths }, add, remove }, () => `Tags of ${called(paths)} changed.`);
}
