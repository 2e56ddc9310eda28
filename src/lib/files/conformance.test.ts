import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { checkInvariants, conformance } from './conformance';
import { formats, readFile } from './index';

vi.setConfig({ testTimeout: 60_000 });

/** They need what only a browser has; `conformance.browser.test.ts` runs the same suite on them. */
const IN_BROWSER = ['image', 'pdf'];

test('the registry knows the formats of this release', () => {
	expect(formats.map((format) => format.id)).toEqual(
		'csv docx eml html ics image json jsonl markdown odt pdf pptx srt text tsv vtt xlsx yaml zip'.split(' ')
	);
});

conformance(
	formats.filter((format) => !IN_BROWSER.includes(format.id)),
	100
);

test('readFile never throws, whatever the name and the bytes', async () => {
	await fc.assert(
		fc.asyncProperty(fc.string(), fc.uint8Array({ maxLength: 200 }), async (name, bytes) =>
			checkInvariants(await readFile({ name, bytes }))
		)
	);
});
