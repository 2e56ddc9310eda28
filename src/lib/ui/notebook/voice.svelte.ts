import type { CellView } from '$lib/run';
import { sayChanges } from './layout';

/** What a screen reader is told, in the page's one polite live region: news about cells, and what a person just did. */
export class Voice {
	said = $state('');

	constructor(cells: () => readonly CellView[]) {
		let before: Record<string, string> | null = null;
		$effect(() => {
			const sentence = before ? sayChanges(before, cells()) : '';
			before = Object.fromEntries(cells().map((cell) => [cell.id, cell.status]));
			if (sentence) this.said = sentence;
		});
	}
}
