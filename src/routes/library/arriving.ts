import type { Arriving } from '$lib/app';
import { inFolder, isByTheWay } from '$lib/run';

/** What was dropped, with the paths of what the system would not hand out. */
export interface Dropped {
	files: Arriving[];
	unread: string[];
}

/** Files that were chosen; of a chosen folder, with their place in it. */
export function chosen(files: Iterable<File>, folder: string): Arriving[] {
	return [...files].map((file) => ({ file, path: inFolder(folder, file.webkitRelativePath || file.name) }));
}

/**
 * Everything that was dropped, folders with all that is in them. The list has to be taken from the event before anything
 * is awaited: the browser empties it.
 */
export async function dropped(transfer: DataTransfer, folder: string): Promise<Dropped> {
	const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry?.() ?? []);
	const found: Dropped = { files: [], unread: [] };
	if (entries.length === 0) return { ...found, files: chosen(transfer.files, folder) };
	for (const entry of entries) await gather(entry, folder, found);
	return found;
}

async function gather(entry: FileSystemEntry, folder: string, found: Dropped): Promise<void> {
	const path = inFolder(folder, entry.name);
	if (isFile(entry)) {
		const file = await new Promise<File | null>((take) => entry.file(take, () => take(null)));
		if (file) found.files.push({ file, path });
		else found.unread.push(path);
		return;
	}
	const reader = (entry as FileSystemDirectoryEntry).createReader();
	// A reader gives a hundred or so at a time, and an empty list at the end.
	for (;;) {
		const some = await new Promise<FileSystemEntry[] | null>((take) =>
			reader.readEntries(take, () => take(null))
		);
		if (some === null) found.unread.push(path);
		if (some === null || some.length === 0) return;
		for (const one of some) if (!isByTheWay(one.name)) await gather(one, path, found);
	}
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
	return entry.isFile;
}

/** What was pasted: files as they are, else the text as a file that is named by the time. */
export function pasted(data: DataTransfer, folder: string, now: Date): Arriving[] {
	if (data.files.length > 0) {
		return [...data.files].map((file) => ({
			file,
			// A picture from the clipboard has no name of its own.
			path: inFolder(folder, /^image\.\w+$/.test(file.name) ? `Pasted ${stamp(now)} ${file.name}` : file.name)
		}));
	}
	const text = data.getData('text/plain');
	if (text.trim() === '') return [];
	const name = `Pasted ${stamp(now)}.txt`;
	return [{ file: new File([text], name, { type: 'text/plain' }), path: inFolder(folder, name) }];
}

function stamp(now: Date): string {
	const two = (number: number) => String(number).padStart(2, '0');
	const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
	return `${day} ${two(now.getHours())}.${two(now.getMinutes())}.${two(now.getSeconds())}`;
}
