import type { Json } from '$lib/core';
import { expect, test } from 'vitest';
import { generate, type ModelOutcome } from './index';

const say = (script: Json[], user = 'Hello') =>
	generate(
		{
			provider: { id: 'scripted', title: 'Script', onDevice: true, config: { script } },
			system: '',
			user,
			timeoutSeconds: 5
		},
		{ fetch, signal: new AbortController().signal, onText: () => undefined }
	);

const textOf = (outcome: ModelOutcome) => (outcome.ok ? outcome.value.text : outcome.failure.code);

test('answers in order, the last again and again, and by match out of order', async () => {
	const script: Json[] = [{ match: 'number', text: 'seven' }, { text: 'one' }, { text: 'two' }];
	const said: string[] = [];
	for (const prompt of ['a', 'a number', 'b', 'c']) said.push(textOf(await say(script, prompt)));
	expect(said).toEqual(['one', 'seven', 'two', 'two']);
});

test.each<[Json, string, string]>([
	[{ text: 'a b c d', fail: 'cut' }, 'model.cut', 'a b'],
	[{ text: '' }, 'model.empty', ''],
	[{ text: 'a', finish: 'content-filter' }, 'model.filtered', 'a'],
	[{ fail: { status: 503 } }, 'model.server-error', '']
])('%j fails as told', async (reply, code, kept) => {
	expect(await say([reply])).toMatchObject({ ok: false, failure: { code }, kept });
});

test('a refusal can say how long to wait', async () => {
	expect(await say([{ fail: { status: 429, retryAfterSeconds: 2 } }])).toMatchObject({
		failure: { code: 'model.rate-limited', retryable: true, details: { retryAfterSeconds: 2 } }
	});
});

test.each([429, 503])('%i that asks for more than a day is told, and nobody waits for it', async (status) => {
	const day = await say([{ fail: { status, retryAfterSeconds: 86_400 } }]);
	expect(day).toMatchObject({ failure: { retryable: true } });
	const long = await say([{ fail: { status, retryAfterSeconds: 10_000_000 } }]);
	expect(long).toMatchObject({ failure: { retryable: false } });
	expect(long.ok ? '' : long.failure.message).toContain('left alone for 116 days');
});
