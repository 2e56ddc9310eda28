import type { WebllmConfig } from '$lib/app';

/** The model that the page's address names; its name is empty where it names none. */
export function chosenBy(query: URLSearchParams): WebllmConfig {
	const [filesUrl, libraryUrl] = [query.get('files'), query.get('library')];
	return {
		model: query.get('model') ?? '',
		...(filesUrl && libraryUrl ? { filesUrl, libraryUrl } : {}),
		...(query.has('brought') ? { brought: true } : {})
	};
}

/** The other way round. */
export function queryOf({ model, filesUrl, libraryUrl, brought }: WebllmConfig): Record<string, string> {
	return {
		model,
		...(filesUrl && libraryUrl ? { files: filesUrl, library: libraryUrl } : {}),
		...(brought ? { brought: 'yes' } : {})
	};
}
