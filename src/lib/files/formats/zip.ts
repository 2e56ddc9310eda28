import { ok } from '$lib/core';
import { defineFormat, type Document } from '../contract';
import { labelOf } from '../label';
import { encrypted, noText } from '../refusals';
import { wholeOf } from '../whole';
import { isZip, zipEntries, type ZipEntry } from '../zip';

/** Left behind by systems, never meant by people. */
const LITTER = /(?:^|\/)(?:__MACOSX\/|Thumbs\.db$|desktop\.ini$|\.[^./])/;
const QUOTED = 10;

export default defineFormat({
	id: 'zip',
	title: 'ZIP archive',
	extensions: ['zip'],
	media: 'text/plain',
	example: {
		name: 'week.zip',
		content: { entries: { 'notes/call.txt': 'Refunds rose.\n', 'sales.csv': 'region,revenue\nNorth,12\n' } },
		expect: {
			text: '# week.zip › notes/call.txt\n\nRefunds rose.\n\n# week.zip › sales.csv\n\nregion,revenue\nNorth,12\n',
			unit: 'line',
			table: null,
			warnings: [],
			spans: [
				{ start: 29, end: 43, place: { in: 'line', line: 1 } },
				{ start: 68, end: 92, place: { in: 'cell', row: 1, column: 1 } }
			]
		}
	},
	sniff: isZip,
	async read(file, reading) {
		const entries = zipEntries(file, reading).filter((entry) => !LITTER.test(entry.name));
		if (entries.length > 0 && entries.every((entry) => entry.isEncrypted)) throw encrypted(file.name);
		const kind = await mimetypeOf(entries);
		if (kind.startsWith('application/'))
			throw noText(
				file.name,
				`it is a file of the kind “${kind}”, which Galley does not know; save it in a usual one`
			);
		const parts: Document[] = [];
		const left: string[] = [];
		for (const [index, entry] of entries.entries()) {
			await reading.pause({ unit: 'file', done: index, total: entries.length });
			const label = labelOf(entry.name);
			if (entry.isEncrypted) {
				left.push(`“${label}” (locked with a password)`);
				continue;
			}
			const read = await reading.open({ name: `${file.name} › ${label}`, bytes: await entry.bytes() });
			if (read.ok) parts.push(...(read.value.parts ?? [read.value]));
			else if (STOPS.has(read.failure.code)) return read;
			else left.push(`“${label}” (${read.failure.code})`);
		}
		if (parts.length === 0)
			throw noText(
				file.name,
				entries.length === 0 ? 'the archive is empty' : `nothing in it can be read: ${quoted(left)}`
			);
		const warnings = left.length > 0 ? [`Not everything in the archive could be read: ${quoted(left)}.`] : [];
		return ok(wholeOf(file.name, parts, warnings, reading));
	}
});

/** OpenDocument files and electronic books say in an entry what they are. */
async function mimetypeOf(entries: readonly ZipEntry[]): Promise<string> {
	const entry = entries.find((one) => one.name === 'mimetype');
	return entry ? new TextDecoder().decode((await entry.bytes()).subarray(0, 100)).trim() : '';
}

/** Refusals that are about the whole, whichever file inside they came up in. */
const STOPS = new Set(['file.bomb', 'file.too-many', 'file.too-slow', 'file.cancelled']);

function quoted(names: readonly string[]): string {
	const more = names.length > QUOTED ? ` and ${names.length - QUOTED} more` : '';
	return names.slice(0, QUOTED).join(', ') + more;
}
