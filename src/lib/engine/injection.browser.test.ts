import { afterAll, expect, it, vi } from 'vitest';
import { pdf } from '../../../tests/fixtures/corpus/pages';
import { picture } from '../../../tests/fixtures/corpus/picture';
import { injections } from '../../../tests/fixtures/injections';
import fileUrl from '../../workers/file?worker&url';
import { fileRunner } from './file-runner';
import { expectFenced, MARKER, sentWith, taken } from './injection/conformance';

vi.setConfig({ testTimeout: 120_000 });

const CORPUS = injections(MARKER);

const files = fileRunner(() => new Worker(fileUrl, { type: 'module' }));
afterAll(() => files.close());

/** The formats whose readers need a browser; the others stand in the unit test. */
const send = (name: string, bytes: Uint8Array) =>
	sentWith([{ name, bytes }], (file) => files.read('test', file));

/** Each text on lines of its own, as a page has them. */
const LINES = CORPUS.flatMap(({ text }) => text.split('\n'));

it('sixty orders in a PDF stay inside its fence, and are told with their page', async () => {
	const pages = Array.from({ length: Math.ceil(LINES.length / 20) }, (_, at) =>
		LINES.slice(20 * at, 20 * at + 20)
	);
	expectFenced(await send('a.pdf', pdf(pages)), CORPUS, /”, page \d+.*, has words that read like an order/i);
});

it('sixty orders in a picture: what is recognised of them is inside its fence, and nothing of it outside', async () => {
	const size: [number, number] = [2400, 60 * LINES.length + 120];
	const drawn = await send('a.png', await picture(LINES, size, 60));
	const harmless = await send('a.png', await picture(['Nothing but a title.'], size, 60));
	const { outside, inside } = taken(drawn.sent);
	expect(outside).toBe(taken(harmless.sent).outside);
	const within = inside.join('\n');
	// Printed words are not read without a slip, so most of them have to be there, not all.
	const read = CORPUS.filter(({ canary }) => within.includes(canary));
	expect(read.length).toBeGreaterThan(40);
	expect(within).not.toContain(MARKER);
	expect(within).not.toMatch(/(^|[^\\])<<</);
	expect(drawn.flags.filter((flag) => flag.kind === 'anomaly').length).toBeGreaterThanOrEqual(3);
});
