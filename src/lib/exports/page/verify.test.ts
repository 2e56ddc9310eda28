import { beforeAll, describe, expect, it } from 'vitest';
import { exportFormat } from '../registry';
import { richSource } from '../testing';
import { verifyPage } from './testing';

async function pageOf(without: string[] = []): Promise<string> {
	const made = await exportFormat('html')?.make(richSource(without));
	return made?.ok ? String(made.value.content) : '';
}

let page: string;
beforeAll(async () => {
	page = await pageOf();
});

const DATA = 'id="galley-data">';

/** The page with its data changed by hand, as somebody would who edits the file. */
function edited(change: (bundle: Bundle) => void): string {
	const at = page.indexOf(DATA) + DATA.length;
	const end = page.indexOf('</script>', at);
	const bundle = JSON.parse(page.slice(at, end)) as Bundle;
	change(bundle);
	return page.slice(0, at) + JSON.stringify(bundle, null, '\t').replaceAll('<', '\\u003c') + page.slice(end);
}

interface Bundle {
	runs: { records: { seq: number; event: { at: number } }[] }[];
	workflows: { records: { event: { at: number } }[] }[];
	notes: { instruction: string }[];
	values: { text?: string }[];
}

describe('a readable page checks itself', () => {
	it('is unchanged when nobody changed it, whole or with things left out', async () => {
		expect(await verifyPage(page)).toMatch(/^Unchanged since export/);
		expect(await verifyPage(await pageOf(['made:draft', 'note:*']))).toMatch(/^Unchanged since export/);
	});

	const changes: [string, () => string, RegExp][] = [
		[
			'a record',
			() => edited((one) => (one.runs[0]!.records[2]!.event.at = 99)),
			/Record 3 of 12 .*was changed/
		],
		[
			'swapped records',
			() =>
				edited(({ runs }) => {
					const records = runs[0]!.records;
					[records[3], records[4]] = [records[4]!, records[3]!];
				}),
			/Record 4 of 12 .*does not continue/
		],
		['a record taken out', () => edited(({ runs }) => runs[0]!.records.splice(5, 1)), /Record 6 of 11/],
		['a cut tail', () => edited(({ runs }) => runs[0]!.records.pop()), /has 11 entries and should have 12/],
		['the workflow', () => edited((one) => (one.workflows[0]!.records[0]!.event.at = 7)), /workflow w/],
		['a value', () => edited((one) => (one.values[0]!.text = 'other')), /stored value .*was changed/],
		['a value taken out', () => edited((one) => one.values.pop()), /stored values and should be/],
		['a note', () => edited((one) => (one.notes[0]!.instruction = 'other')), /data in this page was changed/],
		[
			'what stands before it',
			() => page.replace('<main>', '<p>Approved by all of us.</p><main>'),
			/stands beside/
		],
		[
			'a second page in it',
			() => page.replace('</main>', '</main><main><h1>Other</h1></main>'),
			/stands beside/
		],
		['its look', () => page.replace('</style>', 'del{display:none}</style>'), /stands beside/],
		['its title', () => page.replace('<title>', '<title>Not '), /stands beside/],
		['the seal that is printed', () => page.replace(/Seal <span id="seal-words">./, '$&0'), /seal/],
		['what is shown', () => page.replace('Ines', 'Eve'), /What this page shows was changed/],
		[
			'the seal',
			() => page.replace(/"seal":"./, (found) => `"seal":"${found.endsWith('a') ? 'b' : 'a'}`),
			/seal/
		],
		['the end of the file', () => page.slice(0, page.indexOf(DATA) + 900), /end was cut off/]
	];
	it.each(changes)('says that %s was changed, and where', async (_what, change, says) => {
		const text = change();
		expect(text).not.toBe(page);
		expect(await verifyPage(text)).toMatch(/^Changed since it was exported/);
		expect(await verifyPage(text)).toMatch(says);
	});

	it('misses no flipped bit in its data', async () => {
		const at = page.indexOf(DATA) + DATA.length;
		const end = page.indexOf('</script>', at);
		for (let step = 0; step < 60; step++) {
			const place = at + Math.floor(((end - at) * step) / 60);
			const flipped = String.fromCharCode(page.charCodeAt(place) ^ 1);
			const said = await verifyPage(page.slice(0, place) + flipped + page.slice(place + 1));
			expect(said, `character ${place}`).toMatch(/^Changed since it was exported/);
		}
	});
});
