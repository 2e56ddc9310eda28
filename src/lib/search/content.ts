import type { LibraryEntry, RunEvent } from '$lib/run';
import { readRecords, readStored, type Blobs, type GalleyDatabase } from '$lib/storage';
import type { KeptIndex } from './kept';

/** Reads a file that is no plain text; null where it cannot be read. */
export type ReadText = (file: { name: string; bytes: Uint8Array }) => Promise<string | null>;

/** Texts that are kept for excerpts are cut at this many characters. */
const LONGEST_KEPT = 200_000;
/** Outputs of a run that are looked into, the last ones. */
const MOST_OUTPUTS = 12;
/** Bytes of a file that is read for the search. */
const LARGEST = 20 * 1024 * 1024;
const PLAIN = /\.(?:txt|md|markdown|csv|tsv|json|jsonl|ya?ml|srt|vtt|log)$/i;

export interface Library {
	database: GalleyDatabase;
	blobs: Blobs;
	kept: KeptIndex;
	readText: ReadText;
}

/** What an entry says; an empty text for one that says nothing or cannot be read. */
export async function textOfEntry({ path, value }: LibraryEntry, library: Library): Promise<string> {
	if (value.bytes > LARGEST) return '';
	const kept = await library.kept.texts.get(value.hash);
	if (kept) return kept.text ?? '';
	const stored = await readStored(library.database, library.blobs, value.hash);
	if (!stored) return '';
	if (typeof stored.content === 'string') return stored.content;
	if (PLAIN.test(path)) {
		const text = decoded(stored.content);
		if (text !== null) return text;
	}
	const text = await library.readText({ name: path, bytes: stored.content });
	await library.kept.texts.put({ hash: value.hash, text: text?.slice(0, LONGEST_KEPT) ?? null });
	return text ?? '';
}

/** What the steps of a run wrote, the last answer of each. */
export async function textOfRun(id: string, { database, blobs }: Library): Promise<string> {
	const outputs = new Map<string, string>();
	const said: string[] = [];
	for (const { event } of await readRecords(database, `run:${id}`)) {
		const about = event as RunEvent;
		if (about.type === 'attempt.succeeded' && about.output.media.startsWith('text/'))
			outputs.set(about.stepId, about.output.hash);
		if ('reason' in about && typeof about.reason === 'string') said.push(about.reason);
	}
	for (const hash of [...outputs.values()].slice(-MOST_OUTPUTS)) {
		const stored = await readStored(database, blobs, hash);
		if (typeof stored?.content === 'string') said.push(stored.content);
	}
	return said.join('\n');
}

function decoded(bytes: Uint8Array): string | null {
	try {
		const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
		return text.includes('\0') ? null : text;
	} catch {
		return null;
	}
}
