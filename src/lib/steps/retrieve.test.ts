import { placesIn, sayPlaces, type ProviderChoice } from '$lib/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CollectedDocument } from './contract';
import { passagesOf, shortened } from './passages';
import { roomOf } from './retrieve';
import { runStep } from './run-step';
import { aValue, fakeContext } from './testing';

function aDocument(name: string, text: string, more: Partial<CollectedDocument> = {}): CollectedDocument {
	return {
		...{ source: 's', origin: 'files', name, media: 'text/plain', text, unit: 'line', table: null },
		...{ warnings: [], hash: name },
		...more
	};
}

const provider = (context?: number): ProviderChoice => ({
	...{ id: 'local', title: 'Small model', onDevice: true },
	config: context === undefined ? {} : { context, answer: 200 }
});

async function asked(documents: CollectedDocument[], context?: number, config = {}) {
	const fake = fakeContext(
		{ title: 'Refunds of the quarter', instructions: 'What was refunded?', with: config },
		{
			inputs: { material: [aValue({ documents } as never, 'application/json')] },
			provider: provider(context)
		}
	);
	const { result } = await runStep('model', fake.context);
	return { result, sent: fake.prepared[0] ?? '', asked: fake.requests.length };
}

const FILL = Array.from(
	{ length: 60 },
	(_, at) => `Paragraph ${at + 1}. ${'The weather stayed as it was. '.repeat(20)}\n`
);
const LONG = [...FILL.slice(0, 40), 'In March the refunds were 4,711 in all.\n', ...FILL.slice(40)].join(
	'\n'
);

test('what fits, or a model of which nobody knows what it takes, is given whole', async () => {
	const small = aDocument('small.txt', 'Refunds: 3.\n');
	expect((await asked([small], 4_096)).sent).toContain('Refunds: 3.');
	const { sent, result } = await asked([aDocument('long.txt', LONG)]);
	expect(sent).toContain('Paragraph 60.');
	expect(result.ok && result.value.flags).toEqual([]);
});

test('of a document that is too long, the passages nearest to the task are given, and the gate is told', async () => {
	const { sent, result } = await asked([aDocument('long.txt', LONG)], 4_096);
	expect(sent).toContain('the refunds were 4,711');
	expect(sent).toContain('Paragraph 1.');
	expect(sent.length / 3).toBeLessThan(4_096 - 200);
	expect(sent).toContain('[…]');
	const flags = result.ok ? (result.value.flags ?? []) : [];
	expect(flags).toHaveLength(1);
	expect(flags[0]?.text).toMatch(
		/“long.txt” is longer than Small model takes .*\d+ of its \d+ passages .*refunds.*line/
	);
});

test('a limit of the step’s own holds for any model', async () => {
	const { sent } = await asked([aDocument('long.txt', LONG)], undefined, { maxMaterial: 500 });
	expect(sent).toContain('4,711');
	expect(sent.length).toBeLessThan(4_000);
});

test('in many documents the one that has it is found, however many beginnings there are', async () => {
	const filler = (at: number) => `Report ${at}.\n${'The weather stayed as it was.\n'.repeat(60)}`;
	const many = Array.from({ length: 120 }, (_, at) => aDocument(`report ${at}.txt`, filler(at)));
	const wanted = aDocument(
		'march.txt',
		`${filler(121)}In March the refunds were 4,711 in all.\n${filler(122)}`
	);
	const { sent, result } = await asked([...many, wanted], 4_096);
	expect(sent).toContain('the refunds were 4,711');
	expect(sent).toContain('Report 121.');
	// Each flag has to be looked at before anything is approved.
	const flags = result.ok ? (result.value.flags ?? []) : [];
	expect(flags.length).toBeLessThan(12);
	expect(flags.at(-1)?.text).toMatch(/^1\d\d documents did not fit .* and \d+ more\./);
});

test('a table is never given without the names of its columns', async () => {
	const rows = Array.from(
		{ length: 900 },
		(_, at) => `${at},${at === 777 ? 'refunds' : 'weather'},${'x'.repeat(20)}`
	);
	const tables = Array.from({ length: 9 }, (_, at) =>
		aDocument(`t${at}.csv`, `number_${at},what,said\n${rows.join('\n')}\n`, {
			...{ media: 'text/csv', unit: 'row' },
			table: { columns: ['n'], rows: 900 }
		})
	);
	const { sent } = await asked(tables, 4_096);
	const given = [...sent.matchAll(/<<<document .*?name="(t\d)\.csv".*?>>>\n(.*)/g)];
	expect(given.length).toBeGreaterThan(0);
	for (const [, name = '', head] of given) expect(head).toBe(`number_${name.slice(1)},what,said`);
});

test('a text that is too long is cut by passages like a document, also one that has no line ends', async () => {
	for (const text of [LONG, LONG.replaceAll('\n', ' ')]) {
		const fake = fakeContext(
			{ title: 'Refunds of the quarter', instructions: 'What was refunded?' },
			{ inputs: { report: [aValue(text, 'text/plain', 'report')] }, provider: provider(4_096) }
		);
		const { result } = await runStep('model', fake.context);
		const sent = fake.prepared[0] ?? '';
		expect(sent).toContain('the refunds were 4,711');
		expect(sent.length / 3).toBeLessThan(4_096 - 200);
		expect(result.ok && result.value.flags?.[0]?.text).toMatch(/“report” is longer .*The rest was not seen/);
	}
});

test('where no room is left nothing is sent, and the ways out are said', async () => {
	const fake = fakeContext(
		{},
		{
			inputs: { data: [aValue({ list: Array.from({ length: 3_000 }, (_, at) => at) }, 'application/json')] },
			provider: provider(2_048)
		}
	);
	const { result } = await runStep('model', fake.context);
	expect(result).toMatchObject({ ok: false, failure: { code: 'model.too-long' } });
	expect(fake.requests).toEqual([]);
});

test('a small window still takes a small step', () => {
	expect(roomOf(provider(1_024), {})).toEqual({ tokens: 512, most: 1_024 });
	expect(roomOf(provider(), {})).toBeNull();
	expect(roomOf(provider(8_192), { maxMaterial: 100 })?.tokens).toBe(100);
});

test('a remote model takes what the person says that it takes; nobody else knows', () => {
	const remote = (id: string, config: ProviderChoice['config']): ProviderChoice => ({
		...{ id, title: 'Elsewhere', onDevice: false },
		config: { model: 'm', baseUrl: 'https://models.example.org/v1', ...config }
	});
	expect(roomOf(remote('openai-compatible', {}), {})).toBeNull();
	expect(roomOf(remote('openai-compatible', { context: 32_000 }), {})?.tokens).toBe(32_000 - 1_500 - 600);
	expect(roomOf(remote('google', { context: 32_000 }), { maxTokens: 400 })?.tokens).toBe(31_000);
	// This one is always asked for an answer of some length, which has to fit in as well.
	expect(roomOf(remote('anthropic', { context: 200_000 }), {})?.tokens).toBe(200_000 - 8_192 - 600);
});

test('a model of this device whose context was left as it is has the provider’s own', () => {
	const local = { id: 'wllama', title: 'Local', onDevice: true, config: { model: 'some-model' } };
	expect(roomOf(local, {})?.most).toBe(4_096);
});

test('passages are the whole text without gaps, and lines of a usual length stay whole', () => {
	const texts = fc.array(fc.constantFrom('word '.repeat(90), '', '# Head', 'a,b,c', 'x'), { maxLength: 60 });
	const long = ['x'.repeat(5_000), '🙂'.repeat(3_000), 'One sentence. '.repeat(400), 'word '.repeat(2_000)];
	for (const text of long) {
		const pieces = passagesOf(text, false).map(({ start, end }) => text.slice(start, end));
		expect(pieces.join('')).toBe(text);
		expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(1_900);
		for (const piece of pieces) expect(() => encodeURIComponent(piece)).not.toThrow();
		expect(passagesOf(text, true)).toHaveLength(1);
	}
	fc.assert(
		fc.property(texts, fc.boolean(), (lines, isTable) => {
			const text = lines.join('\n');
			const passages = passagesOf(text, isTable);
			expect(passages.map(({ start, end }) => text.slice(start, end)).join('')).toBe(text);
			for (const { start } of passages) expect(start === 0 || text[start - 1] === '\n').toBe(true);
		})
	);
});

test('what is kept knows where it stood', () => {
	const rows = Array.from({ length: 200 }, (_, at) => `${at},${'x'.repeat(20)}`).join('\n');
	const table = aDocument('t.csv', `n,said\n${rows}\n`, {
		unit: 'row',
		table: { columns: ['n', 'said'], rows: 200 }
	});
	const passages = passagesOf(table.text, true);
	const short = shortened(table, passages.slice(2, 3));
	const at = short.text.indexOf('80,');
	expect(sayPlaces(placesIn(short.text, short.spans ?? [], at, at + 2))).toBe('row 82, column 1');
	const page = { in: 'page' as const, page: 3 };
	const paged = aDocument('p.pdf', 'One.\nTwo.\n', { spans: [{ start: 5, end: 9, place: page }] });
	const cut = shortened(paged, [{ start: 5, end: 10 }]);
	expect(cut.text).toBe('[…]\nTwo.\n');
	expect(placesIn(cut.text, cut.spans ?? [], cut.text.indexOf('Two'))).toEqual([page]);
});
