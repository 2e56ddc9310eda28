import type { Hit } from '$lib/app';
import { paths } from '../paths';

/** The kinds of what a search finds, in a word. */
export const SAID: Record<Hit['kind'], string> = {
	file: 'File',
	output: 'Output',
	run: 'Run',
	note: 'Correction'
};

/** Where what was found is. */
export function hrefOf({ kind, ref }: Pick<Hit, 'kind' | 'ref'>): string {
	if (kind === 'run') return paths.run(ref);
	return kind === 'note' ? paths.corrections : paths.entry(ref);
}
