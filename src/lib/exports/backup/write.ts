import { hashOf, type Result } from '$lib/core';
import type { Head, LogRecord } from '$lib/run';
import type { ExportValue } from '../contract';
import { BACKUP_FORMAT, type BackupEnd, type PartLine, type PartName } from './part';

/** Everything of a device, read as it is needed. */
export interface BackupSource {
	/** Every stream that is taken, and how far. */
	heads: Head[];
	records(stream: string): Promise<LogRecord[]>;
	/** Hashes of all values. */
	hashes: string[];
	value(hash: string): Promise<Result<ExportValue>>;
	settings: { key: string; value: unknown }[];
	/** What pages keep beside the logs. */
	kept: Record<string, string>;
	/** Keys, sealed with a passphrase already; null: none are taken along. */
	keys: Uint8Array | null;
}

/** Small texts and records are gathered into parts of about this many characters. */
const GATHERED = 1024 * 1024;

/** Values above this many bytes have a part of their own. */
const SMALL = 64 * 1024;

const encoder = new TextEncoder();

/** The bytes of a backup, piece by piece; no more than one value or one gathered part is in memory at a time. */
export async function* writeBackup(
	source: BackupSource,
	createdAt: number
): AsyncGenerator<Uint8Array<ArrayBuffer>, BackupEnd> {
	const hashes: string[] = [];
	function* part(name: PartName, content: unknown, about?: PartLine['about']) {
		const bytes = content instanceof Uint8Array ? content : encoder.encode(JSON.stringify(content));
		const hash = hashOf(bytes);
		hashes.push(hash);
		const line: PartLine = { n: hashes.length, part: name, bytes: bytes.length, hash };
		yield encoder.encode(`${JSON.stringify({ ...line, ...(about ? { about } : {}) })}\n`);
		yield new Uint8Array(bytes);
		yield encoder.encode('\n');
	}

	yield encoder.encode(`${JSON.stringify({ galley: 'backup', format: BACKUP_FORMAT, createdAt })}\n`);
	// The lists of notes and of the library come first: runs count how notes fared, which needs them to be there.
	const heads = [...source.heads].sort((a, b) => order(a.stream) - order(b.stream) || compare(a, b));
	yield* part('heads', heads);

	const missing: string[] = [];
	let values = 0;
	let small: { hash: string; media: string; text: string }[] = [];
	let size = 0;
	for (const hash of source.hashes) {
		const value = await source.value(hash);
		if (!value.ok) {
			missing.push(hash);
			continue;
		}
		values += 1;
		const { media, content, bytes } = value.value;
		if (typeof content === 'string' && bytes <= SMALL) {
			small.push({ hash, media, text: content });
			size += content.length;
			if (size < GATHERED) continue;
			yield* part('values', small);
			[small, size] = [[], 0];
		} else if (typeof content === 'string') {
			yield* part('value', encoder.encode(content), { media, text: true });
		} else yield* part('value', content, { media, text: false });
	}
	if (small.length > 0) yield* part('values', small);

	let records = 0;
	let gathered: LogRecord[] = [];
	size = 0;
	for (const { stream, length } of heads) {
		for (const record of (await source.records(stream)).slice(0, length)) {
			gathered.push(record);
			records += 1;
			size += JSON.stringify(record.event).length;
			if (size < GATHERED) continue;
			yield* part('records', gathered);
			[gathered, size] = [[], 0];
		}
	}
	if (gathered.length > 0) yield* part('records', gathered);

	yield* part('settings', source.settings);
	yield* part('kept', source.kept);
	if (source.keys) yield* part('keys', source.keys);
	const end: BackupEnd = {
		parts: hashes.length,
		all: hashOf(hashes.join('\n')),
		streams: heads.length,
		records,
		values,
		settings: source.settings.length,
		missing
	};
	yield* part('end', end);
	return end;
}

function order(stream: string): number {
	if (stream === 'notes') return 0;
	if (stream === 'library') return 1;
	return stream.startsWith('run:') ? 3 : 2;
}

/** Ids of runs begin with their time, so runs come in the order in which they began. */
function compare(a: Head, b: Head): number {
	return a.stream < b.stream ? -1 : 1;
}
