import type { Source, WebllmConfig } from './record';

/**
 * The files of a model on this device, in the caches that WebLLM looks in. It finds everything there and asks for nothing
 * itself: what is put there was fetched through the guard, and held against its size and sum first.
 */

/** Names that WebLLM gives its caches. */
export type Shelf = 'webllm/config' | 'webllm/wasm' | 'webllm/model';

/** One file of a model: where it comes from, under which name it is kept. */
export interface ModelFile {
	/** As a person may be told it, such as `params_shard_3.bin`. */
	name: string;
	url: string;
	key: string;
	shelf: Shelf;
	/** Bytes, and MD5 in hex, as the model's own list says; null where it does not. */
	bytes: number | null;
	md5: string | null;
}

/** Written last: what stands in it was all there and right. */
export interface Inventory {
	id: string;
	files: string[];
	/** Of all files together. */
	bytes: number;
	/** ms since 1970. */
	at: number;
	/** How it was chosen; absent where an earlier release put it here. */
	config?: WebllmConfig;
}

const SHELVES: Shelf[] = ['webllm/config', 'webllm/wasm', 'webllm/model'];
const INVENTORY = 'galley-inventory.json';

export function libraryFile(source: Source): ModelFile {
	const { library: url, kept } = source;
	const name = new URL(url).pathname.split('/').at(-1) ?? 'library.wasm';
	return { name, url, key: kept.library, shelf: 'webllm/wasm', bytes: null, md5: null };
}

/** What the model says of itself. */
export function configFile(source: Source): ModelFile {
	return fileOf(source, 'mlc-chat-config.json', 'webllm/config');
}

/** A file that lies beside the others; `name` is relative to them. */
export function fileOf(
	source: Source,
	name: string,
	shelf: Shelf,
	facts: Pick<ModelFile, 'bytes' | 'md5'> = { bytes: null, md5: null }
): ModelFile {
	const [url, key] = [source.files, source.kept.files].map((base) => new URL(name, base).href);
	return { name, url: url ?? '', key: key ?? '', shelf, ...facts };
}

/** Puts a file there, once its stream has ended well; nothing of it is kept otherwise. */
export async function keep(file: ModelFile, body: ReadableStream<Uint8Array>, media: string): Promise<void> {
	const cache = await caches.open(file.shelf);
	await cache.put(file.key, new Response(body, { headers: { 'content-type': media } }));
}

export async function isKept(file: ModelFile): Promise<boolean> {
	return (await (await caches.open(file.shelf)).match(file.key)) !== undefined;
}

export async function keptText(file: ModelFile): Promise<string | null> {
	const found = await (await caches.open(file.shelf)).match(file.key);
	return found ? found.text() : null;
}

/** The context that a model's own files name, tokens; null while they are not here or do not say. */
export async function contextKept(source: Source): Promise<number | null> {
	const text = await keptText(configFile(source));
	try {
		const { context_window_size: context } = JSON.parse(text ?? '') as { context_window_size?: unknown };
		return typeof context === 'number' && context > 0 ? context : null;
	} catch {
		return null;
	}
}

/** What a finished download left, or null while the model is not whole. */
export async function inventoryOf(source: Source): Promise<Inventory | null> {
	const text = await keptText(inventoryFile(source));
	return text === null ? null : (JSON.parse(text) as Inventory);
}

/** Every model that is whole on this device, in the order of their names. For pages too. */
export async function keptModels(): Promise<Inventory[]> {
	const cache = await caches.open('webllm/config');
	const notes = (await cache.keys()).filter(({ url }) => url.endsWith(`/${INVENTORY}`));
	const found = await Promise.all(
		notes.map(async (note) => (await cache.match(note))?.json() as Promise<Inventory> | undefined)
	);
	return found.flatMap((one) => one ?? []).sort((a, b) => a.id.localeCompare(b.id));
}

export async function writeInventory(source: Source, inventory: Inventory): Promise<void> {
	const text = JSON.stringify(inventory);
	const body = new Response(text).body;
	if (body) await keep(inventoryFile(source), body, 'application/json');
}

/** Deletes everything of a model, whole or not; the inventory first, so that half a model never counts as one. */
export async function forget(source: Source): Promise<void> {
	const home = new URL(source.kept.files).origin;
	for (const shelf of SHELVES) {
		const cache = await caches.open(shelf);
		if (shelf === 'webllm/config') await cache.delete(inventoryFile(source).key);
		const own = (await cache.keys()).filter(({ url }) => url.startsWith(`${home}/`));
		await Promise.all(own.map((request) => cache.delete(request)));
	}
}

/** Deletes the files of every model. */
export async function forgetAll(): Promise<void> {
	await Promise.all(SHELVES.map((shelf) => caches.delete(shelf)));
}

function inventoryFile(source: Source): ModelFile {
	return fileOf(source, INVENTORY, 'webllm/config');
}
