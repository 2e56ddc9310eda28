import type { ModelAnswer, ModelRequest } from '$lib/models';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agreementOf } from './agreement';
import { runStep } from './run-step';
import { fakeContext } from './testing';

describe('several tries beside each other', () => {
	it('takes the one that most agree with, and names the members on which they do not', () => {
		const found = agreementOf([
			{ revenue: 48201, orders: 7 },
			{ revenue: 48210, orders: 7 },
			{ revenue: 48210, orders: 7 }
		]);
		expect(found).toMatchObject({ best: 1, of: 3, agreed: 2 });
		expect(found.flags).toHaveLength(1);
		expect(found.flags[0]).toMatchObject({ kind: 'uncertain', about: 'revenue' });
		expect(found.flags[0]?.text).toContain('2 of 3 tries agreed on 48210; 48201 came up too.');
	});

	it('takes words for the same whatever their case', () => {
		expect(agreementOf(['Urgent', 'urgent ', 'URGENT'])).toMatchObject({ agreed: 3, flags: [] });
	});

	it('never calls agreement right, and flags exactly where there is none', () => {
		const answer = fc.record({ a: fc.integer({ min: 0, max: 2 }), b: fc.constantFrom('x', 'y') });
		fc.assert(
			fc.property(fc.array(answer, { minLength: 1, maxLength: 5 }), (answers) => {
				const { flags, agreed, of } = agreementOf(answers);
				const differ = (['a', 'b'] as const).filter(
					(name) => new Set(answers.map((one) => one[name])).size > 1
				);
				expect(flags.map(({ about }) => about).sort()).toEqual(differ);
				expect(flags.every(({ text }) => !/correct|right/i.test(text))).toBe(true);
				expect(agreed === of).toBe(differ.length === 0);
			})
		);
	});
});

/** A step that is tried three times by a model which answers in turn. */
async function tried(answers: string[], more: Parameters<typeof fakeContext>[1] = {}) {
	const { context } = fakeContext(
		{
			...{ job: 'extract', output: { type: 'json', media: 'application/json' } },
			...{ with: { tries: 3 } }
		},
		more
	);
	const requests: ModelRequest[] = [];
	const { result } = await runStep('model', {
		...context,
		async generate(request) {
			requests.push(request);
			const value: ModelAnswer = {
				...{ text: answers[requests.length - 1] ?? '', finish: 'stop', model: 'test' },
				...{ usage: { input: 10, output: 3 }, evidence: [], warnings: [] }
			};
			return { ok: true, value, egress: [] };
		}
	});
	return { result, requests };
}

describe('a step that is tried several times', () => {
	it('asks the same with other seeds, and says how many agreed', async () => {
		const { result, requests } = await tried(['{"n":1}', '{"n":2}', '{"n":2}']);
		expect(requests.map(({ seed, temperature }) => [seed, (temperature ?? 0) > 0])).toEqual([
			[1, true],
			[2, true],
			[3, true]
		]);
		expect(new Set(requests.map(({ user }) => user)).size).toBe(1);
		expect(result).toMatchObject({
			ok: true,
			value: {
				output: { content: { n: 2 } },
				agreement: { of: 3, agreed: 2 },
				usage: { input: 30, output: 9 }
			}
		});
		expect(result.ok && result.value.flags).toHaveLength(1);
	});

	it('leaves out a try that came to nothing, and fails only where all did', async () => {
		const some = await tried(['no JSON at all', '{"n":2}', '{"n":2}']);
		expect(some.result).toMatchObject({ ok: true, value: { agreement: { of: 2, agreed: 2 } } });
		expect((await tried(['no', 'no', 'no'])).result).toMatchObject({ ok: false });
	});

	it.each([
		['a model elsewhere, where every try would leave the device', 'far', false],
		['the built-in model, which always says the same', 'built-in', true]
	])('asks once: %s', async (_, id, onDevice) => {
		const provider = { id, title: 'M', onDevice, config: {} };
		const { result, requests } = await tried(['{"n":1}'], { provider });
		expect(requests).toHaveLength(1);
		expect(result.ok && result.value.agreement).toBeUndefined();
	});
});
