import { describe, expect, it } from 'vitest';
import { fail, failure, type EgressRow } from '$lib/core';
import { runStep } from './run-step';
import { aSource, aValue, fakeContext, MARKER } from './testing';

const ROW: EgressRow = { origin: 'https://x.test', method: 'POST', status: 200, sent: 10, received: 20 };

describe('running a step', () => {
	it('refuses a kind it does not have, a question to a person, and bad settings', async () => {
		const code = async (kind: string, with_: Record<string, never> | { path: string }) => {
			const { result } = await runStep(kind, fakeContext({ kind, with: with_ }).context);
			return result.ok ? 'ok' : result.failure.code;
		};
		expect(await code('nope', {})).toBe('kind.not-runnable');
		expect(await code('ask', {})).toBe('kind.not-runnable');
		expect(await code('save', {})).toBe('step.config');
		expect(await code('save', { path: '{{sources.notes}}.md' })).toBe('step.config');
	});

	it('turns a throw into a failure, and an abort into another', async () => {
		const broken = fakeContext({ kind: 'model' }, { generate: () => Promise.reject(new Error('boom')) });
		const { result } = await runStep('model', broken.context);
		expect(result).toMatchObject({ ok: false, failure: { code: 'unexpected', retryable: true } });
		const stop = new AbortController();
		stop.abort();
		const stopped = await runStep('model', fakeContext({}, { signal: stop.signal }).context);
		expect(stopped.result).toMatchObject({ ok: false, failure: { code: 'aborted' } });
	});

	it('lists what left the device and keeps half an answer, when it fails', async () => {
		const { context } = fakeContext(
			{},
			{},
			{
				ok: false,
				failure: failure('model.cut', 'The answer was cut.'),
				kept: 'Half an ans',
				egress: [ROW]
			}
		);
		const run = await runStep('model', context);
		expect(run).toMatchObject({
			result: { ok: false, failure: { code: 'model.cut' } },
			egress: [ROW],
			kept: 'Half an ans'
		});
	});
});

describe('collect', () => {
	const bytes = (text: string) => new TextEncoder().encode(text);

	it('reads files, texts and earlier outputs as they are', async () => {
		const sources = [
			{
				source: aSource({ id: 'notes' }),
				values: [{ value: aValue(bytes('Hello.'), 'application/octet-stream', 'notes.txt'), hash: 'h1' }]
			},
			{ source: aSource({ id: 'paste', kind: 'text' }), values: [{ value: aValue('Pasted.'), hash: 'h2' }] },
			{
				source: aSource({ id: 'data', kind: 'output' }),
				values: [{ value: aValue({ a: 1 }, 'application/json', 'data.json'), hash: 'h3' }]
			},
			{ source: aSource({ id: 'previous', kind: 'last-approved', required: false }), values: [] }
		];
		const { result } = await runStep('collect', fakeContext({ kind: 'collect' }, { sources }).context);
		expect(result.ok && result.value.output).toMatchObject({
			media: 'application/json',
			labels: { trust: 'untrusted', reach: 'local-only' },
			from: ['h1', 'h2', 'h3'],
			content: {
				documents: [
					{ source: 'notes', origin: 'files', name: 'notes.txt', text: 'Hello.', hash: 'h1' },
					{ source: 'paste', origin: 'text', name: 'paste', text: 'Pasted.' },
					{ source: 'data', name: 'data.json', text: '{\n  "a": 1\n}' }
				]
			}
		});
	});

	it('is never trusted, whatever it was given', async () => {
		const value = { ...aValue('x'), labels: { trust: 'trusted', reach: 'may-leave' } as const };
		const sources = [{ source: aSource({ id: 'a', kind: 'text' }), values: [{ value, hash: 'h' }] }];
		const { result } = await runStep('collect', fakeContext({ kind: 'collect' }, { sources }).context);
		expect(result.ok && result.value.output.labels).toEqual({ trust: 'untrusted', reach: 'may-leave' });
	});

	it('names the source that has nothing, and the file that cannot be read', async () => {
		const empty = [{ source: aSource({ id: 'sales', title: 'Sales' }), values: [] }];
		const nothing = await runStep('collect', fakeContext({ kind: 'collect' }, { sources: empty }).context);
		expect(nothing.result).toMatchObject({
			ok: false,
			failure: {
				code: 'source.empty',
				details: { sourceId: 'sales' },
				message: expect.stringContaining('“Sales”') as string
			}
		});
		const value = aValue(bytes(''), 'application/octet-stream', 'sales.csv');
		const bad = [{ source: aSource({ id: 'sales' }), values: [{ value, hash: 'h' }] }];
		const readFile = async () => fail(failure('csv.empty', 'The file is empty.', { details: { bytes: 0 } }));
		const unread = await runStep(
			'collect',
			fakeContext({ kind: 'collect' }, { sources: bad, readFile }).context
		);
		expect(unread.result).toMatchObject({
			ok: false,
			failure: {
				code: 'csv.empty',
				message: '“sales.csv” could not be read. The file is empty.',
				details: { sourceId: 'sales', file: 'sales.csv', bytes: 0 }
			}
		});
	});
});

describe('model', () => {
	it('tells the host the exact text before it asks', async () => {
		const fake = fakeContext(
			{ instructions: 'Write.' },
			{ inputs: { documents: [aValue('Material.', 'text/plain', 'a.txt')] } }
		);
		const { result } = await runStep('model', fake.context);
		const [request] = fake.requests;
		expect(fake.prepared).toEqual([`0:${request?.system}\n\n${request?.user}`]);
		expect(request?.user).toContain(`<<<text ${MARKER} name="a.txt" media="text/plain" input="documents">>>`);
		expect(fake.emitted).toEqual(['An answer.']);
		expect(result.ok && result.value).toMatchObject({
			output: { content: 'An answer.', media: 'text/markdown' },
			model: 'test-1'
		});
		expect(result.ok && result.value.output.labels.trust).toBe('untrusted');
	});

	it.each([
		['none', true, 'model.not-permitted'],
		['on-device', false, 'model.not-on-device'],
		['on-device', true, 'ok'],
		['any', false, 'ok']
	] as const)('with permission “%s” and on device %s: %s', async (model, onDevice, code) => {
		const provider = { id: 'p', title: 'P', onDevice, config: {} };
		const fake = fakeContext({ permissions: { model } }, { provider });
		const { result } = await runStep('model', fake.context);
		expect(result.ok ? 'ok' : result.failure.code).toBe(code);
		expect(fake.requests).toHaveLength(code === 'ok' ? 1 : 0);
	});

	const typed = {
		job: 'extract' as const,
		output: {
			type: 'json' as const,
			schema: { type: 'object', properties: { total: { type: ['number', 'null'] } } }
		}
	};

	it('reads typed data and flags what is empty', async () => {
		const { result } = await runStep('model', fakeContext(typed, {}, { text: '{"total": null}' }).context);
		expect(result.ok && result.value.output).toMatchObject({
			content: { total: null },
			media: 'application/json'
		});
		expect(result.ok && result.value.flags).toEqual([
			{ kind: 'missing', text: '“total” was not found in the material.', about: 'total' }
		]);
	});

	it('keeps the words of a model that answers with prose', async () => {
		const run = await runStep('model', fakeContext(typed, {}, { text: 'The total is hard to say.' }).context);
		expect(run.result.ok).toBe(false);
		expect(run.kept).toBe('The total is hard to say.');
	});

	it('flags, says what was cut off, and takes prose out of a code block', async () => {
		const text = '{"flags":[{"kind":"anomaly","text":"Odd."},{"kind":"weird","text":"Hm."}]}';
		const flagged = await runStep('model', fakeContext({ job: 'flag' }, {}, { text }).context);
		expect(flagged.result.ok && flagged.result.value.flags).toEqual([
			{ kind: 'anomaly', text: 'Odd.' },
			{ kind: 'uncertain', text: 'Hm.' }
		]);
		const cut = await runStep(
			'model',
			fakeContext({}, {}, { text: '```markdown\n# A\n```', finish: 'length' }).context
		);
		expect(cut.result.ok && cut.result.value.output.content).toBe('# A');
		expect(cut.result.ok && cut.result.value.flags?.[0]?.kind).toBe('uncertain');
	});
});

describe('save', () => {
	const inputs = { value: [aValue('# Report', 'text/markdown')] };

	it('hands the approved value on with its path', async () => {
		const step = {
			kind: 'save',
			job: 'act',
			with: { path: 'Reports/{{inputs.week}} {{run.date}} {{run.number}}.md' }
		} as const;
		const { result } = await runStep('save', fakeContext(step, { inputs }).context);
		const path = 'Reports/2026-W47 2026-11-23 3.md';
		expect(result.ok && result.value).toMatchObject({
			output: { content: { path } },
			effect: { type: 'save', path, value: { content: '# Report' } }
		});
	});

	it('stays in its folder', async () => {
		const save = async (path: string, week: string) => {
			const step = { kind: 'save', job: 'act' as const, with: { path }, permissions: { write: ['Reports'] } };
			const { context } = fakeContext(step, { inputs });
			const { result } = await runStep('save', { ...context, run: { ...context.run, inputs: { week } } });
			return result.ok ? result.value.effect?.path : result.failure.code;
		};
		expect(await save('Reports/{{inputs.week}}.md', '../../x')).toBe('Reports/..-..-x.md');
		expect(await save('Other/{{inputs.week}}.md', 'a')).toBe('save.not-permitted');
		expect(await save('Reports/../x.md', 'a')).toBe('save.not-permitted');
		expect(await save('{{inputs.year}}.md', 'a')).toBe('template.missing');
	});
});
