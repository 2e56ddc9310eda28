import type { Arriving } from '$lib/app';
import { inFolder, isByTheWay } from '$lib/run';

/** Files that were chosen; of a chosen folder, with their place in it. */
export function chosen(files: Iterable<File>, folder: string): Arriving[] {
	return [...files].map((file) => ({ file, path: inFolder(folder, file.webkitRelativePath || file.name) }));
}

/**
 * Everything that was dropped, folders with all that is in them. The list has to be taken from the event before anything
 * is awaited: the browser empties it.
 */
export function dropped(transfer: DataTransfer, folder: string): Promise<Arriving[]> {
	const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry?.() ?? []);
	if (entries.length === 0) return Promise.resolve(chosen(transfer.files, folder));
	return Promise.all(entries.map((entry) => below(entry, folder))).then((found) => found.flat());
}

async function below(entry: FileSystemEntry, folder: string): Promise<Arriving[]> {
	if (isFile(entry)) {
		const file = await new Promise<File | null>((take) => entry.file(take, () => take(null)));
		return file ? [{ file, path: inFolder(folder, entry.name) }] : [];
	}
	const reader = (entry as FileSystemDirectoryEntry).createReader();
	const found: Arriving[] = [];
	// A reader gives a hundred or so at a time, and an empty list at the end.
	for (;;) {
		const some = await new Promise<FileSystemEntry[]>((take) => reader.readEntries(take, () => take([])));
		if (some.length === 0) return found;
		for (const one of some)
			if (!isByTheWay(one.name)) found.push(...(await below(one, inFolder(folder, entry.name))));
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
