import { describe, expect, it } from 'vitest';
import { fail, failure, ok, type Json, type Value } from '$lib/core';
import { checkWorkflow } from './check-workflow';
import type { CodeRequest, CodeReturn } from './code-request';
import type { StepContext } from './contract';
import { runStep } from './run-step';
import { aValue, fakeContext } from './testing';

const json = (content: Json) => aValue(content, 'application/json');
const documents = [
	{ source: 'mail', origin: 'text', name: 'a.txt', media: 'text/plain', text: 'Hello.', unit: 'line' }
];
const inputs: Record<string, Value[]> = {
	orders: [json([{ total: 3 }, { total: 4 }])],
	label: [aValue('urgent')],
	notes: [aValue('One.'), aValue('Two.')],
	mail: [json({ documents })],
	file: [aValue(new TextEncoder().encode('a,b'), 'text/csv', 'a.csv')],
	nothing: []
};

type Given = Partial<Omit<StepContext, 'config'>>;
type Asked = Parameters<typeof fakeContext>[0];

async function run(kind: string, step: Asked, more: Given = {}) {
	const { context } = fakeContext({ kind, job: 'extract', ...step }, { inputs, ...more });
	return (await runStep(kind, context)).result;
}

const transform = (expression: string, step: Asked = {}, more: Given = {}) =>
	run('transform', { with: { expression }, ...step }, more);

describe('transform', () => {
	it('sees each input as plain data, the run, and the item and round where there are some', async () => {
		const scope = { item: { id: 7 }, index: 2, loop: { round: 3, last: 'draft' } };
		const all =
			'{ "sum": $sum(orders.total), "label": label, "notes": notes, "mail": mail[0].text, "file": file, ' +
			'"none": nothing, "week": run.inputs.week, "n": run.number, "id": run.id, "item": item.id, "index": index, "last": loop.last }';
		const seen = await transform(all, {}, { scope });
		expect(seen.ok && seen.value.output).toMatchObject({
			content: {
				sum: 7,
				label: 'urgent',
				notes: ['One.', 'Two.'],
				mail: 'Hello.',
				file: 'a,b',
				none: null,
				week: '2026-W47',
				n: 3,
				item: 7,
				index: 2,
				last: 'draft'
			},
			media: 'application/json',
			labels: { trust: 'untrusted', reach: 'local-only' }
		});
		expect(seen.ok && seen.value.output.content).not.toHaveProperty('id');
	});

	it('makes text where the definition asks for text, and JSON otherwise', async () => {
		const text = await transform('"Label: " & label');
		expect(text.ok && text.value.output).toMatchObject({ content: 'Label: urgent', media: 'text/markdown' });
		const asJson = await transform('label', { output: { type: 'json' } });
		expect(asJson.ok && asJson.value.output).toMatchObject({ content: 'urgent', media: 'application/json' });
	});

	it('says that it found nothing, that it does not fit, or what is wrong with it', async () => {
		const schema = { type: 'object', required: ['total'] };
		const code = async (result: ReturnType<typeof run>) => {
			const settled = await result;
			if (!settled.ok) expect(settled.failure.message).toMatch(/\.$/);
			return settled.ok ? 'ok' : settled.failure.code;
		};
		expect(await code(transform('order.total'))).toBe('transform.nothing');
		expect(await code(transform('{ "sum": 1 }', { output: { type: 'json', schema } }))).toBe('output.schema');
		expect(await code(transform('{ "total": 1 }', { output: { type: 'json', schema } }))).toBe('ok');
		expect(await code(transform('label + 1'))).toBe('expression.failed');
		expect(await code(transform('1', {}, { inputs: { run: [aValue('x')] } }))).toBe('expression.name');
	});

	it('flags, when that is its job', async () => {
		const flags = '{ "flags": [{ "kind": "anomaly", "text": "Fewer than ten orders." }] }';
		const result = await transform(flags, { job: 'flag' });
		expect(result.ok && result.value.flags).toEqual([{ kind: 'anomaly', text: 'Fewer than ten orders.' }]);
	});
});

describe('branch', () => {
	const routes: Record<string, Json>[] = [
		{ id: 'large', when: '$sum(orders.total) > 100' },
		{ id: 'today', title: 'Answer today', when: 'label = "urgent"' },
		{ id: 'never', when: 'true' }
	];

	it('takes the first route whose condition holds, and says why', async () => {
		const taken = await run('branch', { job: 'decide', with: { routes } });
		expect(taken.ok && taken.value).toMatchObject({
			route: 'today',
			output: {
				content: { route: 'today', because: '“Answer today” was taken because this holds: label = "urgent"' },
				media: 'application/json',
				labels: { trust: 'untrusted', reach: 'local-only' }
			}
		});
	});

	it('goes the other way when none holds, and fails where there is none', async () => {
		const [large] = routes;
		if (!large) throw new Error('there is a first route');
		const other = await run('branch', { with: { routes: [large], otherwise: 'routine' } });
		expect(other.ok && other.value.route).toBe('routine');
		const stuck = await run('branch', { with: { routes: [large] } }, { inputs: { label: [aValue('calm')] } });
		expect(stuck).toMatchObject({ ok: false, failure: { code: 'branch.none', retryable: false } });
		expect(!stuck.ok && stuck.failure.message).toContain('"label":"calm"');
		const broken = await run('branch', { with: { routes: [{ id: 'x', when: 'label + 1' }] } });
		expect(!broken.ok && broken.failure.message).toMatch(/^Route “x”: /);
	});
});

describe('code', () => {
	async function code(given: Record<string, Json>, done: CodeReturn, step: Asked = {}) {
		const asked: CodeRequest[] = [];
		const runCode = async (request: CodeRequest) => {
			asked.push(request);
			return ok(done);
		};
		return { result: await run('code', { with: given, ...step }, { runCode }), asked };
	}

	it('hands the data over with its limits, and keeps the result with the labels of its inputs', async () => {
		const { result, asked } = await code({ code: 'return 7', memoryMB: 16 }, { value: 7, console: [] });
		expect(asked).toMatchObject([
			{
				code: 'return 7',
				timeoutSeconds: 5,
				memoryMB: 16,
				data: { inputs: { label: 'urgent', orders: [{ total: 3 }, { total: 4 }] }, run: { number: 3 } }
			}
		]);
		expect(result.ok && result.value.output).toMatchObject({
			content: 7,
			media: 'application/json',
			labels: { trust: 'untrusted', reach: 'local-only' }
		});
	});

	it('shows what was written to the console, cut short', async () => {
		const { result } = await code({ code: 'x' }, { value: 'x', console: ['one', 'two', 'x'.repeat(900)] });
		expect(result.ok && result.value.flags).toEqual([
			{
				kind: 'uncertain',
				text: expect.stringMatching(/^The code wrote: one · two · x+…$/) as string,
				about: 'console'
			}
		]);
		const quiet = await code({ code: 'x' }, { value: 'x', console: [] });
		expect(quiet.result.ok && quiet.result.value.flags).toEqual([]);
	});

	it('is held against the schema, and fails as the sandbox says', async () => {
		const schema = { type: 'object', required: ['total'] };
		const step = { output: { type: 'json' as const, schema } };
		const { result } = await code({ code: 'x' }, { value: {}, console: [] }, step);
		expect(result).toMatchObject({ ok: false, failure: { code: 'output.schema' } });
		const stopped = failure('code.timeout', 'It was stopped.');
		const failed = await run('code', { with: { code: 'x' } }, { runCode: async () => fail(stopped) });
		expect(failed).toEqual({ ok: false, failure: stopped });
	});
});

it('finds what cannot be read before anything runs', async () => {
	const step = (id: string, kind: string, given: Record<string, Json>) => ({
		id,
		title: id,
		kind,
		job: 'decide',
		with: given
	});
	const { problems } = await checkWorkflow({
		format: 1,
		id: 'w',
		title: 'W',
		steps: [
			step('a', 'transform', { expression: '$sum(' }),
			step('b', 'transform', { expression: '$sum(a)' }),
			step('c', 'branch', {
				routes: [
					{ id: 'x', when: 'true' },
					{ id: 'y', when: '=' }
				]
			}),
			step('d', 'branch', {
				routes: [
					{ id: 'x', when: 'true' },
					{ id: 'x', when: 'true' }
				]
			}),
			step('e', 'transform', {})
		]
	});
	expect(problems.map(({ code, path }) => `${code} ${path.join('.')}`)).toEqual([
		'settings steps.0.with.expression',
		'settings steps.2.with.routes.1.when',
		'schema steps.3.with.routes.1.id',
		'schema steps.4.with.expression'
	]);
	expect(problems.every(({ message }) => message.endsWith('.'))).toBe(true);
});
