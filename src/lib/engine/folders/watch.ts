import type { ConnectedFolder } from '$lib/storage';

/** Where the browser has it, it tells of changes on disk; not in the standard types yet. */
interface Observer {
	observe(handle: FileSystemDirectoryHandle, how: { recursive: boolean }): Promise<void>;
	disconnect(): void;
}

/** Changes come in bursts; so long after the last one, ms, they are looked at together. */
const QUIET_MS = 800;

/** Hears of changes in folders. Where the browser tells of none, screens and runs look by themselves. */
export class FolderWatch {
	readonly #watched = new Map<string, Observer>();
	#later: ReturnType<typeof setTimeout> | undefined;

	constructor(private readonly onChange: () => void) {}

	/** Watches these folders and no others. */
	async follow(folders: readonly ConnectedFolder[]): Promise<void> {
		for (const [id, observer] of this.#watched) {
			if (folders.some((folder) => folder.id === id)) continue;
			observer.disconnect();
			this.#watched.delete(id);
		}
		const { FileSystemObserver } = globalThis as {
			FileSystemObserver?: new (hear: () => void) => Observer;
		};
		if (!FileSystemObserver) return;
		for (const { id, handle } of folders) {
			if (this.#watched.has(id)) continue;
			const observer = new FileSystemObserver(() => this.#hear());
			this.#watched.set(id, observer);
			// Some disks cannot be watched.
			await observer.observe(handle, { recursive: true }).catch(() => undefined);
		}
	}

	stop(): void {
		clearTimeout(this.#later);
		for (const observer of this.#watched.values()) observer.disconnect();
		this.#watched.clear();
	}

	#hear(): void {
		clearTimeout(this.#later);
		this.#later = setTimeout(this.onChange, QUIET_MS);
	}
}
