import type * as FirstViews from './lazy/first-view';

/** What keeps the first views of finished runs, and forgets them; see lazy/first-view.ts. */
export function firstViewTools(): Promise<typeof FirstViews> {
	return import('./lazy/first-view');
}
