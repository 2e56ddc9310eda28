import type { EgressRow } from '$lib/core';
import * as z from 'zod';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startModelServer, type ModelServer } from '../../../tests/support/model-server.mjs';
import { generate, providerOf, providers, readJson, type ModelRequest, type Provider } from './index';

let server: ModelServer;
beforeAll(async () => {
	server = await startModelServer();
});
afterAll(() => server.close());

/** The real thing, but whatever origin is asked for, the loopback server answers. */
const toServer: typeof fetch = (input, init) => {
	const { pathname } = new URL(input instanceof Request ? input.url : input);
	return fetch(`${server.url}${pathname}`, init);
};

const SCHEMA = {
	type: 'object',
	properties: { revenue: { type: ['number', 'null'], title: 'Revenue', description: 'Sum of revenue.' } },
	required: ['revenue'],
	additionalProperties: false
};

const MATERIAL = [
	'Material:',
	'',
	'<<<document k7Qz name="sales.csv" media="text/csv" source="sales" origin="files" rows="2">>>',
	'region,revenue',
	'North,1200',
	'South,900',
	'<<<end k7Qz>>>'
].join('\n');

function requestOf(provider: Provider, more: Partial<ModelRequest> = {}): ModelRequest {
	return {
		provider: {
			id: provider.id,
			title: provider.title,
			onDevice: provider.onDevice,
			config: provider.config.parse(provider.example) as ModelRequest['provider']['config']
		},
		system: 'You carry out one step.\n\nStep: Draft the report\nJob: draft',
		user: `Run: Week 12 (started 2026-03-27)\n\nTask:\nWrite a short report.\n\n${MATERIAL}`,
		timeoutSeconds: 20,
		...more
	};
}

test.each(providers.map((provider) => [provider.id, provider] as const))(
	'%s: a number out of range is refused in words for people',
	(_, { config, example }) => {
		const { properties } = z.toJSONSchema(config, { io: 'input' });
		for (const [name, field] of Object.entries(properties ?? {})) {
			if (typeof field !== 'object' || field.type !== 'integer') continue;
			for (const wrong of [-1, 1.5, 1e12]) {
				const { error } = config.safeParse({ ...example, [name]: wrong });
				for (const { message } of error?.issues ?? []) expect(message, name).toMatch(/^Enter .*\.$/);
			}
		}
	}
);

test('the registry is in order and without doubles', () => {
	const ids = providers.map((provider) => provider.id);
	expect(new Set(ids).size).toBe(ids.length);
	expect(ids).toEqual(expect.arrayContaining(['openai-compatible', 'scripted']));
	expect(providers.map((each) => each.rung)).toEqual(
		providers.map((each) => each.rung).sort((a, b) => a - b)
	);
	expect(providerOf('openai-compatible')?.title).toBeTruthy();
	expect(providerOf('nobody')).toBeUndefined();
});

/** Runtimes of models that have to be on the device: they are held to the same in a browser (tests/journeys/local-model). */
const here = providers.filter((provider) => !provider.needsModel);

test.each(providers.filter((provider) => provider.needsModel))('$id has words and an example', (provider) => {
	expect(provider.config.safeParse(provider.example).success).toBe(true);
	expect(provider.summary).toMatch(/[.]$/);
	expect([provider.onDevice, provider.takesKey]).toEqual([true, false]);
	expect(provider.origin(provider.config.parse(provider.example))).toBeNull();
});

describe.each(here.map((provider) => [provider.id, provider] as const))('%s', (_, provider) => {
	const config = () => provider.config.parse(provider.example);
	const call = async (request: ModelRequest, signal = new AbortController().signal) => {
		const pieces: string[] = [];
		const rows: EgressRow[] = [];
		const onText = (piece: string) => void pieces.push(piece);
		return {
			pieces,
			outcome: await generate(request, { fetch: toServer, signal, onText, egress: () => rows })
		};
	};

	test('has an example that its own schema takes, and words for people', () => {
		expect(provider.config.safeParse(provider.example).success).toBe(true);
		expect(provider.summary).toMatch(/[.]$/);
		expect(provider.title).not.toBe('');
	});

	test('is honest about where it runs', () => {
		const origin = provider.origin(config());
		expect(origin === null).toBe(provider.onDevice);
		if (origin !== null) expect(new URL(origin).origin).toBe(origin);
		if (provider.onDevice) expect(provider.takesKey).toBe(false);
	});

	test('asks only its own origin', async () => {
		const asked = new Set<string>();
		const spy: typeof fetch = (input, init) => {
			asked.add(new URL(input instanceof Request ? input.url : input).origin);
			return toServer(input, init);
		};
		await generate(requestOf(provider), {
			fetch: spy,
			signal: new AbortController().signal,
			onText: () => undefined
		});
		const origin = provider.origin(config());
		expect([...asked]).toEqual(origin === null ? [] : [origin]);
	});

	test('streams a text and finishes', async () => {
		const { outcome, pieces } = await call(requestOf(provider));
		if (!outcome.ok) throw new Error(outcome.failure.message);
		expect(outcome.value.text.trim()).not.toBe('');
		expect(pieces.join('')).toBe(outcome.value.text);
		expect(outcome.value.finish).toBe('stop');
		expect(outcome.value.model).not.toBe('');
		for (const tokens of [outcome.value.usage.input, outcome.value.usage.output]) {
			expect(tokens === null || tokens > 0).toBe(true);
		}
		for (const evidence of outcome.value.evidence) expect(evidence.document).toBe('sales.csv');
	});

	test('answers in JSON that fits the schema', async () => {
		const form = `Answer with one JSON value that fits this JSON Schema, and nothing else:\n${JSON.stringify(SCHEMA, null, 2)}`;
		const { outcome } = await call(
			requestOf(provider, {
				system: 'You carry out one step.\n\nStep: Take the numbers\nJob: extract',
				user: `Run: Week 12 (started 2026-03-27)\n\nTask:\nTake the totals.\n\n${form}\n\n${MATERIAL}`,
				json: { name: 'totals', schema: SCHEMA }
			})
		);
		if (!outcome.ok) throw new Error(outcome.failure.message);
		const read = readJson(outcome.value.text, SCHEMA);
		expect(read).toMatchObject({ ok: true, value: { repaired: null } });
	});

	test('stops at once, before the answer and in the midst of it', async () => {
		const before = await call(requestOf(provider), AbortSignal.abort());
		expect(before.outcome).toMatchObject({ ok: false, failure: { code: 'model.stopped' }, kept: '' });
		const stop = new AbortController();
		const started = performance.now();
		const outcome = await generate(requestOf(provider), {
			fetch: toServer,
			signal: stop.signal,
			onText: () => stop.abort()
		});
		expect(outcome).toMatchObject({ ok: false, failure: { code: 'model.stopped', retryable: false } });
		expect(!outcome.ok && outcome.kept).not.toBe('');
		expect(performance.now() - started).toBeLessThan(3000);
	});

	test('says which of its settings are wrong', async () => {
		const request = requestOf(provider);
		const nonsense = Object.fromEntries(Object.keys(provider.config.shape).map((name) => [name, { no: 1 }]));
		if (Object.keys(nonsense).length === 0) return;
		request.provider.config = nonsense;
		const { outcome } = await call(request);
		expect(outcome).toMatchObject({ ok: false, failure: { code: 'model.bad-settings', retryable: false } });
	});
});
