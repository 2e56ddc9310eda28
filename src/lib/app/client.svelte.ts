import { fail, failure, ok, unexpected, type Failure, type Result } from '$lib/core';
import type { EngineApi, EngineStatus } from '$lib/engine';
import type { Remote } from 'comlink';
import { journalFolder, type OpenReport } from '$lib/storage';
import { database } from './database';
import { EngineDied, startEngineWorker, type EngineWorker } from './engine-worker';
import { registerServiceWorker } from './register';

const SLOW_START_MS = 20_000;
const LATEST_START_MS = 400;
const BLOCKED_AGAIN_MS = 500;
/** An engine that has lived so long, ms, is sound: what ended an earlier one is over. */
const SOUND_AFTER_MS = 60_000;
/** Engines that may die one after the other before it is left to the person. */
const MOST_DEATHS = 3;

let status = $state.raw<'starting' | 'ready' | 'failed'>('starting');
let failed = $state.raw<Failure | null>(null);
let live = $state.raw<EngineStatus | null>(null);
let notice = $state.raw<string | null>(null);
let firstRun = $state.raw<boolean | null>(null);
let update = $state.raw<(() => Promise<'busy' | 'reloading'>) | null>(null);

/** The engine of now; settles when it is open, or with why it could not be opened. */
let opening: Promise<Result<EngineWorker>> | null = null;
let worker: EngineWorker | null = null;
let deaths = 0;
let begunNow: () => void = () => undefined;
const begunOnce = new Promise<void>((resolve) => (begunNow = resolve));

/** What the shell shows about the engine of this tab. */
export const engine = {
	get status() {
		return status;
	},
	get failure() {
		return failed;
	},
	/** When this tab's last change was on disk, ms since 1970. */
	get savedAt() {
		return live?.savedAt ?? null;
	},
	get saving() {
		return live?.saving ?? false;
	},
	get notSaved() {
		return live?.notSaved ?? null;
	},
	get notice() {
		return live?.notice ?? notice;
	},
	/** Null until known; true only on a device that never held anything. */
	get firstRun() {
		return firstRun;
	},
	/** Set when a new version waits; refuses while a run is going on. */
	get updateReady() {
		return update;
	},
	/** True when this tab carries out runs, false when another one does. */
	get leader() {
		return live?.leader ?? null;
	}
};

/**
 * Starts the engine worker of this tab; called once by the shell. The worker's script is as big as the first screen's
 * whole, so it is asked for when that is drawn, or when something is asked of the engine, whichever comes first.
 */
export function startEngine(): void {
	setTimeout(() => void begin(), LATEST_START_MS);
	void knowFirstRun().then(() => {
		if ('requestIdleCallback' in globalThis) requestIdleCallback(() => void begin());
		else void begin();
	});
}

function begin(): Promise<Result<EngineWorker>> {
	if (opening) return opening;
	begunNow();
	// A page that is put away keeps its worker, and with it its locks, for which the other tabs would wait.
	window.addEventListener('pagehide', ({ persisted }) => persisted && worker?.end());
	window.addEventListener('pageshow', ({ persisted }) => persisted && void start());
	const first = start();
	// Once somebody writes down what it tells; the browser keeps what was before.
	void first.then(async () => (await import('./lazy/page-violations')).watchPage());
	void first.then(becomeOffline);
	return first;
}

/**
 * Whether this device never held anything, without waiting for the engine: there are no streams, and the journal's
 * folder, which the first engine makes, is not there either. When in doubt the engine's own comparison decides.
 */
async function knowFirstRun(): Promise<void> {
	try {
		const [root, streams] = await Promise.all([
			navigator.storage.getDirectory(),
			database().heads.where(':id').notEqual('egress').count()
		]);
		if (streams > 0) {
			firstRun ??= false;
			return;
		}
		await root.getDirectoryHandle(journalFolder());
	} catch (cause) {
		if (cause instanceof DOMException && cause.name === 'NotFoundError') firstRun ??= true;
	}
}

function start(): Promise<Result<EngineWorker>> {
	opening = open();
	return opening;
}

/** What was saved is on disk, so an engine that died is replaced; one that dies again and again is not. */
function startAgain(why: string): void {
	live = null;
	deaths += 1;
	if (deaths > MOST_DEATHS || status !== 'ready') return stop(engineDied(why));
	notice =
		'The engine of this tab had ended and was started again. Everything that was saved is kept; if the last thing that you asked for did not happen, ask again.';
	void start();
}

async function open(): Promise<Result<EngineWorker>> {
	const slow = setTimeout(
		() =>
			status !== 'ready' &&
			stop(
				failure(
					'engine.slow',
					'The engine does not answer. Your data is untouched; close other Galley tabs and reload.'
				)
			),
		SLOW_START_MS
	);
	try {
		const [{ proxy }, mine] = await Promise.all([import('comlink'), startEngineWorker(startAgain)]);
		worker = mine;
		setTimeout(() => worker === mine && (deaths = 0), SOUND_AFTER_MS);
		const listener = proxy((next: EngineStatus) => {
			if (worker === mine) live = next;
		});
		const open = () => mine.call<Result<OpenReport>>(async (api) => api.open(listener));
		let report = await open();
		clearTimeout(slow);
		while (!report.ok && report.failure.code === 'storage.blocked') {
			// The way out is in another tab; this one goes on as soon as it was taken.
			stop(report.failure);
			await new Promise((resolve) => setTimeout(resolve, BLOCKED_AGAIN_MS));
			report = await open();
		}
		if (!report.ok) {
			stop(report.failure);
			return report;
		}
		notice = report.value.notice ?? notice;
		firstRun = !report.value.hadData && firstRun !== false;
		status = 'ready';
		failed = null;
		const serve = (port: MessagePort) => void import('./lazy/browser-model').then((one) => one.serve(port));
		// Nobody waits for it; an engine that dies under it is replaced, and asks again.
		void mine.call((api) => api.connectPage(proxy(serve))).catch(() => undefined);
		return ok(mine);
	} catch (cause) {
		clearTimeout(slow);
		if (cause instanceof EngineDied) return fail(engineDied(cause.message));
		const why = unexpected(cause, 'opening this device’s storage');
		stop(why);
		return fail(why);
	}
}

async function becomeOffline(): Promise<void> {
	try {
		await registerServiceWorker((apply) => {
			update = async () => ((await apply()) === 'busy' ? 'busy' : 'reloading');
		}, isRunning);
	} catch {
		// A browser that refuses service workers still runs Galley, only not offline.
		update = null;
	}
}

/** True while a run works in any tab: a reload would interrupt it. */
async function isRunning(): Promise<boolean> {
	return (await database().runs.where('status').equals('running').count()) > 0;
}

/** There is no engine any more, and the shell says why. */
function stop(why: Failure): void {
	status = 'failed';
	failed = why;
}

function engineDied(why: string): Failure {
	return failure(
		'engine.died',
		`The engine of this tab ended before it answered: ${why}. Everything that was saved is kept; look whether what you asked for has happened, and try again, or reload the page.`,
		{ retryable: true }
	);
}

/**
 * Calls the engine once it is open. A dead engine is told as a failure, never as an exception. What is not urgent waits
 * until the engine is started anyway, so that the first screen is drawn before.
 */
export async function ask<T>(
	use: (api: Remote<EngineApi>) => Promise<Result<T>>,
	urgent = true
): Promise<Result<T>> {
	if (!urgent) await begunOnce;
	const begun = begin();
	if (status === 'failed' && failed) return fail(failed);
	try {
		const engine = await begun;
		if (!engine.ok) return engine;
		const result = await engine.value.call((api) => use(plainly(api)));
		if (result.ok) firstRun = false;
		return result;
	} catch (cause) {
		return fail(
			cause instanceof EngineDied ? engineDied(cause.message) : unexpected(cause, 'talking to the engine')
		);
	}
}

/** The engine's worker although its storage did not open, for reading what is left and for starting over. */
export async function engineAnyway(): Promise<EngineWorker> {
	worker ??= await startEngineWorker(() => undefined);
	return worker;
}

/** The engine's methods that answer with no result. */
export async function tell(use: (api: Remote<EngineApi>) => Promise<void>): Promise<void> {
	const engine = await begin();
	if (engine.ok) await engine.value.call((api) => use(plainly(api)));
}

/** The engine with what it is given made plain first: reactive state of a page can't cross to a worker. */
function plainly(api: Remote<EngineApi>): Remote<EngineApi> {
	return new Proxy(api, {
		get(target, name) {
			const method = Reflect.get(target, name) as unknown;
			if (typeof method !== 'function' || typeof name !== 'string') return method;
			return (...given: unknown[]) =>
				(method as (...args: unknown[]) => unknown)(
					...given.map((one) =>
						one instanceof Uint8Array || one instanceof Blob || typeof one === 'function'
							? one
							: $state.snapshot(one)
					)
				);
		}
	});
}
