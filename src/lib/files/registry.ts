import { fail, failure, unexpected, type Failure, type Result } from '$lib/core';
import type { Document, Drawing, FileFormat, RawFile } from './contract';
import { decode } from './decode';
import { megabytes } from './limits';
import { beginReading, Refused, type Reading, type ReadOptions } from './reading';

const found = import.meta.glob<{ default: FileFormat }>(['./formats/*.ts', '!./formats/*.test.ts'], {
	eager: true
});

/** Every format, by id in alphabetical order. A new file in `formats/` is in it by being there. */
export const formats: readonly FileFormat[] = Object.values(found)
	.map((module) => module.default)
	.sort((a, b) => a.id.localeCompare(b.id));

/**
 * Reads a file by its content where that is unmistakable, else by what its name says, else as plain text. Never throws.
 * Fails with `file.empty`, `file.too-large`, `file.binary`, `file.encrypted`, `file.corrupt`, `file.unsafe`,
 * `file.bomb`, `file.too-many`, `file.too-deep`, `file.too-slow`, `file.cancelled`, `file.no-text`, or the format's own.
 */
export async function readFile(raw: RawFile, options: ReadOptions = {}): Promise<Result<Document>> {
	return settle(raw.name, () => open(raw, beginReading(raw.name, open, options)));
}

/** A file as untrusted HTML, for formats that have such a view; null for the others. Fails like {@link readFile}. */
export async function showFile(raw: RawFile, options: ReadOptions = {}): Promise<Result<string | null>> {
	return settle<string | null>(raw.name, async () => {
		const reading = beginReading(raw.name, open, options);
		if (raw.bytes.length > reading.limits.bytes) return fail(tooLarge(raw, reading.limits.bytes));
		return (await choose(raw).format?.show?.(raw, reading)) ?? { ok: true, value: null };
	});
}

/** A page as a picture; null for formats without pages. Fails like {@link readFile}. */
export async function drawFile(
	raw: RawFile,
	page: number,
	options: ReadOptions = {}
): Promise<Result<Drawing | null>> {
	return settle<Drawing | null>(raw.name, async () => {
		const reading = beginReading(raw.name, open, options);
		return (await choose(raw).format?.draw?.(raw, page, reading)) ?? { ok: true, value: null };
	});
}

async function settle<T>(name: string, read: () => Promise<Result<T>>): Promise<Result<T>> {
	try {
		return await read();
	} catch (cause) {
		if (cause instanceof Refused) return fail(cause.failure);
		return fail(isMissingChunk(cause) ? notHere(name) : unexpected(cause, `reading “${name}”`));
	}
}

/** The same for a file inside another. */
function open(raw: RawFile, reading: Reading): Promise<Result<Document>> {
	return settle(raw.name, async () => {
		if (raw.bytes.length > reading.limits.bytes) return fail(tooLarge(raw, reading.limits.bytes));
		const { format, named } = choose(raw);
		if (!format) return fail(unsupported(raw.name));
		if (format.sniff && !format.sniff(raw.bytes)) {
			const decoded = decode(raw);
			if (!decoded.ok && decoded.failure.code === 'file.empty') return decoded;
		}
		const read = await settle(raw.name, () => format.read(raw, reading));
		if (format === named) return read;
		if (!read.ok) return named ? fail(mislabelled(read.failure, named, format)) : read;
		const why = named
			? `The name says ${named.title}, but the content is ${format.title}; it was read as that.`
			: `The name does not say what this is; it was read as ${format.title}.`;
		return { ok: true, value: { ...read.value, warnings: [why, ...read.value.warnings] } };
	});
}

/** The format that a file's name promises. */
export function formatOf(name: string): FileFormat | undefined {
	const extension = /\.([^.]+)$/.exec(name.toLowerCase())?.[1];
	return extension === undefined ? undefined : formats.find((each) => each.extensions.includes(extension));
}

function choose(raw: RawFile): { format: FileFormat | undefined; named: FileFormat | undefined } {
	const named = formatOf(raw.name);
	return {
		named,
		format: recognise(raw, named) ?? named ?? formats.find((each) => each.id === 'text')
	};
}

/** Another format than the named one, if the content is surely of it. */
function recognise(raw: RawFile, named: FileFormat | undefined): FileFormat | undefined {
	if (named?.sniff?.(raw.bytes)) return undefined;
	const sniffed = formats.find((each) => each.sniff?.(raw.bytes));
	if (sniffed) return sniffed;
	// A name that promises a container for bytes that are plain text lies; of texts only a table's name is doubted.
	const mayLie = named === undefined || named.sniff !== undefined || named.media === 'text/csv';
	const decoded = mayLie ? decode(raw) : null;
	if (!decoded?.ok) return undefined;
	const { text } = decoded.value;
	// Commas or tabs, the reader of tables finds out for itself.
	const isTable = named !== undefined && named.sniff === undefined;
	const other = formats.find((each) => !(isTable && each.media === named.media) && each.recognises?.(text));
	return other ?? (named?.sniff ? formats.find((each) => each.id === 'text') : undefined);
}

/** Why a file cannot be read makes no sense to somebody who takes it for something else. */
function mislabelled(failure: Failure, named: FileFormat, format: FileFormat): Failure {
	const message = `The name says ${named.title}, but the content is ${format.title}. ${failure.message}`;
	return { ...failure, message };
}

/** Browsers word it in three ways. */
function isMissingChunk(cause: unknown): boolean {
	return (
		cause instanceof TypeError &&
		/dynamically imported module|importing a module script|Failed to fetch/i.test(cause.message)
	);
}

function notHere(name: string): Failure {
	return failure(
		'file.reader-missing',
		`The reader for “${name}” is not on this device yet and could not be fetched. The file was left as it is. Go online once, then try again.`,
		{ retryable: true, details: { name } }
	);
}

function unsupported(name: string) {
	return failure(
		'file.unsupported',
		`Galley cannot read “${name}”. The file was left as it is. Save it as CSV or text, then add it again.`
	);
}

function tooLarge({ name, bytes }: RawFile, limit: number) {
	return failure(
		'file.too-large',
		`“${name}” is ${megabytes(bytes.length)} MB; Galley reads files up to ${megabytes(limit)} MB. ` +
			'The file was left as it is. Keep only the part that you need, then add it again.',
		{ details: { name, bytes: bytes.length, limit } }
	);
}
