import { failure, unexpected, type Failure, type Result } from '$lib/core';
import { trustedScriptUrl } from '$lib/egress';
import type { EngineApi, EngineStatus } from '$lib/engine';
import type { Remote } from 'comlink';
import engineUrl from '../../workers/engine?worker&url';
import { journalFolder } from '$lib/storage';
import { database } from './database';
import { registerServiceWorker } from './register';

const SLOW_START_MS = 20_000;
const LATEST_START_MS = 400;
const BLOCKED_AGAIN_MS = 500;

let status = $state.raw<'starting' | 'ready' | 'failed'>('starting');
let failed = $state.raw<Failure | null>(null);
let live = $state.raw<EngineStatus | null>(null);
let notice = $state.raw<string | null>(null);
let firstRun = $state.raw<boolean | null>(null);
let update = $state.raw<(() => Promise<'busy' | 'reloading'>) | null>(null);

let remote: Remote<EngineApi> | null = null;
let started: Promise<void> | null = null;
let ready: (api: Remote<EngineApi>) => void = () => undefined;
const opened = new Promise<Remote<EngineApi>>((resolve) => {
	ready = resolve;
});

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
		return notice;
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
	setTimeout(begin, LATEST_START_MS);
	void knowFirstRun().then(() => {
		if ('requestIdleCallback' in globalThis) requestIdleCallback(begin);
		else begin();
	});
}

function begin(): void {
	started ??= start();
}

/**
 * Whether this device never held anything, without waiting for the engine: there are no streams, and the journal's
 * folder, which the first engine makes, is not there either. When in doubt the engine's own comparison decides.
 */
async function knowFirstRun(): Promise<void> {
	try {
		const [root, streams] = await Promise.all([navigator.storage.getDirectory(), database().heads.count()]);
		if (streams > 0) {
			firstRun ??= false;
			return;
		}
		await root.getDirectoryHandle(journalFolder());
	} catch (cause) {
		if (cause instanceof DOMException && cause.name === 'NotFoundError') firstRun ??= true;
	}
}

async function start(): Promise<void> {
	const worker = new Worker(trustedScriptUrl(engineUrl), { type: 'module', name: 'engine' });
	worker.addEventListener('error', (event) => {
		fail(
			failure(
				'engine.died',
				`The engine could not be started: ${event.message || 'its script did not load'}. Your data is untouched; reload the page.`
			)
		);
	});
	const slow = setTimeout(
		() =>
			fail(
				failure(
					'engine.slow',
					'The engine does not answer. Your data is untouched; close other Galley tabs and reload.'
				)
			),
		SLOW_START_MS
	);
	try {
		const { proxy, wrap } = await import('comlink');
		remote = wrap<EngineApi>(worker);
		const listener = proxy((next: EngineStatus) => {
			live = next;
		});
		let report = await remote.open(listener);
		clearTimeout(slow);
		while (!report.ok && report.failure.code === 'storage.blocked') {
			// The way out is in another tab; this one goes on as soon as it was taken.
			fail(report.failure);
			await new Promise((resolve) => setTimeout(resolve, BLOCKED_AGAIN_MS));
			report = await remote.open(listener);
		}
		if (!report.ok) {
			fail(report.failure);
			return;
		}
		notice = report.value.notice;
		firstRun = !report.value.hadData && firstRun !== false;
		status = 'ready';
		failed = null;
		ready(remote);
	} catch (cause) {
		clearTimeout(slow);
		fail(unexpected(cause, 'opening this device’s storage'));
	}
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

function fail(why: Failure): void {
	if (status === 'ready') return;
	status = 'failed';
	failed = why;
}

/**
 * Calls the engine once it is open. A dead engine is told as a failure, never as an exception. What is not urgent waits
 * until the engine is started anyway, so that the first screen is drawn before.
 */
export async function ask<T>(
	use: (api: Remote<EngineApi>) => Promise<Result<T>>,
	urgent = true
): Promise<Result<T>> {
	if (urgent) begin();
	if (status === 'failed' && failed) return { ok: false, failure: failed };
	try {
		const result = await use(plainly(await opened));
		if (result.ok) firstRun = false;
		return result;
	} catch (cause) {
		return { ok: false, failure: unexpected(cause, 'talking to the engine') };
	}
}

/** The engine's methods that answer with no result. */
export async function tell(use: (api: Remote<EngineApi>) => Promise<void>): Promise<void> {
	begin();
	await use(plainly(await opened));
}

/** The engine with what it is given made plain first: reactive state of a page can't cross to a worker. */
function plainly(api: Remote<EngineApi>): Remote<EngineApi> {
	return new Proxy(api, {
		get(target, name) {
			const method = Reflect.get(target, name) as unknown;
			if (typeof method !== 'function' || typeof name !== 'string') return method;
			return (...given: unknown[]) =>
				(method as (...args: unknown[]) => unknown)(
					...given.map((one) => (one instanceof Uint8Array ? one : $state.snapshot(one)))
				);
		}
	});
}
