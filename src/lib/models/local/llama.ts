import { sayBytes } from '../bytes';
import type { LoadedContextInfo, Wllama } from '@wllama/wllama/esm/index.js';
import { READY, type LoadingProgress } from '../contract';
import { readModel, weightsOf, writeModel } from './folder';
import { leftBehind, marked } from './loading-marker';
import { findAdapter } from '../device';
import type { LocalModel } from './model';
import { withOwnWorker } from './nested';
import { ModelRefused } from '../refused';
import { cannotLoad, damaged, loadKilled, loadTimedOut, missing, trialFailed } from './refused';
import { watchdog } from '../watchdog';
import { seatOf } from './seat';
import { tryOut } from './trial';
import { whyNotGraphics } from './verdict';
import { Watched } from './watched';

/** A load that reads nothing for so long is given up, seconds. The runtime hangs for ever where it is not allowed to start. */
const SILENT_SECONDS = 90;
/** One answer of a model that is tried may take so long, seconds: a big one on a slow processor writes a word in two. */
const TRIAL_SECONDS = 240;
/** Tokens of a prompt that are worked through between two looks at whether the call was given up. */
const BATCH = 128;
/** How long a call may take to stop when asked to, before the runtime is ended under it, ms. */
const GRACE_MS = 1_500;

/** Name of the runtime, under which tabs take turns. */
export const LLAMA = 'wllama';

/** Which model, and how it is to be run. */
export interface LlamaWish {
	key: string;
	/** Tokens of prompt and answer together. */
	context: number;
	/** False: on the processor, even where there is a graphics processor that could. */
	graphics: boolean;
}

/** A model that is in memory. */
export interface Llama {
	runtime: Wllama;
	info: LoadedContextInfo;
	title: string;
	/** Tokens that it was loaded for. */
	context: number;
	/** True where the graphics processor does it. */
	graphics: boolean;
}

type OnLoading = (progress: LoadingProgress) => void;

interface Loaded extends Llama {
	wish: LlamaWish;
	/** Gives the file free for being deleted. */
	release: () => void;
}

let loaded: Loaded | null = null;
let turn: Promise<unknown> = Promise.resolve();
/** Had from before a model is loaded until it is out of memory. */
const seat = seatOf(LLAMA, () => unloadLlama());

/**
 * Loads the model, unless it is the one in memory, and uses it. One call at a time, one model at a time: whoever comes
 * meanwhile waits. Rejects with `ModelRefused`, or with an AbortError as soon as `signal` fires; a call that does not
 * stop by itself then has the runtime ended under it, and the next one loads anew.
 */
export function withLlama<T>(
	wish: LlamaWish,
	signal: AbortSignal,
	onLoading: OnLoading,
	use: (llama: Llama) => Promise<T>
): Promise<T> {
	const mine = turn.then(async () => {
		signal.throwIfAborted();
		return stoppable(signal, async () => use(await ready(wish, signal, onLoading)));
	});
	turn = mine.catch(() => undefined);
	return mine;
}

/** Takes the model out of memory, once whoever uses it is done; without a key whichever is there. */
export function unloadLlama(key?: string): Promise<void> {
	const mine = turn.then(() => (key === undefined || loaded?.wish.key === key ? unload() : undefined));
	turn = mine.catch(() => undefined);
	return mine;
}

async function stoppable<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
	let timer: ReturnType<typeof setTimeout> | undefined;
	let giveUp: (cause: Error) => void = () => undefined;
	const ended = new Promise<never>((_, reject) => (giveUp = reject));
	const onAbort = () => {
		timer = setTimeout(() => {
			void unload();
			giveUp(new DOMException('The call was given up.', 'AbortError'));
		}, GRACE_MS);
	};
	signal.addEventListener('abort', onAbort, { once: true });
	try {
		return await Promise.race([work(), ended]);
	} catch (cause) {
		// The runtime says so when it broke down; nothing can be asked of it any more.
		if (cause instanceof Error && cause.name === 'RuntimeError') await unload();
		throw cause;
	} finally {
		// A call that is done is aborted too, by whoever tidies up; the next one must not suffer for it.
		signal.removeEventListener('abort', onAbort);
		clearTimeout(timer);
	}
}

async function unload(): Promise<void> {
	const gone = loaded;
	loaded = null;
	await gone?.runtime.exit();
	gone?.release();
	seat.leave();
}

async function ready(wish: LlamaWish, signal: AbortSignal, onLoading: OnLoading): Promise<Llama> {
	if (loaded && sameWish(loaded.wish, wish)) return loaded;
	await unload();
	const model = await readModel(wish.key);
	const file = model?.state === 'ready' ? await weightsOf(wish.key) : null;
	if (!model || !file) throw new ModelRefused(missing());
	if (model.size !== null && file.size !== model.size)
		throw new ModelRefused(damaged('it is shorter than it was'));
	await seat.take(signal, onLoading);
	const release = await holdFile(wish.key);
	const stopped = stoppedBy(signal);
	try {
		loaded = await once(wish.key, model.title, async () => {
			const llama: Loaded = {
				...(await load(wish, model.gguf?.largest ?? null, file, stopped, onLoading)),
				title: model.title,
				wish,
				release
			};
			await sound(llama, model, stopped, onLoading);
			return llama;
		});
		onLoading(READY);
		return loaded;
	} catch (cause) {
		release();
		seat.leave();
		throw cause;
	}
}

/** Tries the model out and keeps the verdict; rejects, with the runtime ended, when it is not a good one. */
async function sound(
	llama: Loaded,
	model: LocalModel,
	stopped: Promise<never>,
	onLoading: OnLoading
): Promise<void> {
	const slow = watchdog(TRIAL_SECONDS * 1000, loadTimedOut);
	try {
		const begin = () => onLoading({ phase: 'check', text: 'Trying the model out' });
		const trial = await Promise.race([slow.over, stopped, tryOut(llama, model.trial, begin, slow.heard)]);
		if (trial !== model.trial) await writeModel({ ...model, trial }).catch(() => undefined);
		if (trial.problem !== null) throw new ModelRefused(trialFailed(trial.problem));
	} catch (cause) {
		await llama.runtime.exit();
		throw told(cause);
	} finally {
		slow.end();
	}
}

/** Rejects when the call is given up: a model that nobody waits for is not loaded beside the next one. */
function stoppedBy(signal: AbortSignal): Promise<never> {
	const stopped = new Promise<never>((_, reject) => {
		const stop = () => reject(new DOMException('The call was given up.', 'AbortError'));
		if (signal.aborted) stop();
		signal.addEventListener('abort', stop, { once: true });
	});
	stopped.catch(() => undefined);
	return stopped;
}

/** Why a model was not loaded; that the call was given up is no failure of it. */
function told(cause: unknown): unknown {
	const isKnown =
		cause instanceof ModelRefused || (cause instanceof DOMException && cause.name === 'AbortError');
	return isKnown ? cause : new ModelRefused(cannotLoad(said(cause)));
}

const said = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause));

const sameWish = (a: LlamaWish, b: LlamaWish) =>
	a.key === b.key && a.context === b.context && a.graphics === b.graphics;

/** Keeps the model from being deleted or mended in any tab. Settles with what gives it free. */
function holdFile(key: string): Promise<() => void> {
	return new Promise((resolve) => {
		void navigator.locks.request(
			`galley-model:${key}`,
			{ mode: 'shared' },
			() => new Promise<void>((release) => resolve(release))
		);
	});
}

/** A tab that ended in the middle had no memory for the model, and the next would not have it either: a person decides. */
async function once<T>(key: string, title: string, load: () => Promise<T>): Promise<T> {
	if (await leftBehind(key)) throw new ModelRefused(loadKilled(title, 'the Models page'));
	return marked({ key, title, at: Date.now() }, load);
}

/** @param largest the model's largest tensor, bytes; null is unknown */
async function load(
	wish: LlamaWish,
	largest: number | null,
	file: File,
	stopped: Promise<never>,
	onLoading: OnLoading
): Promise<Omit<Llama, 'title'>> {
	const why = wish.graphics ? whyNotGraphics(await findAdapter(), largest) : null;
	const graphics = wish.graphics && why === null;
	const start = 'Starting the model’s runtime';
	onLoading({ phase: 'compile', text: why === null ? start : `${start}. ${why}, so the processor does it` });
	const silence = watchdog(SILENT_SECONDS * 1000, loadTimedOut);
	const { LoggerWithoutDebug, Wllama } = await Promise.race([
		import('@wllama/wllama/esm/index.js'),
		silence.over
	]);
	// The path is never fetched: our own worker knows its file. No part ever comes from another host.
	const runtime = new Wllama(
		{ default: '/' },
		{ suppressNativeLog: true, logger: quiet(LoggerWithoutDebug) }
	);
	runtime.setCompat(null);
	const watched = new Watched(file, (done) => {
		silence.heard();
		onLoading({ phase: 'read', done, total: file.size, text: sayRead(done, file.size) });
	});
	try {
		await Promise.race([
			silence.over,
			stopped,
			withOwnWorker(!graphics, () =>
				runtime.loadModel([watched as unknown as Blob], {
					n_ctx: wish.context,
					n_batch: BATCH,
					n_ubatch: BATCH,
					n_parallel: 1,
					jinja: true,
					reasoning_format: 'none',
					...(graphics ? {} : { n_gpu_layers: 0 })
				})
			)
		]);
		const info = runtime.getLoadedContextInfo();
		// A cut or foreign file loads without a word, with no words in it.
		if (!(info.n_vocab > 0)) throw new ModelRefused(damaged('it is cut off, or no model'));
		return { runtime, info, graphics, context: Math.min(info.n_ctx, wish.context) };
	} catch (cause) {
		await runtime.exit().catch(() => undefined);
		throw told(cause);
	} finally {
		silence.end();
	}
}

const quiet = <L extends object>(logger: L) => ({
	...logger,
	debug: () => undefined,
	log: () => undefined,
	warn: () => undefined,
	error: () => undefined
});

function sayRead(done: number, total: number): string {
	return total < 1e6
		? 'Loading the model'
		: `Loading the model, ${sayBytes(Math.min(done, total))} of ${sayBytes(total)}`;
}
