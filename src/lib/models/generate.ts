import { failure, isPrivateHost, type Failure } from '$lib/core';
import type { LanguageModelV4CallOptions, LanguageModelV4Prompt } from '@ai-sdk/provider';
import { callOf, type Call } from './call';
import type { LoadingProgress, ModelOutcome, ModelRequest, ModelTools, Patience, Provider } from './contract';
import { cut, ended, failureOf, keptSentence, type Asked } from './failures';
import { nothingYet, receive, shortcoming, type Received } from './receive';
import { ModelRefused } from './refused';
import { providerOf } from './registry';
import { circumstances, unreachable } from './remote/unreachable';
import { tooMuch, watched } from './remote/watched';
import { scrub } from './scrub';

/** Limits on a server's silence, in seconds. One of a person's own may have to load its model first. */
const PATIENCE: Patience = { start: 120, stall: 30 };

/** The longest answer that is taken, in UTF-16 units: a model that repeats itself for ever is stopped. */
const MOST_TEXT = 2_000_000;

/**
 * Asks a model and reads its answer to the end. Never throws: every way to fail is an outcome with a failure
 * (`model.*`, or the guard's `egress.*`), the text that had arrived, and the requests that left. Tries once; whether
 * to try again is the engine's affair. The key stands nowhere in what is handed back.
 */
export async function generate(request: ModelRequest, tools: ModelTools): Promise<ModelOutcome> {
	const outcome = await ask(request, tools);
	return scrub({ ...outcome, egress: [...(tools.egress?.() ?? [])] }, tools.key);
}

type Outcome =
	| { ok: true; value: Extract<ModelOutcome, { ok: true }>['value'] }
	| { ok: false; failure: Failure; kept: string };

async function ask(request: ModelRequest, tools: ModelTools): Promise<Outcome> {
	const provider = providerOf(request.provider.id);
	if (!provider) return refused(unknownProvider(request));
	const config = provider.config.safeParse(request.provider.config);
	if (!config.success) return refused(badConfig(request, config.error.issues));

	const origin = provider.origin(config.data);
	const patience = origin === null ? null : patienceWith(origin, request);
	const call = callOf(request, tools.signal, patience);
	const received = nothingYet();
	const asked = (): Asked => ({
		title: request.provider.title,
		origin,
		key: tools.key,
		timeoutSeconds: request.timeoutSeconds,
		patience,
		begun: received.text !== ''
	});
	const fetch = watched(tools.fetch, () => call.alive(received.text !== ''));
	try {
		call.signal.throwIfAborted();
		const onLoading = (progress: LoadingProgress) => {
			call.loading(progress);
			tools.onLoading?.(progress);
		};
		const model = await call.unlessStopped(load(provider, config.data, { ...tools, fetch, onLoading }));
		const result = await call.unlessStopped(model.doStream(optionsOf(request, call.signal)));
		received.model = model.modelId;
		await read(result.stream.getReader(), received, tools.onText, call, asked);
		return verdict(received, request, asked(), result.response?.headers);
	} catch (cause) {
		const why = call.why();
		const told = why ? ended(why, asked()) : await explained(failureOf(cause, asked()), asked(), tools);
		return { ok: false, failure: told, kept: received.text };
	} finally {
		await call.end();
	}
}

async function read(
	reader: ReadableStreamDefaultReader<Parameters<typeof receive>[1]>,
	received: Received,
	onText: (piece: string) => void,
	call: Call,
	asked: () => Asked
): Promise<void> {
	try {
		for (;;) {
			const { done, value } = await call.unlessStopped(reader.read());
			if (done) return;
			receive(received, value, onText);
			call.alive(received.text !== '');
			if (received.text.length > MOST_TEXT) throw tooMuch(asked().origin ?? asked().title);
		}
	} finally {
		void reader.cancel().catch(() => undefined);
	}
}

function verdict(
	received: Received,
	request: ModelRequest,
	asked: Asked,
	headers: Record<string, string> | undefined
): Outcome {
	const kept = received.text;
	if (/text\/html/i.test(headers?.['content-type'] ?? ''))
		return { ok: false, failure: notAModel(asked), kept };
	if (received.error) return { ok: false, failure: failureOf(received.error.cause, asked), kept };
	if (received.finish === null || received.finish === 'interrupted' || received.finish === 'error') {
		return { ok: false, failure: cut(asked), kept };
	}
	const wrong = shortcoming(received, request);
	if (wrong) return { ok: false, failure: wrong, kept };
	const { text, finish, usage, evidence, warnings } = received;
	return { ok: true, value: { text, finish, usage, model: received.model ?? '', evidence, warnings } };
}

function patienceWith(origin: string, request: ModelRequest): Patience {
	const start = isPrivateHost(new URL(origin).hostname) ? request.timeoutSeconds : PATIENCE.start;
	return { ...PATIENCE, start, ...request.patience };
}

/** A browser does not say why a server could not be reached; what can be found out is added. */
async function explained(told: Failure, asked: Asked, tools: ModelTools): Promise<Failure> {
	if (told.code !== 'model.unreachable' || asked.origin === null) return told;
	return unreachable(asked.origin, keptSentence(asked), await circumstances(asked.origin, tools.knock));
}

/** Loading a provider's code is a request of its own, to our own origin; its failure says so. */
async function load(provider: Provider, config: Record<string, unknown>, tools: ModelTools) {
	try {
		return await provider.create(config, {
			fetch: tools.fetch,
			...(tools.key ? { key: tools.key } : {}),
			...(tools.onLoading ? { onLoading: tools.onLoading } : {}),
			...(tools.page ? { page: tools.page } : {})
		});
	} catch (cause) {
		if (cause instanceof Error && 'failure' in cause) throw cause;
		const told = failure(
			'model.not-loaded',
			`The part of Galley that talks to ${provider.title} could not be started. Nothing was sent and nothing was lost. ` +
				'Reload the page while you are online, then try again.',
			{ retryable: true, details: { said: cause instanceof Error ? cause.message : String(cause) } }
		);
		throw new ModelRefused(told, { cause });
	}
}

function optionsOf(request: ModelRequest, signal: AbortSignal): LanguageModelV4CallOptions {
	const prompt: LanguageModelV4Prompt = [{ role: 'user', content: [{ type: 'text', text: request.user }] }];
	if (request.system !== '') prompt.unshift({ role: 'system', content: request.system });
	const options: LanguageModelV4CallOptions = {
		prompt,
		temperature: request.temperature ?? 0,
		abortSignal: signal
	};
	if (request.maxTokens !== undefined) options.maxOutputTokens = request.maxTokens;
	if (request.seed !== undefined) options.seed = request.seed;
	if (request.stop?.length) options.stopSequences = request.stop;
	if (request.json) options.responseFormat = { type: 'json', ...request.json };
	return options;
}

function refused(told: Failure): Outcome {
	return { ok: false, failure: told, kept: '' };
}

function unknownProvider(request: ModelRequest): Failure {
	return failure(
		'model.unknown-provider',
		`This release of Galley has no model called “${request.provider.title}” (${request.provider.id}). ` +
			'Nothing was sent. Choose another model and try again.'
	);
}

function badConfig(request: ModelRequest, issues: { path: PropertyKey[]; message: string }[]): Failure {
	const said = issues.map((issue) => `${issue.path.map(String).join('.') || 'settings'}: ${issue.message}`);
	return failure(
		'model.bad-settings',
		`The settings of ${request.provider.title} are not complete (${said.join('; ')}). ` +
			'Nothing was sent. Correct them in Settings under Model, then try again.',
		{ details: { problems: said } }
	);
}

function notAModel(asked: Asked): Failure {
	return failure(
		'model.not-a-model',
		`${asked.origin ?? asked.title} answered with a web page instead of a model’s answer. Every earlier step is kept. ` +
			'Check the address in Settings under Model (it often ends in /v1) and whether you have to sign in to this network first.',
		{ details: asked.origin === null ? {} : { origin: asked.origin } }
	);
}
