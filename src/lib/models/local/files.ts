import { fail, failure, hashOf, MODELS_CHANNEL, ok, unexpected, type Failure, type Result } from '$lib/core';
import { asking, downloadFetch } from '$lib/egress';
import { bringIn } from './bring-in';
import { download } from './download';
import {
	addToLedger,
	anyWeightsOf,
	listModels as listFolders,
	readLedger,
	readModel,
	removeAll,
	removeModel as removeFolder,
	writeModel
} from './folder';
import { LLAMA, unloadLlama } from './llama';
import { forgetAllLoading, forgetLoading, leftBehind } from './loading-marker';
import {
	chunkCount,
	chunkRange,
	type DownloadRow,
	type LocalModel,
	type ModelNews,
	type ModelWork
} from './model';
import { sha } from './part';
import { wishForSeat } from './seat';
import { forgetAll } from '../webllm/kept';

/** What is to be downloaded. Facts that nobody knows are left out. */
export interface DownloadWish {
	url: string;
	/** The file's name, or that of its host, where it is not said. */
	title?: string;
	catalogueId?: string;
	size?: number;
	/** SHA-256 of the whole file, in hex. */
	sha256?: string;
	hashFrom?: 'catalogue' | 'host';
	/** Name of the call, under which its requests stand in the ledger; the engine gives it. */
	call?: string;
}

/** A model with what is going on about it. */
export interface ModelState extends LocalModel {
	/** The tab ended while it was being loaded; it is not loaded again before the person says so. */
	endedLoading: boolean;
}

/** Everything about model files; the model worker carries it out. All of it settles, with sentences for people. */
export interface ModelFilesApi {
	listModels(): Promise<ModelState[]>;
	/** Begins or goes on; settles when the file is whole and right, or with what stopped it. */
	downloadModel(wish: DownloadWish): Promise<Result<LocalModel>>;
	/** Stops whatever is being done with the file. */
	stopModel(key: string): Promise<void>;
	/** Reads the file again and holds it against its hashes; damaged chunks are struck, so that `download` mends them. */
	checkModel(key: string): Promise<Result<LocalModel>>;
	bringInModel(file: File): Promise<Result<LocalModel>>;
	removeModel(key: string): Promise<Result<void>>;
	/** Every model of this device, WebLLM's too, whole or not, and what is noted of them. */
	removeAllModels(): Promise<Result<void>>;
	/** The person wants it loaded again after it ended a tab. */
	allowModel(key: string): Promise<void>;
	modelDownloads(): Promise<DownloadRow[]>;
}

/** How often progress is told, ms. */
const TELL_EVERY_MS = 200;
/** How long another tab may take to let a model go that it does not need, ms. */
const LET_GO_MS = 3_000;

/** @param realFetch the unguarded one; each download gets it wrapped for its one host */
export function modelFiles(realFetch: typeof globalThis.fetch): ModelFilesApi {
	const news = new BroadcastChannel(MODELS_CHANNEL);
	const working = new Map<string, AbortController>();

	/** Work on a file, alone among all tabs; the news of it go to every tab. */
	async function alone<T>(
		key: string,
		work: (signal: AbortSignal, tell: (work: ModelWork) => void) => Promise<Result<T>>
	): Promise<Result<T>> {
		if (working.has(key)) return fail(busy());
		const stop = new AbortController();
		working.set(key, stop);
		let toldAt = 0;
		const tell = (now: ModelWork) => {
			if (now.waiting === null && performance.now() - toldAt < TELL_EVERY_MS) return;
			toldAt = performance.now();
			news.postMessage({ key, work: now } satisfies ModelNews);
		};
		try {
			await unloadLlama(key);
			return await withFile(key, () => work(stop.signal, tell));
		} catch (cause) {
			if (cause instanceof DOMException && cause.name === 'AbortError') return fail(stopped());
			return fail(unexpected(cause, 'working on a model file'));
		} finally {
			working.delete(key);
			news.postMessage({ key, work: null } satisfies ModelNews);
		}
	}

	return {
		async listModels() {
			const models = await listFolders();
			return Promise.all(
				models.map(async (model) => ({ ...model, endedLoading: (await leftBehind(model.key)) !== null }))
			);
		},
		downloadModel(wish) {
			const key = keyOf(wish.url);
			return alone(key, async (signal, tell) => {
				const model = { ...((await readModel(key)) ?? started(key, wish)), url: wish.url };
				if (model.state === 'ready') return ok(model);
				if (!(await readModel(key))) await writeModel(model);
				const row: DownloadRow = {
					at: Date.now(),
					hosts: [new URL(wish.url).host],
					requests: 0,
					received: 0,
					purpose: 'model download',
					model: model.title
				};
				const fetch = downloadFetch(realFetch, {
					agreed: [new URL(wish.url).origin],
					asking: asking('download', wish.call ?? key),
					onPart({ answered, received }) {
						row.requests += 1;
						row.received += received;
						const host = answered === null ? null : new URL(answered).host;
						if (host && !row.hosts.includes(host)) row.hosts.push(host);
					}
				});
				try {
					return await download(model, { fetch, signal, tell });
				} finally {
					await addToLedger(row).catch(() => undefined);
				}
			});
		},
		async stopModel(key) {
			working.get(key)?.abort();
		},
		checkModel: (key) => alone(key, (signal, tell) => check(key, signal, tell)),
		bringInModel(file) {
			const key = keyOf(file.name, `${file.size}`);
			return alone(key, async (signal, tell) => {
				const there = await readModel(key);
				if (there?.state === 'ready') return ok(there);
				const model = {
					...started(key, { url: '', title: titleOf(file.name) }),
					file: file.name,
					size: file.size
				};
				const onBytes = (done: number) =>
					tell({ doing: 'bringing-in', done, total: file.size, speed: null, waiting: null });
				return bringIn({ ...model, url: null }, file, onBytes, signal);
			});
		},
		async removeModel(key) {
			working.get(key)?.abort();
			return alone(key, async () => {
				await removeFolder(key);
				await forgetLoading(key);
				return ok(undefined);
			});
		},
		async removeAllModels() {
			for (const stop of working.values()) stop.abort();
			try {
				await unloadLlama();
				await Promise.all([removeAll(), forgetAllLoading(), forgetAll()]);
				return ok(undefined);
			} catch (cause) {
				return fail(notAllGone(cause));
			}
		},
		async allowModel(key) {
			await forgetLoading(key);
			news.postMessage({ key, work: null } satisfies ModelNews);
		},
		modelDownloads: readLedger
	};
}

/** Does the work while no tab uses the file. One that has it in memory without need is asked to let it go. */
async function withFile<T>(key: string, work: () => Promise<Result<T>>): Promise<Result<T>> {
	const name = `galley-model:${key}`;
	const unlessBusy = (held: Lock | null) => (held ? work() : null);
	const done = await navigator.locks.request(name, { ifAvailable: true }, unlessBusy);
	if (done) return done;
	wishForSeat(LLAMA);
	const patience = AbortSignal.timeout(LET_GO_MS);
	try {
		return await navigator.locks.request(name, { signal: patience }, work);
	} catch (cause) {
		if (patience.aborted && cause === patience.reason) return fail(busy());
		throw cause;
	}
}

async function check(
	key: string,
	signal: AbortSignal,
	tell: (work: ModelWork) => void
): Promise<Result<LocalModel>> {
	const model = await readModel(key);
	const file = model && (await anyWeightsOf(key));
	if (!model || !file || model.size === null) return fail(gone());
	const chunks: (string | null)[] = [];
	for (let index = 0; index < chunkCount(model.size); index += 1) {
		signal.throwIfAborted();
		const { start, length } = chunkRange(index, model.size);
		const bytes = new Uint8Array(await file.slice(start, start + length).arrayBuffer());
		const hash = bytes.length === length ? await sha(bytes) : null;
		const known = model.known?.[index] ?? model.chunks[index];
		chunks.push(hash === known ? hash : null);
		tell({ doing: 'checking', done: start + length, total: model.size, speed: null, waiting: null });
	}
	const bad = chunks.filter((hash) => hash === null).length;
	const checked: LocalModel = {
		...model,
		chunks,
		checkedAt: Date.now(),
		state: bad === 0 ? model.state : model.state === 'partial' ? 'partial' : 'damaged',
		failure: bad === 0 ? null : model.state === 'partial' ? model.failure : damagedBy(bad, model)
	};
	await writeModel(checked);
	return ok(checked);
}

/** A folder's name: the file's, for people who look there, and a piece of a hash that tells two of the same name apart. */
function keyOf(place: string, more = ''): string {
	const name = (URL.canParse(place) ? new URL(place).pathname : place).split('/').pop() ?? 'model';
	const plain = name
		.replace(/\.gguf$/i, '')
		.replace(/[^a-z0-9]+/gi, '-')
		.toLowerCase()
		.slice(0, 48);
	return `${plain.replace(/^-|-$/g, '') || 'model'}-${hashOf(place + more).slice(0, 8)}`;
}

/** The last part of an address, as people read it; as it stands where its percent signs stand for nothing. */
function nameIn({ pathname }: URL): string {
	const name = pathname.split('/').pop() ?? '';
	try {
		return decodeURIComponent(name);
	} catch {
		return name;
	}
}

function titleOf(name: string): string {
	return name.replace(/\.gguf$/i, '');
}

function started(key: string, wish: DownloadWish): LocalModel {
	const address = URL.canParse(wish.url) ? new URL(wish.url) : null;
	const file = address ? nameIn(address) : '';
	return {
		key,
		title: wish.title ?? (titleOf(file) || address?.host || key),
		file: file || key,
		url: wish.url,
		catalogueId: wish.catalogueId ?? null,
		state: 'partial',
		size: wish.size ?? null,
		chunks: [],
		known: null,
		sha256: wish.sha256 ?? null,
		hashFrom: wish.sha256 ? (wish.hashFrom ?? 'host') : null,
		version: null,
		failure: null,
		gguf: null,
		checkedAt: null,
		trial: null
	};
}

function busy(): Failure {
	return failure(
		'model-file.busy',
		'Something is being done with this model just now: a run uses it, or another tab works on it. Nothing was changed; wait for that, or stop it, and try again.'
	);
}

function notAllGone(cause: unknown): Failure {
	return failure(
		'model-file.not-deleted',
		'Not every model could be deleted: another tab uses one, or downloads one. Close the other tabs of Galley and delete once more.',
		{ retryable: true, details: { said: cause instanceof Error ? cause.message : String(cause) } }
	);
}

function stopped(): Failure {
	return failure('model-file.paused', 'Stopped. Nothing was changed that had been whole.');
}

function gone(): Failure {
	return failure(
		'model-file.gone',
		'There is no file of this model on this device any more. Download it again, or delete the entry.'
	);
}

function damagedBy(count: number, { url }: LocalModel): Failure {
	const parts = count === 1 ? 'One part' : `${count} parts`;
	return failure(
		'model-file.damaged',
		`${parts} of the file changed on the disk since it was whole. It is not used any more. ${url ? 'Mend it: only those parts are downloaded again.' : 'Bring the file in again.'}`,
		{ details: { parts: count } }
	);
}
