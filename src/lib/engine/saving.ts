import { fail, failure, hashOf, ok, type Result, type ValueRef } from '$lib/core';
import { outputFormat } from '$lib/exports';
import {
	chain,
	folderOf,
	freePath,
	inFolder,
	nameOf,
	safePath,
	type EventOf,
	type LibraryEntry
} from '$lib/run';
import type { SaveEffect } from '$lib/steps';
import type { GalleyDatabase, Store, StoredValue } from '$lib/storage';
import { appendedTo } from './appending';
import { isOpen } from './attempt-log';
import type { Log } from './run-log';
import type { Streams } from './streams';
import { pack, type ValueBook } from './values';

/** An approved output on its way into the library. */
export interface Saving {
	/** Where it came from; path, version and value follow from how it is saved. */
	entry: Omit<LibraryEntry, 'path' | 'version' | 'value'>;
	effect: SaveEffect;
	/** Of the run's own record, to be kept with it. */
	values: StoredValue[];
	record: (saved: { path: string; version: number }) => EventOf<'attempt.succeeded'>;
}

export interface SavingPorts {
	store: Store;
	database: GalleyDatabase;
	streams: Streams;
	values: ValueBook;
}

/**
 * Writes an approved output: as the next version of its path, as a new file beside it, or at the end of it. The entry and
 * the run's record of it go in one commit, so neither exists without the other; nothing that lay there is lost.
 */
export async function saveOutput(
	log: Log,
	{ entry, effect, values, record }: Saving,
	{ store, database, streams, values: book }: SavingPorts
): Promise<Result<void>> {
	const formed = await formOf(effect);
	if (!formed.ok) return formed;
	return streams.inTurn('library', async () => {
		for (;;) {
			const head = await store.head('library');
			const there = await database.entries.where('path').startsWith(folderOf(formed.value.path)).toArray();
			const live = there.filter((one) => !one.deleted);
			const isTaken = (path: string) => live.some((one) => one.path === path);
			const path = effect.mode === 'new-file' ? freePath(formed.value.path, isTaken) : formed.value.path;
			const versions = there.filter((one) => one.path === path);
			const version = versions.reduce((highest, one) => Math.max(highest, one.version), 0) + 1;
			const before = live.filter((one) => one.path === path).sort((a, b) => b.version - a.version)[0];
			const whole =
				effect.mode === 'append' && before ? await appended(before, formed.value, book) : ok(formed.value);
			if (!whole.ok) return whole;
			const { ref, stored } = storedForm(whole.value, effect);
			const made: LibraryEntry = { ...entry, path, version, value: { ...ref, name: nameOf(path) } };
			const also = chain(head, [{ type: 'entry.added', at: entry.at, entry: made }]);
			const written = await log.append(
				(state) => {
					const event = record({ path, version });
					return isOpen(state, event) ? { events: [event], values: [...values, stored], also } : null;
				},
				{ durability: 'strict', once: true }
			);
			if (written.ok || written.failure.code !== 'stream.moved') return written;
		}
	});
}

/** What is to be written, and where. */
interface Form {
	path: string;
	media: string;
	content: string | Uint8Array;
}

async function formOf({ path, value, format }: SaveEffect): Promise<Result<Form>> {
	const { stored } = pack(value);
	const as = { path: safePath(path), media: value.media, content: stored.content };
	if (format === undefined) return ok(as);
	const known = await outputFormat(format);
	if (!known || value.content instanceof Uint8Array) {
		return fail(
			failure(
				'save.format',
				`This Galley cannot write the approved result as “${format}”. Nothing was written; choose another format in the workflow and start a new run.`
			)
		);
	}
	const made = await known.make({ content: value.content, media: value.media });
	if (!made.ok) return made;
	return ok({ path: withEnding(as.path, known.extension), media: known.media, content: made.value });
}

/** The path with the ending of its form; one that says another form gets that ending instead. */
function withEnding(path: string, extension: string): string {
	const name = nameOf(path);
	if (name.toLowerCase().endsWith(`.${extension}`)) return path;
	return inFolder(
		folderOf(path),
		`${name.replace(/\.(?:md|markdown|txt|html?|docx|csv|xlsx|json)$/i, '')}.${extension}`
	);
}

/** The version before with the new one at its end. */
async function appended(before: LibraryEntry, form: Form, book: ValueBook): Promise<Result<Form>> {
	const found = await book.get(before.value);
	if (!found.ok) return found;
	const whole = appendedTo({ path: before.path, content: found.value.content }, form);
	return whole.ok ? ok({ ...form, content: whole.value }) : whole;
}

/** What is made of an approved value says so: it is derived from it, and goes no further than it. */
function storedForm({ media, content }: Form, { value }: SaveEffect): { ref: ValueRef; stored: StoredValue } {
	const approved = pack(value).ref;
	const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
	const hash = hashOf(bytes);
	const facts = { hash, media, bytes: bytes.byteLength };
	const from = hash === approved.hash ? approved.from : [approved.hash];
	return { ref: { ...facts, labels: value.labels, from }, stored: { ...facts, content } };
}
