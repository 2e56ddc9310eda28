import { fail, failure, unexpected, type Result } from '$lib/core';
import type { Document, FileFormat, RawFile } from './contract';
import { decode } from './decode';

const found = import.meta.glob<{ default: FileFormat }>(['./formats/*.ts', '!./formats/*.test.ts'], {
	eager: true
});

/** Every format, by id in alphabetical order. A new file in `formats/` is in it by being there. */
export const formats: readonly FileFormat[] = Object.values(found)
	.map((module) => module.default)
	.sort((a, b) => a.id.localeCompare(b.id));

/**
 * Reads a file by what its name says, unless its content is surely something else. A name that says nothing is read
 * by its content, as plain text at worst. Fails with `file.empty`, `file.too-large`, `file.binary` or the format's own
 * code; never throws.
 */
export async function readFile(raw: RawFile): Promise<Result<Document>> {
	try {
		const named = formatOf(raw.name);
		const recognised = recognise(raw, named);
		const format = recognised ?? named ?? formats.find((each) => each.id === 'text');
		if (!format) return fail(unsupported(raw.name));
		const read = await format.read(raw);
		if (!read.ok || format === named) return read;
		const why = named
			? `The name says ${named.title}, but the content is ${format.title}; it was read as that.`
			: `The name does not say what this is; it was read as ${format.title}.`;
		return { ok: true, value: { ...read.value, warnings: [why, ...read.value.warnings] } };
	} catch (cause) {
		return fail(unexpected(cause, `reading “${raw.name}”`));
	}
}

/** The format that a file's name promises. */
export function formatOf(name: string): FileFormat | undefined {
	const extension = /\.([^.]+)$/.exec(name.toLowerCase())?.[1];
	return extension === undefined ? undefined : formats.find((each) => each.extensions.includes(extension));
}

/** Another format than the named one, if the content is surely of it. Only a table's name is doubted. */
function recognise(raw: RawFile, named: FileFormat | undefined): FileFormat | undefined {
	if (named && named.media !== 'text/csv') return undefined;
	const decoded = decode(raw);
	if (!decoded.ok) return undefined;
	return formats.find((each) => each.media !== named?.media && each.recognises?.(decoded.value.text));
}

function unsupported(name: string) {
	return failure(
		'file.unsupported',
		`Galley cannot read “${name}”. The file was left as it is. Save it as CSV or text, then add it again.`
	);
}
