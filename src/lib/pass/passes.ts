/**
 * Which calls may go where, as the engine says it and the service worker reads it. They lie in Cache Storage, the one store
 * that both reach and that outlives a service worker, which browsers end and start as they like.
 */
export interface Pass {
	/** Origins that the call may ask. */
	origins: string[];
	/** It may be led on to other hosts: public files only, with which nothing is sent. */
	follows: boolean;
	/** The run that asks; null outside of runs. */
	runId: string | null;
	/** Not used after this time, ms since 1970: an engine that died takes no pass back. */
	until: number;
}

const CACHE = 'galley-passes';

/** Absent where a page is not let have it, which then has no service worker either. */
function store(): Promise<Cache> | null {
	return 'caches' in globalThis ? caches.open(CACHE) : null;
}

const passAt = (call: string) => `/pass/${encodeURIComponent(call)}`;
const sealAt = (runId: string) => `/sealed/${encodeURIComponent(runId)}`;

export async function putPass(call: string, pass: Pass): Promise<void> {
	await (await store())?.put(passAt(call), Response.json(pass));
}

export async function dropPass(call: string): Promise<void> {
	await (await store())?.delete(passAt(call));
}

/** Marks a run: from now on nothing leaves for it, whatever pass there is. It is never taken back. */
export async function seal(runId: string): Promise<void> {
	await (await store())?.put(sealAt(runId), new Response());
}

export async function isSealed(runId: string): Promise<boolean> {
	return (await (await store())?.match(sealAt(runId))) !== undefined;
}

/** With everything else on this device. */
export async function forgetPasses(): Promise<void> {
	if ('caches' in globalThis) await caches.delete(CACHE);
}

/** The pass by which a call may ask an origin now, or the code of why it may not. */
export async function leave(call: string | null, origin: string, now: number): Promise<Pass | string> {
	const cache = await store();
	const found = call === null ? undefined : await cache?.match(passAt(call));
	if (!found) return 'egress.no-pass';
	const pass = (await found.json()) as Pass;
	if (!pass.origins.includes(origin)) return 'egress.not-allowed';
	if (now > pass.until) return 'egress.no-pass';
	if (pass.runId !== null && (await cache?.match(sealAt(pass.runId)))) return 'egress.sealed';
	return pass;
}
