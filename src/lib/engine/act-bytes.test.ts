import { canonicalJson, DONE, hashOf, ok, OPEN, type Json, type Value, type ValueRef } from '$lib/core';
import { send, type Asking } from '$lib/egress';
import { attemptId, due, foldAll, lastAttempt, apply, type RunEvent } from '$lib/run';
import { PROPOSAL_MEDIA, readProposal, runStep, type RequestProposal } from '$lib/steps';
import type { Workflow } from '$lib/workflow';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startOutsideServer, type OutsideServer } from '../../../tests/support/outside-server.mjs';
import { carryOut } from './attempt';
import type { AttemptPorts, Execute } from './attempt-log';
import { BUILT_IN } from '$lib/core';
import type { MakeEvents, RunLog } from './run-log';
import { actWorkflow, answered, outside } from './testing-act';
import type { TestExecutor } from './testing';
import { pack } from './values';

const NOBODY: Asking = { purpose: 'act', call: 'c', report: () => undefined, barred: async () => null };

vi.setConfig({ testTimeout: 120_000 });

let server: OutsideServer;
beforeAll(async () => {
	server = await startOutsideServer();
});
afterAll(() => server.close());

const AT = 1_000;
const valueOf = (text: string, labels = OPEN): Value => ({
	content: text,
	media: PROPOSAL_MEDIA.request,
	labels,
	from: []
});
const base = (stepId: string) => ({ at: AT, stepId, attemptId: attemptId('r1', stepId, 1, 1) });

/** The log of a run up to the approval of a text. */
function approvedLog(definition: Workflow, text: string): RunEvent[] {
	const draft: ValueRef = pack(valueOf(text)).ref;
	return [
		{
			...{
				type: 'run.started',
				at: AT,
				number: 1,
				title: 'Run',
				date: '2026-11-24',
				trigger: { kind: 'person' }
			},
			...{
				workflowVersion: 1,
				definition,
				definitionHash: hashOf('x'),
				inputs: {},
				sources: {},
				provider: BUILT_IN
			}
		},
		{ type: 'attempt.started', ...base('propose'), revision: 1, attempt: 1, inputs: {} },
		{
			...{ type: 'attempt.succeeded', ...base('propose'), output: draft },
			...{ evidence: [], flags: [], verdicts: [], egress: [], ms: 1 }
		},
		{ type: 'review.requested', at: AT, stepId: 'review', revision: 1, draft },
		{
			...{ type: 'review.decided', at: AT, stepId: 'review', revision: 1, decision: 'approved' },
			...{ draft, reviewed: draft, reason: '', ticks: [] }
		}
	];
}

/** Carries the request out, with `stored` lying where the approved text was put. */
async function act(
	events: RunEvent[],
	stored: string,
	executor: TestExecutor,
	now = () => AT,
	labels = OPEN
) {
	const state = foldAll('r1', events);
	const log = {
		id: 'r1',
		state,
		async append(make: MakeEvents) {
			for (const event of make(state)?.events ?? []) apply(state, event);
			return DONE;
		}
	} as unknown as RunLog;
	const effect = due(state, AT).find(
		(one): one is Execute => one.type === 'execute' && one.stepId === 'send'
	);
	if (!effect) throw new Error('the request is not due');
	const values = { get: async () => ok(valueOf(stored, labels)), put: pack };
	const ports = { values, executor, now, marker: () => 'm', isFarBehind: () => false };
	await carryOut(log, effect, new AbortController().signal, ports as unknown as AttemptPorts);
	const step = state.steps['send'];
	return { step, attempt: step && lastAttempt(step) };
}

const PROPOSAL: RequestProposal = {
	action: 'request',
	method: 'POST',
	url: 'https://api.example.org/tickets/17?notify=no',
	headers: { 'content-type': 'application/json', 'x-week': '2026-W47' },
	body: '{"amount":100,"to":"Ines","text":"Zürich"}',
	idempotency: true,
	confirm: []
};
const TEXT = canonicalJson(PROPOSAL);

/** Ways to change what was approved: characters anywhere, members, and whole proposals that would be good ones. */
const changed = fc.oneof(
	fc
		.tuple(fc.nat(TEXT.length - 1), fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }))
		.map(([at, sign]) => TEXT.slice(0, at) + sign + TEXT.slice(at + 1)),
	fc.nat(TEXT.length - 1).map((at) => TEXT.slice(0, at) + TEXT.slice(at + 1)),
	fc
		.tuple(fc.nat(TEXT.length), fc.constantFrom(' ', '\n', '\u200b', '\u202e', '0', '"'))
		.map(([at, sign]) => TEXT.slice(0, at) + sign + TEXT.slice(at)),
	fc.webPath().map((path) => canonicalJson({ ...PROPOSAL, url: `https://api.example.org/x${path}` })),
	fc.constantFrom('PUT', 'PATCH', 'DELETE').map((method) => canonicalJson({ ...PROPOSAL, method })),
	fc.string().map((body) => canonicalJson({ ...PROPOSAL, body })),
	fc
		.constantFrom('x-more', 'accept', 'if-match')
		.map((name) => canonicalJson({ ...PROPOSAL, headers: { ...PROPOSAL.headers, [name]: '1' } })),
	fc
		.constantFrom('action', 'method', 'url', 'headers', 'body', 'idempotency', 'confirm')
		.map((name) => canonicalJson({ ...PROPOSAL, [name]: undefined })),
	fc.constant(canonicalJson({ ...PROPOSAL, idempotency: false })),
	fc.constant(JSON.stringify(PROPOSAL, null, 1))
);

it('refuses 200 changes of an approved proposal, in what is stored or in what was approved, and sends nothing', async () => {
	expect(readProposal(TEXT).ok).toBe(true);
	const events = approvedLog(actWorkflow(), TEXT);
	const untouched = outside(() => answered());
	expect((await act(events, TEXT, untouched)).attempt?.status).toBe('succeeded');
	expect(untouched.acted).toHaveLength(1);

	let refused = 0;
	const mutation = fc.tuple(changed, fc.boolean()).filter(([text]) => text !== TEXT);
	await fc.assert(
		fc.asyncProperty(mutation, async ([text, isStored]) => {
			const executor = outside(() => answered());
			const { attempt } = isStored
				? await act(events, text, executor)
				: await act(approvedLog(actWorkflow(), text), TEXT, executor);
			expect(attempt).toMatchObject({
				status: 'failed',
				intent: null,
				failure: { code: 'approval.mismatch' }
			});
			expect(executor.acted).toEqual([]);
			refused += 1;
		}),
		{ numRuns: 200 }
	);
	expect(refused).toBe(200);
});

it('sends nothing that was made of what is for this device only, though it was approved', async () => {
	const executor = outside(() => answered());
	const kept = { ...OPEN, reach: 'local-only' as const };
	const { attempt } = await act(approvedLog(actWorkflow(), TEXT), TEXT, executor, undefined, kept);
	expect(attempt).toMatchObject({ status: 'failed', failure: { code: 'label.local-only' } });
	expect(executor.acted).toEqual([]);
});

/** Set by whoever carries a request, and by Galley; everything else has to be what was shown. */
const CARRIERS =
	/^(host|connection|content-length|transfer-encoding|accept|accept-language|accept-encoding|sec-fetch-mode|user-agent|cache-control|pragma|idempotency-key)$/;

const anyText = fc.string({ unit: 'grapheme', maxLength: 40 });
const line = fc.stringMatching(/^[\x21-\x7e]{1,30}$/);
const proposals = fc.record({
	method: fc.constantFrom('POST', 'PUT', 'PATCH', 'DELETE'),
	path: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
	query: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
	header: line,
	isJson: fc.boolean(),
	text: anyText,
	data: fc.jsonValue({ maxDepth: 3, stringUnit: 'grapheme' })
});

it('sends exactly the bytes that were shown, for 200 proposals', async () => {
	let compared = 0;
	await fc.assert(
		fc.asyncProperty(proposals, async (given) => {
			const config: Record<string, Json> = {
				method: given.method,
				url: `${server.url}/items/{{path}}?q={{query}}`,
				headers: { 'X-Mark': given.header.replaceAll('{{', '') || '-' },
				...(given.isJson ? { json: { text: '{{text}}', data: '{{data}}' } } : { text: 'Text: {{text}}' })
			};
			const text = (content: Json): Value[] => [{ content, media: 'text/plain', labels: OPEN, from: [] }];
			const permissions = { hosts: [server.host] };
			const definition = actWorkflow(config, { permissions });
			const [proposing] = definition.steps;
			if (!proposing) throw new Error('a workflow has steps');
			const inputs = {
				path: text(given.path),
				query: text(given.query),
				text: text(given.text),
				data: text(given.data as Json)
			};
			const { result } = await runStep('propose', {
				...{
					run: { id: 'r1', number: 1, date: '2026-11-24', title: 'T', inputs: {} },
					sources: [],
					evidence: {},
					inputs
				},
				...{
					step: { ...proposing, permissions: { ...proposing.permissions, ...permissions } },
					instructions: ''
				},
				...{
					notes: [],
					feedback: null,
					provider: BUILT_IN,
					marker: 'm',
					signal: new AbortController().signal
				},
				...({} as Pick<
					Parameters<typeof runStep>[1],
					'generate' | 'readFile' | 'runCode' | 'prepared' | 'emit'
				>)
			});
			// An empty value, or one of dots, would lead elsewhere: such an address is refused, and nothing is shown.
			fc.pre(result.ok || result.failure.code !== 'propose.url');
			if (!result.ok) throw new Error(result.failure.message);
			const shown = result.value.output.content as string;
			const before = server.arrived.length;
			const executor = outside((out) =>
				out.action === 'request'
					? send(out, { fetch, asking: NOBODY, signal: new AbortController().signal, now: Date.now })
					: answered()
			);
			const { attempt } = await act(approvedLog(definition, shown), shown, executor, Date.now);
			expect(attempt?.status).toBe('succeeded');
			const arrived = server.arrived.slice(before);
			expect(arrived).toHaveLength(1);
			const [got] = arrived;
			const wanted = JSON.parse(shown) as RequestProposal;
			const headers = Object.entries(got?.headers ?? {}).filter(([name]) => !CARRIERS.test(name));
			expect({
				method: got?.method,
				url: `${server.url}${got?.path}`,
				headers: Object.fromEntries(headers),
				body: got?.body
			}).toEqual({
				method: wanted.method,
				url: wanted.url,
				headers: wanted.headers,
				body: wanted.body
			});
			expect(got?.headers['idempotency-key']).toBe(attempt?.intent?.key);
			compared += 1;
		}),
		{ numRuns: 200 }
	);
	expect(compared).toBe(200);
});
