import { expect, test } from 'vitest';
import { CATALOGUE } from './catalogue';
import type { Adapter, Device } from '../device';
import { judgeModel, memoryFor, tokenBytesOf, type Need } from './verdict';

const GIB = 2 ** 30;
const laptop: Device = {
	memory: 8 * GIB,
	memoryIsCapped: true,
	disk: 100e9,
	persisted: true,
	suspends: true,
	graphics: {
		...{ name: 'a card', vendor: 'v', architecture: 'a', isSoftware: false, f16: true },
		...{ maxBuffer: GIB, maxBinding: GIB, workgroupStorage: 2 ** 15, buffersPerStage: 10 }
	}
};
const card = laptop.graphics as Adapter;
const need = (more: Partial<Need> = {}): Need => ({
	bytes: 500e6,
	here: 0,
	tokenBytes: 12_288,
	context: 4096,
	parameters: 0.5,
	largest: 150e6,
	...more
});

test.each<[string, Partial<Need>, Partial<Device>, string, RegExp]>([
	['a small one on a laptop', {}, {}, 'yes', /graphics processor \(a card\)/],
	['no room', {}, { disk: 300e6 }, 'no', /500 MB more on the disk, and this browser grants 300 MB/],
	['room for what is missing', { here: 300e6 }, { disk: 450e6 }, 'yes', /graphics/],
	['hardly any room', { here: 300e6 }, { disk: 300e6 }, 'maybe', /hardly any room/],
	['a phone with 2 GB', { bytes: 2.5e9 }, { memory: 2 * GIB, memoryIsCapped: false }, 'no', /tab would end/],
	[
		'half of the memory',
		{ bytes: 2.5e9 },
		{ memory: 4 * GIB, memoryIsCapped: false },
		'maybe',
		/Close other tabs/
	],
	['a big one where memory is capped', { bytes: 9e9 }, {}, 'maybe', /or more; browsers do not tell/],
	['unknown memory', {}, { memory: null, memoryIsCapped: false }, 'unknown', /does not tell how much/],
	['no adapter', {}, { graphics: null }, 'yes', /no graphics processor, so the processor does it\./],
	['no adapter, a bigger one', { parameters: 4 }, { graphics: null }, 'maybe', /few words in a second/],
	['no f16', {}, { graphics: { ...card, f16: false, isSoftware: false } }, 'yes', /shader-f16/],
	['a simulated one', {}, { graphics: { ...card, f16: true, isSoftware: true } }, 'yes', /simulated/],
	[
		'buffers smaller than its largest piece',
		{ largest: 319e6, parameters: 4 },
		{ graphics: { ...card, maxBinding: 2 ** 28 } },
		'maybe',
		/pieces of up to 268 MB, and the largest of this model has 319 MB, so the processor does it; expect/
	],
	[
		'a largest piece that nobody knows',
		{ largest: null },
		{ graphics: card },
		'yes',
		/graphics processor \(a card\)/
	],
	['no JSPI', {}, { suspends: false }, 'maybe', /copies the whole model/]
])('%s', (_, wanted, device, is, why) => {
	const verdict = judgeModel(need(wanted), { ...laptop, ...device });
	expect(verdict.is).toBe(is);
	expect(verdict.why.join(' ')).toMatch(why);
	expect(verdict.memory).toBe(memoryFor(need(wanted)));
});

test('what a context costs is read off the file', () => {
	const gguf = { layers: 28, heads: 12, keyHeads: 2, embedding: 1536 };
	expect(tokenBytesOf(gguf as never)).toBe(28 * 2 * 128 * 4);
	expect(tokenBytesOf({ ...gguf, keyHeads: null } as never)).toBe(28 * 12 * 128 * 4);
});

test('the catalogue is in order: names are unique, addresses whole, nothing is run beyond what it was trained for', () => {
	expect(new Set(CATALOGUE.map(({ id }) => id)).size).toBe(CATALOGUE.length);
	for (const model of CATALOGUE) {
		expect(new URL(model.url).pathname).toMatch(/\.gguf$/);
		expect(new URL(model.licence.url).protocol).toBe('https:');
		expect(model.context).toBeLessThanOrEqual(model.trained);
		expect(model.largest).toBeLessThan(model.bytes / 3);
		expect(model.sha256 === null || /^[0-9a-f]{64}$/.test(model.sha256)).toBe(true);
	}
});
