import { failure, type Failure } from '$lib/core';
import type { LanguageModelV4CallOptions, LanguageModelV4Prompt } from '@ai-sdk/provider';
import type { ModelOutcome, ModelRequest, ModelTools, Provider } from './contract';
import { cut, failureOf, stopped, timedOut, type Asked } from './failures';
import { nothingYet, receive, shortcoming, type Received } from './receive';
import { providerOf } from './registry';
import { scrub } from './scrub';

/** How long to wait, in milliseconds, for a request that was given up to write its row of the egress ledger. */
const FAREWELL_MS = 250;

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

	const call = callOf(request, tools.signal);
	const received = nothingYet();
	const asked = (): Asked => ({
		title: request.provider.title,
		origin: provider.origin(config.data),
		hasKey: Boolean(tools.key),
		timeoutSeconds: request.timeoutSeconds,
		begun: received.text !== ''
	});
	try {
		call.signal.throwIfAborted();
		const model = await call.unlessStopped(load(provider, config.data, tools));
		const result = await call.unlessStopped(model.doStream(optionsOf(request, call.signal)));
		received.model = model.modelId;
		await read(result.stream.getReader(), received, tools.onText, call);
		return verdict(received, request, asked(), result.response?.headers);
	} catch (cause) {
		const why = call.why();
		const told =
			why === 'stopped'
				? stopped(asked())
				: why === 'timeout'
					? timedOut(asked())
					: failureOf(cause, asked());
		return { ok: false, failure: told, kept: received.text };
	} finally {
		await call.end();
	}
}

async function read(
	reader: ReadableStreamDefaultReader<Parameters<typeof receive>[1]>,
	received: Received,
	onText: (piece: string) => void,
	call: Call
): Promise<void> {
	try {
		for (;;) {
			const { done, value } = await call.unlessStopped(reader.read());
			if (done) return;
			receive(received, value, onText);
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
		throw Object.assign(new Error(told.message, { cause }), { failure: told });
	}
}

function optionsOf(request: ModelRequest, signal: AbortSignal): LanguageModelV4CallOptions {
	const prompt: LanguageModelV4Prompt = [{ role: 'user', content: [{ type: 'text', text: request.user }] }];
	if (request.system !== '') prompt.unshift({ role: 'system', content: request.system });
	const options: LanguageModelV4CallOptions = { prompt, temperature: 0, abortSignal: signal };
	if (request.maxTokens !== undefined) options.maxOutputTokens = request.maxTokens;
	if (request.json) options.responseFormat = { type: 'json', ...request.json };
	return options;
}

/** The life of one call: it ends by itself, when the person stops it, or when its time is up. */
interface Call {
	signal: AbortSignal;
	why(): 'stopped' | 'timeout' | null;
	/** What `work` gives, or a rejection as soon as the call has to end, whether `work` notices or not. */
	unlessStopped<T>(work: PromiseLike<T>): Promise<T>;
	/** Lets go of everything and waits a moment for it to wind up. */
	end(): Promise<void>;
}

function callOf(request: ModelRequest, person: AbortSignal): Call {
	const controller = new AbortController();
	let why: 'stopped' | 'timeout' | null = null;
	let latest: Promise<unknown> = Promise.resolve();
	const stop = (reason: 'stopped' | 'timeout') => {
		why ??= reason;
		controller.abort();
	};
	const onPerson = () => stop('stopped');
	person.addEventListener('abort', onPerson);
	if (person.aborted) onPerson();
	const timer = setTimeout(() => stop('timeout'), request.timeoutSeconds * 1000);
	return {
		signal: controller.signal,
		why: () => why,
		unlessStopped: (work) =>
			new Promise((resolve, reject) => {
				const onAbort = () => reject(new DOMException('The call has to end.', 'AbortError'));
				if (controller.signal.aborted) onAbort();
				controller.signal.addEventListener('abort', onAbort, { once: true });
				const settled = Promise.resolve(work).finally(() =>
					controller.signal.removeEventListener('abort', onAbort)
				);
				latest = settled.catch(() => undefined);
				settled.then(resolve, reject);
			}),
		async end() {
			clearTimeout(timer);
			person.removeEventListener('abort', onPerson);
			controller.abort();
			let farewell: ReturnType<typeof setTimeout> | undefined;
			const patience = new Promise((resolve) => (farewell = setTimeout(resolve, FAREWELL_MS)));
			await Promise.race([latest, patience]);
			clearTimeout(farewell);
		}
	};
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
