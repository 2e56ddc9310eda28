import type { Table } from 'dexie';
import { ReopeningDexie } from './reopening';

/** What the standard types do not have yet. */
interface Permitting {
	queryPermission?: (wish: { mode: FolderMode }) => Promise<PermissionState>;
}
type FolderMode = 'read' | 'readwrite';

/** What the last look at a folder found. */
export interface FolderLook {
	/** ms since 1970. */
	at: number;
	/** `no-leave`: the browser has to be asked again; `gone`: it is not where it was; `emptied`: all files left at once. */
	state: 'here' | 'no-leave' | 'gone' | 'emptied';
	/** Whether something may be written to it. */
	writable: boolean;
	/** Number of files in it that are followed. */
	files: number;
	/** What was not read or not written, and why. */
	problems: { path: string; message: string }[];
	/** Library paths of approved outputs that are not in it yet. */
	waiting: string[];
}

/** A folder of the person's disk that Galley was given. */
export interface ConnectedFolder {
	id: string;
	/** `library`: its files are read and outputs are written to it; `backups`: it only gets backups. */
	use: 'library' | 'backups';
	/** The browser's own; the leave that goes with it can be lost. */
	handle: FileSystemDirectoryHandle;
	/** The folder of the library that it stands for; empty for backups. */
	path: string;
	/** ms since 1970. */
	connectedAt: number;
	look: FolderLook | null;
	/** For backups: the files that Galley wrote, the oldest first, when the last was done (ms since 1970), how far it went. */
	backups?: { names: string[]; doneAt: number; lengths: Record<string, number> };
}

/** A file of a connected folder, as it was when it was last read or written. */
export interface FolderFile {
	folder: string;
	/** Where it lies in the folder, with `/` between. */
	name: string;
	/** Where it lies in the library. */
	path: string;
	/** Bytes. */
	size: number;
	/** When it was last changed, as the disk says, ms since 1970. */
	modified: number;
	hash: string;
	/** True for what Galley wrote, for as long as nobody else changed it. */
	isOurs: boolean;
}

class FolderDatabase extends ReopeningDexie {
	declare readonly folders: Table<ConnectedFolder, string>;
	declare readonly files: Table<FolderFile, [string, string]>;
	/** Ids of library entries. */
	declare readonly expected: Table<{ id: string }, string>;

	constructor(name: string) {
		super(name);
		this.version(1).stores({ folders: 'id, use', files: '[folder+name], folder', expected: 'id' });
	}
}

/**
 * The folders that are connected, and what was seen in them. A database of its own: handles belong to this browser, so
 * they are in no history, journal or backup. Methods reject with what IndexedDB says.
 */
export class FolderBook {
	readonly #database: FolderDatabase;

	constructor(name = 'galley-folders') {
		this.#database = new FolderDatabase(name);
	}

	all(use?: ConnectedFolder['use']): Promise<ConnectedFolder[]> {
		const { folders } = this.#database;
		return use ? folders.where('use').equals(use).toArray() : folders.toArray();
	}

	get(id: string): Promise<ConnectedFolder | undefined> {
		return this.#database.folders.get(id);
	}

	async put(folder: ConnectedFolder): Promise<void> {
		await this.#database.folders.put(folder);
	}

	/** Nothing happens where it was disconnected meanwhile. */
	async change(id: string, change: Partial<Omit<ConnectedFolder, 'id'>>): Promise<void> {
		await this.#database.folders.update(id, change);
	}

	/** Forgets a folder and what was seen in it. */
	async remove(id: string): Promise<void> {
		const { folders, files } = this.#database;
		await this.#database.transaction('rw', folders, files, async () => {
			await folders.delete(id);
			await files.where('folder').equals(id).delete();
		});
	}

	files(folder: string): Promise<FolderFile[]> {
		return this.#database.files.where('folder').equals(folder).toArray();
	}

	async putFiles(files: readonly FolderFile[]): Promise<void> {
		await this.#database.files.bulkPut([...files]);
	}

	async removeFiles(folder: string, names: readonly string[]): Promise<void> {
		await this.#database.files.bulkDelete(names.map((name): [string, string] => [folder, name]));
	}

	/**
	 * An output of this device is about to be saved under this id, and belongs into a folder once it is. Whatever else gets
	 * into the library, such as an import, is never expected.
	 */
	async expect(id: string): Promise<void> {
		await this.#database.expected.put({ id });
	}

	async expected(): Promise<string[]> {
		return this.#database.expected.toCollection().primaryKeys();
	}

	async fulfil(ids: readonly string[]): Promise<void> {
		await this.#database.expected.bulkDelete([...ids]);
	}

	/** Forgets what was seen, so that everything is read anew; for a library that became another one. */
	async forgetFiles(): Promise<void> {
		await this.#database.files.clear();
	}

	async wipe(): Promise<void> {
		const { folders, files, expected } = this.#database;
		await Promise.all([folders.clear(), files.clear(), expected.clear()]);
	}

	close(): void {
		this.#database.close();
	}
}

/** Whether a folder may be used so just now, without asking anybody. */
export async function mayUse(handle: FileSystemDirectoryHandle, mode: FolderMode): Promise<boolean> {
	const { queryPermission } = handle as Permitting;
	if (!queryPermission) return true;
	return (await queryPermission.call(handle, { mode })) === 'granted';
}
