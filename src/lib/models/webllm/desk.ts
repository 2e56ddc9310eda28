import { ok, type Failure, type Result } from '$lib/core';
import { asking, downloadFetch, type DownloadedPart } from '$lib/egress';
import type { LoadingProgress } from '../contract';
import { addToLedger } from '../local/folder';
import { forgetLoading, leftBehind } from '../local/loading-marker';
import { findAdapter, roomHere, type Adapter, type Room } from '../device';
import { judge } from './judge';
import { contextKept, forget, inventoryOf, libraryFile, type Inventory } from './kept';
import { markerKey, originsOf, sourceOf, type WebllmConfig } from './record';
import type { Supply } from './take-in';

/** What can be known of a model before it is downloaded or loaded. Plain data. */
export interface WebllmLook {
	id: string;
	/** The hosts that a download asks; a person agrees to these. */
	origins: string[];
	/** Tokens of prompt and answer together; null while nobody knows. */
	context: number | null;
	/** Its compiled library, by the file's name. */
	library: string;
	/** Memory on the graphics device, bytes; null is unknown. */
	memory: number | null;
	needsF16: boolean;
	/** The graphics device; null where there is none. */
	adapter: Adapter | null;
	room: Room;
	/** Why this device cannot run it; null where nothing speaks against it. */
	verdict: Failure | null;
	/** Null while it is not whole on this device. */
	kept: Inventory | null;
	/** When a tab that then ended began to load it, ms since 1970; null where none did. */
	killedAt: number | null;
}

/** A download, and what went over the network for it. */
export interface WebllmDownloaded {
	result: Result<Inventory>;
	requests: number;
	/** Bytes that came. */
	received: number;
	/** Origins that were asked or answered, in their order. */
	origins: string[];
}

/** What a page may ask of the model worker about WebLLM's models. */
export interface WebllmDesk {
	look(config: WebllmConfig): Promise<Result<WebllmLook>>;
	/** Asks only the origins that the person agreed to, under the name of a call. One at a time; see `stop`. */
	download(
		call: string,
		config: WebllmConfig,
		agreed: string[],
		onLoading: (progress: LoadingProgress) => void
	): Promise<WebllmDownloaded>;
	/** Copies its files from a folder that the person chose; no network is needed. `stop` stops it too. */
	bringIn(
		config: WebllmConfig,
		files: File[],
		onLoading: (progress: LoadingProgress) => void
	): Promise<Result<Inventory>>;
	stop(): Promise<void>;
	/** Deletes its files from this device. */
	forget(config: WebllmConfig): Promise<Result<void>>;
	/** The person knows that a tab ended while it was loaded, and wants it loaded again. */
	allow(config: WebllmConfig): Promise<Result<void>>;
}

export function webllmDesk(fetch: typeof globalThis.fetch): WebllmDesk {
	let stop = new AbortController();
	return {
		async look(config) {
			const found = await sourceOf(config);
			if (!found.ok) return found;
			const source = found.value;
			const [adapter, room] = await Promise.all([findAdapter(), roomHere()]);
			return ok({
				id: source.id,
				origins: originsOf(source),
				context: source.context ?? (await contextKept(source)),
				library: libraryFile(source).name,
				memory: source.memory,
				needsF16: source.needsF16,
				adapter,
				room,
				verdict: judge(source, adapter, room),
				kept: await inventoryOf(source),
				killedAt: (await leftBehind(markerKey(source)))?.at ?? null
			});
		},

		async download(call, config, agreed, onLoading) {
			stop = new AbortController();
			const parts: DownloadedPart[] = [];
			const guarded = downloadFetch(fetch, {
				agreed,
				asking: asking('download', call),
				onPart: (part) => void parts.push(part)
			});
			const { fromNetwork } = await import('./from-network');
			const result = await fill(config, fromNetwork(guarded), stop.signal, onLoading);
			const origins = parts.flatMap(({ asked, answered }) => (answered ? [asked, answered] : [asked]));
			const received = parts.reduce((sum, part) => sum + part.received, 0);
			if (parts.length > 0) {
				const answered = parts.flatMap((part) => (part.answered ? [new URL(part.answered).host] : []));
				// A list that cannot be written, on a full disk say, must not make a failure of what went well.
				await addToLedger({
					...{ at: Date.now(), hosts: [...new Set(answered)], requests: parts.length, received },
					...{ purpose: 'model download', model: config.model }
				}).catch(() => undefined);
			}
			return { result, requests: parts.length, received, origins: [...new Set(origins)] };
		},

		async bringIn(config, files, onLoading) {
			stop = new AbortController();
			const { fromFolder } = await import('./from-folder');
			const folder = fromFolder(files);
			return folder.ok ? fill(config, folder.value, stop.signal, onLoading) : folder;
		},
		stop: async () => stop.abort(),

		async forget(config) {
			const found = await sourceOf(config);
			if (!found.ok) return found;
			await forget(found.value);
			return ok(undefined);
		},

		async allow(config) {
			const found = await sourceOf(config);
			if (!found.ok) return found;
			await forgetLoading(markerKey(found.value));
			return ok(undefined);
		}
	};
}

async function fill(
	config: WebllmConfig,
	supply: Supply,
	signal: AbortSignal,
	onLoading: (progress: LoadingProgress) => void
): Promise<Result<Inventory>> {
	const [found, { takeIn }] = await Promise.all([sourceOf(config), import('./take-in')]);
	if (!found.ok) return found;
	const taken = await takeIn(found.value, {
		...{ config, supply, signal, room: roomHere, now: () => Date.now() },
		onLoading: (progress) => void onLoading(progress)
	});
	// What runs it has to be here as well, or the model would be of no use once the network is gone.
	if (taken.ok) await import('./runtime').then(({ loadRuntime }) => loadRuntime()).catch(() => undefined);
	return taken;
}
