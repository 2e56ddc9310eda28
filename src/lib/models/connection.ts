import {
	fail,
	isPrivateHost,
	ok,
	type Failure,
	type Json,
	type ProviderChoice,
	type Result
} from '$lib/core';
import type { ModelRequest, ModelTools } from './contract';
import { failureOf } from './failures';
import { generate } from './generate';
import { readJson } from './json';
import { originFor } from './keys';
import { providerOf } from './registry';
import { circumstances, unreachable } from './remote/unreachable';
import { watched } from './remote/watched';
import { scrub } from './scrub';

/** What is looked at, in this order. */
export const CHECKS = ['reach', 'key', 'model', 'stream', 'json'] as const;
export type CheckId = (typeof CHECKS)[number];

/**
 * `weak`: it works, but not as well as it could. `skipped`: not tried, since something before it failed. `busy`: only told
 * while it goes on, of a model that is loaded first.
 */
export interface ConnectionCheck {
	id: CheckId;
	state: 'ok' | 'weak' | 'failed' | 'skipped' | 'busy';
	/** One or two sentences on what was seen and what to do. */
	says: string;
}

/** A question of the form that steps ask, small enough to cost next to nothing. */
const MATERIAL = [
	'Material:',
	'',
	'<<<document t7Rk name="sales.csv" media="text/csv" source="sales" origin="files" rows="2">>>',
	'region,revenue',
	'North,1200',
	'South,900',
	'<<<end t7Rk>>>'
].join('\n');
const SCHEMA: Record<string, Json> = {
	type: 'object',
	properties: { revenue: { type: ['number', 'null'], title: 'Revenue', description: 'Sum of revenue.' } },
	required: ['revenue'],
	additionalProperties: false
};

/** Enough for a model that thinks before it answers. */
const MOST_TOKENS = 2_000;
const TIMEOUT_SECONDS = 60;

/** Which check a failure is about; the streaming one for all others. */
const ABOUT: Record<string, CheckId> = {
	'model.unreachable': 'reach',
	'model.not-let-in': 'reach',
	'model.not-let-out': 'reach',
	'model.not-a-model': 'reach',
	'model.not-loaded': 'reach',
	'model.bad-settings': 'reach',
	'model.unknown-provider': 'reach',
	'model.timeout': 'reach',
	'egress.redirect': 'reach',
	'model.key-refused': 'key',
	'model.quota': 'key',
	'model.not-found': 'model'
};

/**
 * Tries a model as a step would use it and tells what of it works, each check as soon as it is known, and before it `busy`
 * while it is loaded. Two small questions
 * and the server's list of models, where it has one. Never throws; what is sent are the words above and nothing else.
 */
export async function testConnection(
	choice: ProviderChoice,
	tools: ModelTools,
	onCheck: (check: ConnectionCheck) => void
): Promise<ConnectionCheck[]> {
	const done = new Map<CheckId, ConnectionCheck>();
	const tell = (id: CheckId, state: ConnectionCheck['state'], says: string) => {
		const check = scrub({ id, state, says }, tools.key);
		done.set(id, check);
		onCheck(check);
	};
	let names: string[] | null = null;
	const failed = (why: Failure): ConnectionCheck[] => {
		const id = ABOUT[why.code] ?? (why.code.startsWith('egress.') ? 'reach' : 'stream');
		tell(id, 'failed', why.message);
		for (const each of CHECKS) {
			if (done.has(each)) continue;
			const isBefore = CHECKS.indexOf(each) < CHECKS.indexOf(id);
			if (isBefore && each === 'reach') tell(each, 'ok', reached(choice));
			else if (isBefore && each === 'model' && names && names.length > 0)
				tell(each, names.includes(wantedOf(choice)) ? 'ok' : 'weak', listSays(choice, names));
			else
				tell(
					each,
					'skipped',
					isBefore ? 'Nothing was said about it.' : 'Not tried, because of the failure above.'
				);
		}
		return inOrder(done);
	};

	const listed = await list(choice, tools);
	if (!listed.ok) return failed(listed.failure);
	names = listed.value;
	if (names) tell('reach', 'ok', reached(choice));

	const pieces: number[] = [];
	const begun = performance.now();
	const first = await generate(textRequest(choice), {
		...tools,
		onLoading: ({ text }) => onCheck({ id: 'model', state: 'busy', says: `${text}.` }),
		onText: () => void pieces.push(performance.now() - begun)
	});
	if (!first.ok) return failed(first.failure);
	if (!done.has('reach')) tell('reach', 'ok', reached(choice));
	tell('key', 'ok', keySays(choice, tools));
	tell('model', 'ok', modelSays(choice, names, first.value.model));
	const seconds = ((pieces[0] ?? 0) / 1000).toFixed(1);
	if (pieces.length > 1)
		tell('stream', 'ok', `Text came in ${pieces.length} pieces, the first after ${seconds} s.`);
	else tell('stream', 'weak', 'The whole answer came at once, so you will not see a step write.');

	const second = await generate(jsonRequest(choice), { ...tools, onText: () => undefined });
	if (!second.ok) tell('json', 'failed', second.failure.message);
	else {
		const read = readJson(second.value.text, SCHEMA);
		if (!read.ok) tell('json', 'failed', read.failure.message);
		else if (read.value.repaired?.how === 'mended')
			tell('json', 'weak', 'The answer was not quite JSON and had to be mended; then it fitted.');
		else if (second.value.warnings.length > 0)
			tell('json', 'weak', `The answer fitted. ${second.value.warnings.join(' ')}`);
		else tell('json', 'ok', 'A typed answer fitted its schema as it came.');
	}
	return inOrder(done);
}

/** The server's own list; null where there is none to ask for. A server without that address is no failure. */
async function list(choice: ProviderChoice, tools: ModelTools): Promise<Result<string[] | null>> {
	const provider = providerOf(choice.id);
	const config = provider?.config.safeParse(choice.config);
	const origin = originFor(choice);
	if (!provider?.list || !config?.success || origin === null) return ok(null);
	const signal = AbortSignal.any([tools.signal, AbortSignal.timeout(TIMEOUT_SECONDS * 1000)]);
	try {
		const fetch = watched(tools.fetch, () => undefined);
		return ok(await provider.list(config.data, { ...tools, fetch }, signal));
	} catch (cause) {
		const told = failureOf(cause, {
			title: choice.title,
			origin,
			key: tools.key,
			timeoutSeconds: TIMEOUT_SECONDS,
			patience: null,
			begun: false
		});
		if (told.code === 'model.unreachable') {
			return fail(unreachable(origin, 'Nothing was lost.', await circumstances(origin, tools.knock)));
		}
		const isAbout = told.code === 'model.key-refused' || told.code.startsWith('egress.');
		return isAbout ? fail(told) : ok(null);
	}
}

function textRequest(choice: ProviderChoice): ModelRequest {
	return {
		provider: choice,
		system: 'You carry out one step of a workflow.\n\nStep: Test the connection\nJob: draft',
		user: `Run: Test (started 2026-01-01)\n\nTask:\nWrite a report of three short sentences.\n\n${MATERIAL}`,
		maxTokens: MOST_TOKENS,
		timeoutSeconds: TIMEOUT_SECONDS
	};
}

function jsonRequest(choice: ProviderChoice): ModelRequest {
	const form = `Answer with one JSON value that fits this JSON Schema, and nothing else:\n${JSON.stringify(SCHEMA, null, 2)}`;
	return {
		...textRequest(choice),
		system: 'You carry out one step of a workflow.\n\nStep: Test the connection\nJob: extract',
		user: `Run: Test (started 2026-01-01)\n\nTask:\nTake the totals.\n\n${form}\n\n${MATERIAL}`,
		json: { name: 'totals', schema: SCHEMA }
	};
}

function reached(choice: ProviderChoice): string {
	const origin = originFor(choice);
	if (origin === null) return 'It runs on this device; nothing is sent.';
	return isPrivateHost(new URL(origin).hostname)
		? `${origin} answers and lets this page in. It is on this device or its network.`
		: `${origin} answers and lets this page in.`;
}

function keySays(choice: ProviderChoice, { key }: ModelTools): string {
	if (originFor(choice) === null) return 'None is needed.';
	return key ? `The key “${choice.key ?? ''}” was accepted.` : 'It answered without a key.';
}

function wantedOf({ config, title }: ProviderChoice): string {
	return typeof config['model'] === 'string' ? config['model'] : title;
}

/** What a server's list alone tells of the model. */
function listSays(choice: ProviderChoice, names: string[]): string {
	const wanted = wantedOf(choice);
	return names.includes(wanted)
		? `“${wanted}” is one of the ${names.length} that the server lists.`
		: `“${wanted}” is none of the ${names.length} that the server lists. Look whether its name is written as there.`;
}

function modelSays(choice: ProviderChoice, names: string[] | null, told: string): string {
	const wanted = wantedOf(choice);
	const who = told !== '' && told !== wanted ? ` It calls itself “${told}”.` : '';
	if (names?.includes(wanted)) return `${listSays(choice, names)}${who}`;
	return names && names.length > 0
		? `“${wanted}” answered, though the server’s list does not name it.${who}`
		: `“${wanted}” answered.${who}`;
}

function inOrder(done: ReadonlyMap<CheckId, ConnectionCheck>): ConnectionCheck[] {
	return CHECKS.flatMap((id) => done.get(id) ?? []);
}
