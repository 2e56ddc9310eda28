import { fail, failure, hashOf, ok, textOfBytes, type Failure, type Result } from '$lib/core';
import { recordHash, type Head, type LogRecord } from '$lib/run';
import * as z from 'zod';
import type { ExportValue } from '../contract';
import { recordSchema } from '../schemas';
import { readUntrusted } from '../untrusted';
import {
	BACKUP_FORMAT,
	endSchema,
	firstLineSchema,
	headsSchema,
	keptSchema,
	LONGEST_LINE,
	partLineSchema,
	settingsSchema,
	smallValuesSchema,
	type BackupEnd,
	type PartLine
} from './part';

/** A part as it was read: checked against its hash, its schema, and what came before it. */
export type BackupPart =
	| { part: 'heads'; heads: Head[] }
	| { part: 'values'; values: ExportValue[] }
	| { part: 'records'; records: LogRecord[] }
	| { part: 'settings'; settings: { key: string; value: unknown }[] }
	| { part: 'kept'; kept: Record<string, string> }
	| { part: 'keys'; sealed: Uint8Array };

/** What a whole backup holds. */
export interface BackupFacts extends BackupEnd {
	createdAt: number;
	heads: Head[];
	bytes: number;
}

/** What age-encrypted files begin with. */
const AGE = 'age-encryption.org/v1';

/** True when a file has to be opened with a passphrase first. */
export async function isEncrypted(file: Blob): Promise<boolean> {
	return (await file.slice(0, AGE.length).text()) === AGE;
}

/** True when a file begins like a backup, whole or not. */
export async function isBackup(file: Blob): Promise<boolean> {
	return /^\{"galley":"backup"/.test(await file.slice(0, 18).text());
}

/**
 * Reads a backup from its beginning to its end and hands its parts on, in order; no more than one part is in memory.
 * Nothing may be believed before the end was reached and the result is a success. Failures: `backup.not-one`,
 * `backup.newer`, `backup.locked`, `backup.damaged`, `backup.cut` (both say where), and those of `take`.
 */
export async function readBackup(
	file: Blob,
	take: (part: BackupPart) => Promise<Result<void>>
): Promise<Result<BackupFacts>> {
	if (await isEncrypted(file)) return fail(locked());
	const first = await lineAt(file, 0);
	const opening = first && readUntrusted(first.text);
	const begun = firstLineSchema.safeParse(opening?.ok ? opening.value : null);
	if (!first || !begun.success) return fail(notOne());
	if (begun.data.format > BACKUP_FORMAT) return fail(newer(begun.data.format));

	const hashes: string[] = [];
	const streams = new Streams();
	let [at, values, records, settings] = [first.end, 0, 0, 0];
	while (at < file.size) {
		const n = hashes.length + 1;
		const line = await lineAt(file, at);
		if (!line) return fail(cut(n, at));
		const announced = readUntrusted(line.text);
		const read = partLineSchema.safeParse(announced.ok ? announced.value : null);
		if (!read.success) return fail(damaged(n, at, 'what announces it cannot be read'));
		const head = read.data;
		if (head.n !== n) return fail(damaged(n, at, `part ${head.n} stands in its place`));
		if (line.end + head.bytes > file.size) return fail(cut(n, at));
		const bytes = new Uint8Array(await file.slice(line.end, line.end + head.bytes).arrayBuffer());
		if (hashOf(bytes) !== head.hash) return fail(damaged(n, at, 'its bytes do not fit their hash'));
		const after = line.end + head.bytes + 1;
		if (head.part === 'end') {
			const end = jsonOf(bytes, endSchema);
			if (!end) return fail(damaged(n, at, 'it does not say what the file holds'));
			const told = { parts: hashes.length, all: hashOf(hashes.join('\n')) };
			if (end.parts !== told.parts || end.all !== told.all)
				return fail(damaged(n, at, 'it belongs to other parts than these'));
			const incomplete = streams.incomplete();
			if (incomplete) return fail(damaged(n, at, `the history ${incomplete} is not complete`));
			if (end.values !== values || end.records !== records || end.settings !== settings)
				return fail(damaged(n, at, 'it holds another number of entries than it says'));
			if (after < file.size) return fail(damaged(n + 1, after, 'something was added after the end'));
			return ok({ ...end, createdAt: begun.data.createdAt, heads: streams.heads, bytes: file.size });
		}
		const part = partOf(head, bytes);
		if (!part) return fail(damaged(n, at, 'what it holds is not what Galley writes'));
		if (part.part === 'heads' && !streams.announce(part.heads))
			return fail(damaged(n, at, 'the list of histories comes twice'));
		if (part.part === 'values') values += part.values.length;
		if (part.part === 'settings') settings += part.settings.length;
		if (part.part === 'records') {
			records += part.records.length;
			const broken = streams.take(part.records);
			if (broken) return fail(damaged(n, at, broken));
		}
		const taken = await take(part);
		if (!taken.ok) return taken;
		hashes.push(head.hash);
		at = after;
	}
	return fail(cut(hashes.length + 1, at));
}

function partOf({ part, hash, about }: PartLine, bytes: Uint8Array): BackupPart | null {
	switch (part) {
		case 'heads': {
			const heads = jsonOf(bytes, headsSchema);
			return heads && { part, heads };
		}
		case 'values': {
			const small = jsonOf(bytes, smallValuesSchema);
			if (!small || small.some((one) => hashOf(one.text) !== one.hash)) return null;
			const encoder = new TextEncoder();
			return {
				part,
				values: small.map(({ hash, media, text }) => {
					return { hash, media, content: text, bytes: encoder.encode(text).length };
				})
			};
		}
		case 'value': {
			if (!about) return null;
			const content = about.text ? textOfBytes(bytes) : bytes;
			return { part: 'values', values: [{ hash, media: about.media, content, bytes: bytes.length }] };
		}
		case 'records': {
			const records = jsonOf(bytes, z.array(recordSchema));
			return records && { part, records };
		}
		case 'settings': {
			const settings = jsonOf(bytes, settingsSchema);
			return settings && { part, settings };
		}
		case 'kept': {
			const kept = jsonOf(bytes, keptSchema);
			return kept && { part, kept };
		}
		case 'keys':
			return { part, sealed: bytes };
		case 'end':
			return null;
	}
}

/** Holds the records of all parts against the announced heads: every one continues the one before it. */
class Streams {
	heads: Head[] = [];
	readonly #ends = new Map<string, { length: number; hash: string }>();
	readonly #known = new Map<string, Head>();

	announce(heads: Head[]): boolean {
		if (this.heads.length > 0) return false;
		this.heads = heads;
		for (const head of heads) this.#known.set(head.stream, head);
		return true;
	}

	/** A sentence about the first record that is out of place, or null. */
	take(records: readonly LogRecord[]): string | null {
		for (const { stream, seq, event, prev, hash } of records) {
			const end = this.#ends.get(stream) ?? { length: 0, hash: '' };
			const place = `record ${seq + 1} of ${stream}`;
			if (!this.#known.has(stream)) return `${place} belongs to no history of this file`;
			if (seq !== end.length || prev !== end.hash) return `${place} does not continue the one before it`;
			if (hash !== recordHash(stream, seq, event, prev)) return `${place} was changed`;
			this.#ends.set(stream, { length: seq + 1, hash });
		}
		return null;
	}

	incomplete(): string | null {
		const open = this.heads.find(({ stream, length, hash }) => {
			const end = this.#ends.get(stream);
			return end?.length !== length || end.hash !== hash;
		});
		return open?.stream ?? null;
	}
}

function jsonOf<T>(bytes: Uint8Array, schema: z.ZodType<T>): T | null {
	const read = readUntrusted(new TextDecoder().decode(bytes));
	const parsed = schema.safeParse(read.ok ? read.value : undefined);
	return parsed.success ? parsed.data : null;
}

/** The line that begins at a byte, and where the next thing begins; null when it does not end. */
async function lineAt(file: Blob, at: number): Promise<{ text: string; end: number } | null> {
	const bytes = new Uint8Array(await file.slice(at, at + LONGEST_LINE).arrayBuffer());
	const length = bytes.indexOf(0x0a);
	if (length < 0) return null;
	return { text: new TextDecoder().decode(bytes.subarray(0, length)), end: at + length + 1 };
}

function damaged(n: number, at: number, why: string): Failure {
	return failure(
		'backup.damaged',
		`This backup is damaged at part ${n}, byte ${at.toLocaleString('en')}: ${why}. Nothing on this device was changed; use another backup.`,
		{ details: { part: n, byte: at } }
	);
}

function cut(n: number, at: number): Failure {
	return failure(
		'backup.cut',
		`This backup is not whole: it ends in part ${n}, at byte ${at.toLocaleString('en')}, before it says that it is complete. Nothing on this device was changed; use another backup.`,
		{ details: { part: n, byte: at } }
	);
}

function newer(format: number): Failure {
	return failure(
		'backup.newer',
		`This backup has format ${format}; this Galley reads up to ${BACKUP_FORMAT}. Nothing was changed; update Galley, then restore it.`
	);
}

function notOne(): Failure {
	return failure('backup.not-one', 'This file is no backup of Galley. Nothing was changed.');
}

function locked(): Failure {
	return failure(
		'backup.locked',
		'This backup was locked with a passphrase. Enter it to open the file; nothing was changed.'
	);
}
