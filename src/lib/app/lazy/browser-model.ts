// The browser's own model, asked in this page on behalf of the model worker: workers have no such thing.
import { fail, failure, ok, unexpected, type Failure } from '$lib/core';
import { browserOptions, type PageAsk, type PageModel, type PageReadiness } from '$lib/models';
import { expose } from 'comlink';

/** What of Chrome's Prompt API is used; not in TypeScript's own declarations yet. */
interface Session extends EventTarget {
	clone(options?: { signal?: AbortSignal }): Promise<Session>;
	promptStreaming(
		input: PageAsk['messages'],
		options: { signal: AbortSignal; responseConstraint?: object; omitResponseConstraintInput?: boolean }
	): ReadableStream<string>;
	destroy(): void;
}
interface Api {
	availability(options: object): Promise<Exclude<PageReadiness, 'missing'>>;
	create(options: object): Promise<Session>;
}

const api = () => (globalThis as { LanguageModel?: Api }).LanguageModel;

/** Answers the model worker at the other end of the port, as long as this page lives. */
export function serve(port: MessagePort): void {
	expose(pageModel(), port);
}

export async function readiness(): Promise<PageReadiness> {
	return (await api()?.availability(browserOptions())) ?? 'missing';
}

/**
 * Lets the browser download its model; it does so only while a person's click is fresh. `onProgress` gets 0 to 1. Null
 * when it is there.
 */
export async function prepare(onProgress: (share: number) => void): Promise<Failure | null> {
	try {
		const session = await api()?.create({
			...browserOptions(),
			monitor: (target: EventTarget) =>
				target.addEventListener('downloadprogress', (event) => onProgress((event as ProgressEvent).loaded))
		});
		session?.destroy();
		return session ? null : refused('it has none');
	} catch (cause) {
		return refused(cause instanceof Error ? cause.message : String(cause));
	}
}

export function pageModel(): PageModel {
	// Every question gets a copy of it, so that none sees another; made anew where the rules are others.
	let base: { system: string; session: Promise<Session> } | null = null;
	const running = new Map<string, AbortController>();

	function sessionFor(system: string): Promise<Session> {
		if (base?.system === system) return base.session;
		const made = api()?.create({
			...browserOptions(),
			...(system ? { initialPrompts: [{ role: 'system', content: system }] } : {})
		});
		if (!made) return Promise.reject(new Error('there is none'));
		const earlier = base?.session;
		base = { system, session: made };
		made.catch(() => (base = null));
		void earlier?.then((one) => one.destroy()).catch(() => undefined);
		return made;
	}

	return {
		readiness,
		async ask(id, { system, messages, schema }, onText) {
			const stop = new AbortController();
			running.set(id, stop);
			let session: Session | null = null;
			try {
				session = await (await sessionFor(system)).clone({ signal: stop.signal });
				const stream = session.promptStreaming(messages, {
					signal: stop.signal,
					// The form stands in the prompt already.
					...(schema ? { responseConstraint: schema, omitResponseConstraintInput: true } : {})
				});
				const reader = stream.getReader();
				let whole = '';
				for (let part = await reader.read(); !part.done; part = await reader.read()) {
					whole += part.value;
					onText(part.value);
				}
				return ok(whole);
			} catch (cause) {
				return fail(told(cause, stop.signal));
			} finally {
				running.delete(id);
				session?.destroy();
			}
		},
		stop: async (id) => running.get(id)?.abort()
	};
}

function told(cause: unknown, signal: AbortSignal): Failure {
	if (signal.aborted) return failure('aborted', 'The answer was stopped. It can be asked for again.');
	const name = cause instanceof Error ? cause.name : '';
	if (name === 'QuotaExceededError') {
		return failure(
			'model.too-long',
			'The prompt is too long for the browser’s own model. Every earlier step is kept. Give the step less material, or choose a model that takes more.'
		);
	}
	if (name === 'NotSupportedError' || name === 'NotAllowedError' || name === 'InvalidStateError') {
		return refused((cause as Error).message);
	}
	return unexpected(cause, 'the browser’s own model was answering');
}

function refused(said: string): Failure {
	return failure(
		'model.browser-refused',
		`The browser did not let its own model answer (${said.replace(/\.$/, '')}). Every earlier step is kept. Try again, or choose another model in Settings under Model.`,
		{ retryable: true, details: { said } }
	);
}
