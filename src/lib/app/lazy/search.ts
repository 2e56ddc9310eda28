import { trustedScriptUrl } from '$lib/egress';
import { fileRunner } from '$lib/engine';
import type { ExcerptPart, Found, Hit, SearchApi } from '$lib/search';
import { proxy, wrap, type Remote } from 'comlink';
import fileUrl from '../../../workers/file?worker&url';
import searchUrl from '../../../workers/search?worker&url';

let opened: Remote<SearchApi> | null = null;

/** The search worker of this tab; started when something is first looked for. */
function desk(): Remote<SearchApi> {
	if (opened) return opened;
	const api = wrap<SearchApi>(new Worker(trustedScriptUrl(searchUrl), { type: 'module', name: 'search' }));
	// Files are read by a worker that can be ended, apart from the index, which would be lost with it.
	const files = fileRunner(
		() => new Worker(trustedScriptUrl(fileUrl), { type: 'module', name: 'search-files' })
	);
	const readText = async (file: { name: string; bytes: Uint8Array }) => {
		const read = await files.read('search', file);
		return read.ok ? read.value.text : null;
	};
	void api.open(proxy(readText)).catch(() => undefined);
	opened = api;
	return api;
}

/** What has every word of a query in its name or text: files, outputs, runs and notes, the best first. */
export async function search(query: string, limit = 20): Promise<Found> {
	return desk().find(query, { limit });
}

/** A line or two of something that was found, around the words that were looked for. */
export async function excerptOf({ kind, ref, terms }: Hit): Promise<ExcerptPart[]> {
	return desk().excerpt({ kind, ref, terms });
}
