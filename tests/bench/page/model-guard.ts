import { asking, guardedFetch, installGuard } from '$lib/egress';
import { putPass } from '$lib/pass';
import { expose } from 'comlink';

// Called `model...`, so that the server gives it the policy of the model worker, the only one that may reach out.
const real = installGuard(globalThis);

const api = {
	/** Milliseconds of small requests one after the other, through the guard or past it. */
	async requests(url: string, count: number, guarded: boolean): Promise<number> {
		const rows: unknown[] = [];
		const rules = {
			allowed: [new URL(url).origin],
			asking: asking('model', 'bench'),
			onRow: (row: unknown) => rows.push(row)
		};
		const fetch = guarded ? guardedFetch(real, rules) : real;
		const init: RequestInit = guarded ? {} : { cache: 'no-store', credentials: 'omit' };
		const origins = [new URL(url).origin];
		if (guarded) await putPass('bench', { origins, follows: false, runId: null, until: Date.now() + 60_000 });
		const begun = performance.now();
		for (let index = 0; index < count; index++) {
			const response = await fetch(url, { ...init, method: 'POST', body: '{"prompt":"Are you ready?"}' });
			await response.text();
		}
		const ms = performance.now() - begun;
		if (guarded && rows.length !== count) throw new Error('the guard missed a request');
		return ms;
	}
};

export type GuardBench = typeof api;

expose(api);
