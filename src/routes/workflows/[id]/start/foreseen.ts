import type { LibraryEntry } from '$lib/run';
import { nameOfChoice, type Choice } from './form.svelte';

/** Files whose bytes are their text; how much text is in the others is known when they are read. */
const AS_IT_IS = /\.(?:txt|md|markdown|csv|tsv|json|jsonl|ndjson|ya?ml|log)$/i;

/** Bytes of the text in each source as far as that is known before a run, and how many files are not. */
export function textIn(
	chosen: Record<string, readonly Choice[]>,
	found: Record<string, readonly LibraryEntry[]>
): { bytes: Record<string, number>; unknown: number } {
	const bytes: Record<string, number> = {};
	let unknown = 0;
	const count = (source: string, name: string, size: number) => {
		if (AS_IT_IS.test(name)) bytes[source] = (bytes[source] ?? 0) + size;
		else unknown += 1;
	};
	for (const [source, choices] of Object.entries(chosen))
		for (const one of choices) {
			const { choice } = one;
			if (choice.kind === 'text') bytes[source] = (bytes[source] ?? 0) + choice.text.length;
			else
				count(
					source,
					nameOfChoice(choice),
					choice.kind === 'file' ? choice.file.size : choice.entry.value.bytes
				);
		}
	for (const [source, entries] of Object.entries(found))
		for (const { path, value } of entries) count(source, path, value.bytes);
	return { bytes, unknown };
}
