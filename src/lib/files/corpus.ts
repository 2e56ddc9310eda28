import { expect } from 'vitest';
import { placesIn, sayPlaces } from '$lib/core';
import type { Entry } from '../../../tests/fixtures/corpus/entry';
import { checkInvariants } from './conformance';
import { readFile } from './registry';

/** Reads a file of the corpus and compares everything that it is known for. */
export async function expectEntry(entry: Entry, read = readFile): Promise<void> {
	const result = await read({ name: entry.name, bytes: await entry.make() });
	checkInvariants(result);
	if (!result.ok || entry.code) {
		expect(result.ok ? 'read' : result.failure.code, result.ok ? '' : result.failure.message).toBe(
			entry.code
		);
		return;
	}
	const { text, spans, warnings, parts } = result.value;
	if (entry.text !== undefined) expect(text).toBe(entry.text);
	for (const [words, place] of entry.says ?? []) {
		const at = text.lastIndexOf(words);
		expect(at, `“${words}” in ${JSON.stringify(text)}`).toBeGreaterThanOrEqual(0);
		expect(sayPlaces(placesIn(text, spans, at, at + words.length))).toBe(place);
	}
	if (entry.parts) expect(parts?.map((part) => part.name)).toEqual(entry.parts);
	if (entry.warns) expect(warnings.join(' ')).toContain(entry.warns);
}
