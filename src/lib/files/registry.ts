import { fail, failure, type Result } from '$lib/core';
import type { Document, FileFormat, RawFile } from './contract';

const found = import.meta.glob<{ default: FileFormat }>(['./formats/*.ts', '!./formats/*.test.ts'], {
	eager: true
});

/** Every format, by id in alphabetical order. A new file in `formats/` is in it by being there. */
export const formats: readonly FileFormat[] = Object.values(found)
	.map((module) => module.default)
	.sort((a, b) => a.id.localeCompare(b.id));

export async function readFile(raw: RawFile): Promise<Result<Document>> {
	const extension = raw.name.toLowerCase().split('.').pop() ?? '';
	const format = formats.find((each) => each.extensions.includes(extension));
	if (format) return format.read(raw);
	return fail(failure('file.unsupported', `Galley cannot read “${raw.name}”.`));
}
