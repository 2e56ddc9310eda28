import { fail, failure, type Result } from '$lib/core';
import type { Acted, FetchedPage } from '$lib/egress';
import { isSpent } from '$lib/models';
import type { ActWorkerApi, Executor, Outgoing } from './protocol';
import { WorkerHandle } from './worker-handle';

/** How long the worker may take to say how it ended once it was stopped. */
const GRACE_MS = 2_000;

/** Acts outside in a worker of its own. What was handed to a worker that died is unknown; before that, surely not sent. */
export function actRunner(start: () => Worker): Pick<Executor, 'act' | 'page' | 'close'> {
	// Nothing is handed over before it has answered once: one that cannot be started has sent nothing.
	const handle = new WorkerHandle<ActWorkerApi>(start, (api) => api.ping());

	return {
		act(id, out, signal) {
			return new Promise<Acted>((resolve) => {
				const stop = () => {
					void handle.call((api) => api.abort(id)).catch(() => undefined);
					setTimeout(() => resolve(unknown('There was no answer until it was stopped.')), GRACE_MS);
				};
				if (signal.aborted) return resolve(unsent('it was stopped before'));
				signal.addEventListener('abort', stop, { once: true });
				void hand(id, out)
					.then(resolve)
					.finally(() => signal.removeEventListener('abort', stop));
			});
		},
		async page(call, url) {
			try {
				const fetched = await handle.call<Result<FetchedPage>>((api) => api.page(call, url));
				if (!fetched.ok && isSpent(fetched.failure)) handle.kill('its guard was not in place');
				return fetched;
			} catch (cause) {
				return fail(lost(cause instanceof Error ? cause.message : String(cause)));
			}
		},
		close: () => handle.kill('Galley was closed')
	};

	async function hand(id: string, out: Outgoing): Promise<Acted> {
		let handed = false;
		try {
			const acted = await handle.call<Acted>((api) => {
				handed = true;
				return api.act(id, out);
			});
			if (acted.how === 'refused' && isSpent(acted.failure)) handle.kill('its guard was not in place');
			return acted;
		} catch (cause) {
			const why = cause instanceof Error ? cause.message : String(cause);
			return handed ? unknown(`The worker that was sending it ended: ${why}.`) : unsent(why);
		}
	}
}

function lost(why: string) {
	return failure(
		'page.worker',
		`The worker that fetches pages ended (${why}), so the page is not here. Everything else is kept; try it again.`,
		{ retryable: true }
	);
}

function unknown(reason: string): Acted {
	return { how: 'unknown', reason: `${reason} It may have gone out.`, egress: [] };
}

function unsent(why: string): Acted {
	return {
		how: 'refused',
		failure: failure(
			'act.worker',
			`The worker that acts outside could not begin (${why}), so nothing went out. What was approved is kept; retry the step.`
		),
		egress: []
	};
}
