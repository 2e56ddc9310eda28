import { sayBytes } from '../bytes';
import type { InitProgressReport, MLCEngineInterface } from '@mlc-ai/web-llm';
import { READY, type LoadingProgress } from '../contract';
import { leftBehind, marked } from '../local/loading-marker';
import { loadKilled } from '../local/refused';
import { seatOf } from '../local/seat';
import { ModelRefused } from '../refused';
import { deviceLost, loadFailure, loadTimedOut, missing, stuck } from './failures';
import { findAdapter, roomHere } from '../device';
import { judge } from './judge';
import { forget, inventoryOf, type Inventory } from './kept';
import { markerKey, recordFor, type Source } from './record';
import { watchdog } from '../watchdog';
import { loadRuntime } from './runtime';
import { tryOut } from './trial';

/** What of WebLLM's engine is used. */
export type Engine = Pick<MLCEngineInterface, 'interruptGenerate'> & {
	chat: { completions: Pick<MLCEngineInterface['chat']['completions'], 'create'> };
};

/** How long loading may stand still, and how long a call that was told to stop may go on. */
const STILL_MS = 180_000;
const WIND_DOWN_MS = 10_000;

interface Held {
	source: Source;
	engine: Engine;
	/** Rejects when the graphics device is gone; settles in no other way. */
	lost: Promise<never>;
	unload(): Promise<void>;
}

// One model is held in a worker's life at a time: two would rarely fit, and each answers one call after the other.
let held: Held | null = null;
let turn: Promise<unknown> = Promise.resolve();
/** Set while a call that was told to stop has not: who waits behind it need not wait for ever. */
let overdue: Promise<never> | null = null;
/** Had from before a model is loaded until it is out of memory. */
const seat = seatOf('webllm', letGo);

/**
 * Loads the model if it is not the one that is held, and uses it alone: whoever comes meanwhile waits. Rejects with
 * {@link ModelRefused} for every failure that is known, also when the graphics device is lost under the call.
 */
export async function withEngine<T>(
	source: Source,
	signal: AbortSignal,
	onLoading: (progress: LoadingProgress) => void,
	use: (engine: Engine) => Promise<T>
): Promise<T> {
	const before = turn;
	const mine = before.then(async () => {
		signal.throwIfAborted();
		const { engine, lost } = await holdModel(source, signal, onLoading);
		signal.throwIfAborted();
		const using = use(engine);
		signal.addEventListener('abort', () => expectEnd(using, source.id), { once: true });
		return Promise.race([using, lost]);
	});
	turn = mine.catch(() => undefined);
	return overdue ? Promise.race([overdue, mine]) : mine;
}

/** Frees the graphics device once whoever uses it is done. */
function letGo(): Promise<void> {
	const mine = turn.then(unload);
	turn = mine.catch(() => undefined);
	return mine;
}

async function unload(): Promise<void> {
	const gone = held;
	held = null;
	await gone?.unload();
	seat.leave();
}

function expectEnd(using: Promise<unknown>, title: string): void {
	const timer = { id: undefined as ReturnType<typeof setTimeout> | undefined };
	const late = new Promise<never>((_, reject) => {
		timer.id = setTimeout(() => reject(new ModelRefused(stuck(title, WIND_DOWN_MS / 1000))), WIND_DOWN_MS);
	});
	late.catch(() => undefined);
	overdue = late;
	const ended = () => {
		clearTimeout(timer.id);
		if (overdue === late) overdue = null;
	};
	using.then(ended, ended);
}

async function holdModel(
	source: Source,
	signal: AbortSignal,
	onLoading: (progress: LoadingProgress) => void
): Promise<Held> {
	if (held && isSame(held.source, source)) return held;
	const inventory = await inventoryOf(source);
	if (!inventory) throw new ModelRefused(missing(source.id));
	const adapter = await findAdapter();
	const no = judge(source, adapter, await roomHere());
	if (no) throw new ModelRefused(no);
	const setting = `${adapter?.vendor} ${adapter?.architecture} ${navigator.userAgent}`;
	const key = markerKey(source);
	if (await leftBehind(key)) throw new ModelRefused(loadKilled(source.id, 'WebLLM’s page (under Models)'));
	await unload();
	await seat.take(signal, onLoading);
	try {
		held = await marked({ key, title: source.id, at: Date.now() }, () =>
			load(source, inventory, setting, onLoading)
		);
	} catch (cause) {
		seat.leave();
		const { failure, isDamaged } = loadFailure(cause, source.id);
		if (isDamaged) await forget(source);
		throw new ModelRefused(failure);
	}
	onLoading(READY);
	return held;
}

const isSame = (a: Source, b: Source) => a.kept.files === b.kept.files && a.context === b.context;

async function load(
	source: Source,
	inventory: Inventory,
	setting: string,
	onLoading: (progress: LoadingProgress) => void
): Promise<Held> {
	onLoading({ phase: 'read', text: `Starting ${source.id}` });
	const still = watchdog(STILL_MS, (seconds) => loadTimedOut(source.id, seconds));
	const { MLCEngine } = await Promise.race([loadRuntime(), still.over]);
	const watch = await watchDevice(source.id);
	try {
		const engine = new MLCEngine({
			appConfig: { model_list: [recordFor(source)], cacheBackend: 'cache' },
			logLevel: 'SILENT',
			initProgressCallback: (report) => {
				still.heard();
				const progress = progressOf(report, inventory.bytes);
				if (progress) onLoading(progress);
			}
		});
		await Promise.race([engine.reload(source.id), still.over, watch.lost]);
		onLoading({ phase: 'check', text: 'Trying the model out' });
		await Promise.race([tryOut(engine, source, setting), still.over, watch.lost]);
		watch.lost.catch(() => {
			if (held?.engine !== engine) return;
			held = null;
			seat.leave();
		});
		const unload = async () => {
			watch.end();
			await engine.unload();
		};
		return { source, engine, lost: watch.lost, unload };
	} catch (cause) {
		watch.end();
		throw cause;
	} finally {
		still.end();
	}
}

/**
 * A device of our own, which does nothing but be lost together with all others when the driver or the browser's process
 * for it ends. WebLLM's own is out of reach, and what it says of a loss is not always that.
 */
async function watchDevice(title: string) {
	const adapter = await navigator.gpu.requestAdapter();
	const device = await adapter?.requestDevice();
	const lost = new Promise<never>((_, reject) => {
		void device?.lost.then(({ reason, message }) => {
			if (reason !== 'destroyed') reject(new ModelRefused(deviceLost(title, message)));
		});
	});
	lost.catch(() => undefined);
	return { lost, end: () => device?.destroy() };
}

/** WebLLM tells its phases apart in words only, and each begins at nothing again. Null for what says nothing new. */
function progressOf({ progress, text }: InitProgressReport, bytes: number): LoadingProgress | null {
	if (text.startsWith('Loading model from cache')) {
		const done = Math.round(progress * bytes);
		return {
			phase: 'read',
			done,
			total: bytes,
			text: `Loading the model, ${sayBytes(done)} of ${sayBytes(bytes)}`
		};
	}
	const shaders = /^Loading GPU shader modules\[(\d+)\/(\d+)\]/.exec(text);
	if (!shaders) return null;
	return { phase: 'compile', text: `Preparing the graphics device, ${shaders[1]} of ${shaders[2]}` };
}
