import type { renderMarkdown } from './markdown';

/** Kept after the first load, so that later texts appear rendered at once. */
let loaded: typeof renderMarkdown | null = null;

/** What renders Markdown; null until it was fetched. */
export function preparedProse(): typeof renderMarkdown | null {
	return loaded;
}

/** Fetches what renders Markdown; worth calling where there will be something to render. */
export async function prepareProse(): Promise<typeof renderMarkdown> {
	loaded ??= (await import('./markdown')).renderMarkdown;
	return loaded;
}
