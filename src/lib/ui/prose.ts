import type { Highlight, renderMarkdown } from './markdown';

/** Kept after the first load, so that later texts appear rendered at once. */
let loaded: typeof renderMarkdown | null = null;
let colours: Highlight | null = null;

/** What renders Markdown; null until it was fetched. */
export function preparedProse(): typeof renderMarkdown | null {
	return loaded;
}

/** Fetches what renders Markdown; worth calling where there will be something to render. */
export async function prepareProse(): Promise<typeof renderMarkdown> {
	loaded ??= (await import('./markdown')).renderMarkdown;
	return loaded;
}

/** What colours code; null until it was fetched. */
export function preparedHighlight(): Highlight | null {
	return colours;
}

/** Fetches what colours code. */
export async function prepareHighlight(): Promise<Highlight> {
	colours ??= (await import('./highlight')).highlight;
	return colours;
}

/** Whether a text has code in a language that it names. */
export function hasCode(source: string): boolean {
	return /^ {0,3}(?:`{3,}|~{3,})[ \t]*[A-Za-z]/m.test(source);
}
