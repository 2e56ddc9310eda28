import { fail, failure, type Failure, type Result } from '$lib/core';
import { tookTooLong, type CodeRequest, type CodeReturn } from '$lib/steps';
import type { CodeWorkerApi } from './protocol';
import { WorkerHandle } from './worker-handle';

/** How long a worker may take to load the interpreter; how long past its own limit code may run before it is ended. */
const START_MS = 20_000;
const GRACE_MS = 1_000;
/** How long a worker that did well waits for more. */
const IDLE_MS = 15_000;

export interface CodeRunner {
	/** Settles always: soon after the request's limit at the latest. */
	run(attemptId: string, request: CodeRequest): Promise<Result<CodeReturn>>;
	/** Ends the code of an attempt that was given up. */
	stop(attemptId: string): void;
	close(): void;
}

type Handle = WorkerHandle<CodeWorkerApi>;

/**
 * Runs people's code, each run alone in a worker. One that did well is kept for the next run; after a failure it is
 * ended, since an interpreter that ran out of something is in a state that nobody knows.
 */
export function codeRunner(start: () => Worker): CodeRunner {
	const busy = new Map<string, Handle>();
	let idle: Handle | null = null;
	let idleFor: ReturnType<typeof setTimeout> | undefined;

	function take(): Handle {
		clearTimeout(idleFor);
		// Code keeps its worker from answering, so silence says nothing here; each call has its own limit instead.
		const handle = idle ?? new WorkerHandle(start, (api) => api.open(), undefined, Infinity);
		idle = null;
		return handle;
	}
	function giveBack(handle: Handle): void {
		if (idle) return handle.kill('it is not needed any more');
		idle = handle;
		clearTimeout(idleFor);
		idleFor = setTimeout(letGo, IDLE_MS);
	}
	function letGo(): void {
		idle?.kill('it is not needed any more');
		idle = null;
	}

	return {
		async run(attemptId, request) {
			const handle = take();
			busy.set(attemptId, handle);
			const result = await within(handle, request);
			busy.delete(attemptId);
			if (result.ok) giveBack(handle);
			else handle.kill('its code failed');
			return result;
		},
		stop: (attemptId) => busy.get(attemptId)?.kill('the step was stopped'),
		close() {
			clearTimeout(idleFor);
			letGo();
			for (const handle of busy.values()) handle.kill('Galley was closed');
		}
	};
}

/** Loads, then runs; ends the worker when either takes longer than it may. */
async function within(handle: Handle, request: CodeRequest): Promise<Result<CodeReturn>> {
	let late = false;
	let limit = setTimeout(() => handle.kill('it could not be loaded in time'), START_MS);
	try {
		await handle.call((api) => api.open());
		clearTimeout(limit);
		const end = () => {
			late = true;
			handle.kill('it took too long');
		};
		limit = setTimeout(end, request.timeoutSeconds * 1000 + GRACE_MS);
		return await handle.call<Result<CodeReturn>>((api) => api.run(request));
	} catch (cause) {
		return fail(late ? tookTooLong(request) : told(cause));
	} finally {
		clearTimeout(limit);
	}
}

function told(cause: unknown): Failure {
	const why = cause instanceof Error ? cause.message : String(cause);
	return failure(
		'code.worker',
		`The worker for code could not do its work: ${why}. Everything before this step is kept; it can be tried again.`,
		{ retryable: true }
	);
}
