import type * as WebLLM from '@mlc-ai/web-llm';
// As a file of its own, untouched: it is 7 MB, most of it WebAssembly in text form, and nothing of it can be shaken out.
import runtimeUrl from '@mlc-ai/web-llm/lib/index.js?url';

/** The part of the package that is used. */
export type Runtime = Pick<typeof WebLLM, 'MLCEngine'>;

/** Loads WebLLM, once in a worker's life; from then on the service worker has it for the way offline. */
export function loadRuntime(): Promise<Runtime> {
	return import(/* @vite-ignore */ new URL(runtimeUrl, globalThis.location.href).href) as Promise<Runtime>;
}
