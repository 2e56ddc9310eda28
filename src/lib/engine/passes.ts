import { attemptPlace, type ProviderChoice } from '$lib/core';
import { originOf } from '$lib/egress';
import { originFor } from '$lib/models';
import { dropPass, putPass, type Pass } from '$lib/pass';
import type { Executor } from './protocol';

/** Beyond the time that a call may take, ms: what it takes to begin and to end it. */
const MARGIN_MS = 60_000;
const TEST_MS = 600_000;
/** A download goes on for as long as the network is slow. */
const DOWNLOAD_MS = 86_400_000;

/**
 * The executor, but each call that may leave the device has a pass for as long as it lasts: the service worker lets nothing
 * through without one, whatever goes on in the worker that asks.
 */
export function passing(executor: Executor, now: () => number): Executor {
	const withPass = async <T>(
		call: string,
		origin: string | null,
		ms: number,
		go: () => Promise<T>,
		follows = false
	): Promise<T> => {
		if (origin === null) return go();
		const runId = attemptPlace(call)?.runId ?? null;
		await give(call, { origins: [origin], follows, runId, until: now() + ms });
		try {
			return await go();
		} finally {
			await dropPass(call).catch(() => undefined);
		}
	};
	return {
		run: (spec, host, signal) =>
			withPass(
				spec.attemptId,
				spec.step.permissions.model === 'none' ? null : remote(spec.provider),
				spec.step.timeoutSeconds * 1000 + MARGIN_MS,
				() => executor.run(spec, host, signal)
			),
		act: (id, out, signal) =>
			withPass(id, out.action === 'request' ? originOf(out.url) : null, MARGIN_MS, () =>
				executor.act(id, out, signal)
			),
		page: (call, url) => withPass(call, originOf(url), MARGIN_MS, () => executor.page(call, url), true),
		setKey: (name, key, origin) => executor.setKey(name, key, origin),
		test: (call, choice, onCheck) =>
			withPass(call, remote(choice), TEST_MS, () => executor.test(call, choice, onCheck)),
		...(executor.setPage ? { setPage: (open: (port: MessagePort) => void) => executor.setPage?.(open) } : {}),
		files: (use) => executor.files(use),
		close: () => executor.close()
	};
}

/** Lets a download ask the host of its address, and be led on from there, until `work` has ended. */
export async function withDownloadPass<T>(
	call: string,
	origins: string[],
	now: number,
	work: () => Promise<T>
): Promise<T> {
	await give(call, { origins, follows: true, runId: null, until: now + DOWNLOAD_MS });
	try {
		return await work();
	} finally {
		await dropPass(call).catch(() => undefined);
	}
}

/** On a full disk there is none: the service worker then refuses, and the call fails as one that could not be made. */
async function give(call: string, pass: Pass): Promise<void> {
	await putPass(call, pass).catch(() => undefined);
}

function remote(choice: ProviderChoice): string | null {
	return choice.onDevice ? null : originFor(choice);
}
