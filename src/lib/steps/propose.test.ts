import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Json, Value } from '$lib/core';
import { validate } from '$lib/workflow';
import { readProposal, type Proposal, type RequestProposal } from './proposal';
import { kindRules } from './registry';
import { runStep } from './run-step';
import { aValue, fakeContext } from './testing';

vi.setConfig({ testTimeout: 60_000 });

const HOSTS = ['api.example.org', 'localhost:8080'];

async function propose(
	config: Record<string, Json>,
	inputs: Record<string, Value[]> = {},
	hosts: string[] | null = HOSTS
) {
	const { context } = fakeContext(
		{ kind: 'propose', with: config, permissions: hosts ? { hosts } : {} },
		{ inputs }
	);
	const { result } = await runStep('propose', context);
	if (!result.ok) return { code: result.failure.code, message: result.failure.message };
	const { content, media, labels } = result.value.output;
	const read = readProposal(content);
	if (!read.ok) throw new Error(read.failure.message);
	return { proposal: read.value as Proposal & RequestProposal, text: content as string, media, labels };
}

const ticket = (title: string, reach: 'may-leave' | 'local-only' = 'may-leave') => {
	const value = aValue({ title, list: [1, 'a'] }, 'application/json');
	return { ticket: [{ ...value, labels: { ...value.labels, reach } }] };
};
const POST = { url: 'https://api.example.org/tickets' };

describe('a proposed request', () => {
	it('has its values in place, as data where a text is one hole, and is canonical JSON', async () => {
		const made = await propose(
			{
				...POST,
				headers: { 'X-Week': '{{inputs.week}}' },
				json: { list: '{{ticket.list}}', title: 'Re: {{ticket.title}}', literal: '\\{{x}}', plain: 3 }
			},
			ticket('Ü "quoted"')
		);
		expect(made.proposal).toEqual({
			action: 'request',
			method: 'POST',
			url: 'https://api.example.org/tickets',
			headers: { 'x-week': '2026-W47', 'content-type': 'application/json' },
			body: '{"list":[1,"a"],"literal":"{{x}}","plain":3,"title":"Re: Ü \\"quoted\\""}',
			idempotency: true,
			confirm: []
		});
		expect(made.media).toBe('application/vnd.galley.request+json');
		expect(made.labels?.trust).toBe('untrusted');
	});

	it('percent-encodes a value as one component and lists it for confirmation when it is not trusted', async () => {
		const url = 'https://api.example.org/t/{{ticket.title}}?week={{inputs.week}}&q={{ticket.title}}';
		const made = await propose({ url }, ticket('a/b?c&d=#ü'));
		const coded = 'a%2Fb%3Fc%26d%3D%23%C3%BC';
		expect(made.proposal?.url).toBe(`https://api.example.org/t/${coded}?week=2026-W47&q=${coded}`);
		const from = { field: 'url', from: 'ticket.title', value: 'a/b?c&d=#ü' };
		expect(made.proposal?.confirm).toEqual([from, from]);
	});

	it('never lets a value change where it goes', async () => {
		await fc.assert(
			fc.asyncProperty(fc.string({ unit: 'binary', minLength: 0, maxLength: 12 }), async (value) => {
				const made = await propose(
					{ url: 'https://api.example.org/a/.{{ticket.title}}/b?q={{ticket.title}}' },
					ticket(value)
				);
				if (!made.proposal) {
					expect(made.code).toBe('propose.url');
					return;
				}
				const url = new URL(made.proposal.url);
				expect([url.origin, url.username, url.hash]).toEqual(['https://api.example.org', '', '']);
				expect(url.pathname.split('/')).toHaveLength(4);
				expect([...url.searchParams.keys()]).toEqual(['q']);
				expect(url.searchParams.get('q')).toBe(value);
			}),
			{ numRuns: 300 }
		);
	});

	it.each(['.', '..', '%2e%2e', '', ' ', 'a\r\nb', '\ud800'])(
		'refuses %j in a path where it would lead elsewhere',
		async (value) => {
			const made = await propose({ url: 'https://api.example.org/a/{{ticket.title}}/b' }, ticket(value));
			if (value === '%2e%2e') expect(made.proposal?.url).toBe('https://api.example.org/a/%252e%252e/b');
			else expect(made.code).toBe('propose.url');
		}
	);

	it.each([
		['https://other.example.org/x', 'request.not-permitted'],
		['https://api.example.org:8443/x', 'request.not-permitted'],
		['https://api.example.org.evil.test/x', 'request.not-permitted'],
		['http://localhost:8081/x', 'request.not-permitted'],
		['http://localhost:8080/x', undefined],
		['https://API.example.org/x', undefined]
	])('to %s is held against the permitted hosts', async (url, code) => {
		expect((await propose({ url })).code).toBe(code);
		expect((await propose({ url }, {}, null)).code).toBe('request.not-permitted');
	});

	it.each([
		[{ 'x-a': '{{ticket.title}}' }, 'a\r\nx-evil: 1', 'propose.header'],
		[{ 'x-a': '{{ticket.title}}' }, 'ü', 'propose.header'],
		[{ authorization: 'Bearer 1' }, 'a', 'proposal.malformed'],
		[{ 'X-Api-Key': '1' }, 'a', 'proposal.malformed'],
		[{ cookie: 'a=1' }, 'a', 'proposal.malformed'],
		[{ host: 'a' }, 'a', 'proposal.malformed'],
		[{ 'sec-fetch-mode': 'a' }, 'a', 'proposal.malformed'],
		[{ 'idempotency-key': 'a' }, 'a', 'proposal.malformed'],
		[{ 'bad name': 'a' }, 'a', 'proposal.malformed']
	])('with headers %j and the value %j is refused', async (headers, value, code) => {
		const made = await propose({ ...POST, headers }, ticket(value));
		expect(made.code).toBe(code);
		expect(made.message).toMatch(/Nothing was sent.*\.$/);
	});

	it('sends nothing that is for this device only, and says so', async () => {
		const made = await propose({ ...POST, json: { about: '{{ticket.title}}' } }, ticket('x', 'local-only'));
		expect(made).toMatchObject({ code: 'label.local-only' });
	});

	it('needs every value that it names, and never half a character in its body', async () => {
		expect((await propose({ ...POST, text: '{{nothing}}' })).code).toBe('propose.empty');
		expect((await propose({ ...POST, text: '{{ticket.title}}' }, ticket('\ud800'))).code).toBe(
			'proposal.malformed'
		);
	});
});

it('proposes a notification', async () => {
	const made = await propose(
		{ action: 'notify', title: 'Week {{inputs.week}}', text: '{{ticket.title}}' },
		ticket('Ready')
	);
	expect(made.text).toBe('{"action":"notify","body":"Ready","confirm":[],"title":"Week 2026-W47"}');
});

it.each([
	'{"action":"notify","body":"","confirm":[],"title":"a","more":1}',
	'{"action":"notify","confirm":[],"body":"","title":"a"}',
	'{"action":"notify","body":"","confirm":[],"title":"a","title":"b"}',
	' {"action":"notify","body":"","confirm":[],"title":"a"}',
	'{"action":"pay","body":"","confirm":[],"title":"a"}',
	'[]',
	'nonsense'
])('reads %s as no proposal', (text) => expect(readProposal(text).ok).toBe(false));

it.each([
	{ url: 'https://{{host}}/x' },
	{ url: '{{inputs.week}}' },
	{ url: 'https://api.example.org{{x}}' },
	{ url: 'https://me:pass@api.example.org/' },
	{ url: 'https://api.example.org\\@evil.test/' },
	{ url: 'ftp://api.example.org/' },
	{ url: 'https://api.example.org/#x' },
	{ url: 'https://api.example.org/{{steps.a.output}}' },
	{ url: 'https://api.example.org/{{open' },
	{ method: 'GET', url: 'https://api.example.org/', text: 'x' },
	{ url: 'https://api.example.org/', text: 'x', json: {} },
	{ action: 'notify' },
	{}
])('settings %j are a problem before anything runs', (config) => {
	expect(kindRules().get('propose')?.config.safeParse(config).success).toBe(false);
});

const step = (id: string, kind: string, job: string, more: object = {}) => ({
	id,
	title: id,
	kind,
	job,
	...more
});
const codesOf = (...steps: object[]) =>
	validate({ format: 1, id: 'w', title: 'W', steps }, kindRules()).problems.map(
		({ stepId, code }) => `${stepId} ${code}`
	);

it('what acts needs a gate before it, its input, and no second try by itself', () => {
	const proposing = step('p', 'propose', 'draft', { with: POST });
	const sending = (from: string, more: object = {}) =>
		step('s', 'request', 'act', { inputs: { proposal: `steps.${from}.output` }, ...more });
	const gate = step('g', 'review', 'decide', { inputs: { draft: 'steps.p.output' } });
	expect(codesOf(proposing, sending('p'))).toEqual(['s act.without-gate']);
	expect(codesOf(proposing, gate, sending('g'))).toEqual([]);
	expect(codesOf(proposing, gate, step('s', 'notify', 'act', { needs: ['g'] }))).toEqual(['s input.missing']);
	expect(
		codesOf(
			proposing,
			step('h', 'hand-over', 'act', { inputs: { value: 'steps.p.output' }, with: { as: 'clipboard' } })
		)
	).toEqual(['h act.without-gate']);
	const again = [{ use: 'provider', provider: 'built-in' }];
	expect(codesOf(proposing, gate, sending('g', { fallback: again }))).toEqual(['s fallback.again']);
	const each = step('m', 'map', 'evaluate', {
		...{
			inputs: { over: 'run.inputs.x' },
			needs: ['g'],
			steps: [sending('g')],
			fallback: [{ use: 'without' }]
		}
	});
	expect(codesOf(proposing, gate, each)).toContain('m fallback.acts');
});
