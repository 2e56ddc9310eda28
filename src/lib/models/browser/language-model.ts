import { failure, type Failure, type Json } from '$lib/core';
import type {
	LanguageModelV4,
	LanguageModelV4CallOptions,
	LanguageModelV4StreamPart
} from '@ai-sdk/provider';
import { proxy } from 'comlink';
import { ModelRefused } from '../refused';
import { usageOf, wholeOf } from '../stream';
import type { PageAsk, PageModel, PageReadiness } from './page-model';

/** How long the page may take to say whether it has a model, ms. */
const PAGE_MS = 5_000;

/** Names the questions of this worker. */
let count = 0;

/** The browser's own model as a language model. `page` is null while no page is connected. */
export function browserModel(page: PageModel | null): LanguageModelV4 {
	const doStream: LanguageModelV4['doStream'] = async (options) => {
		const readiness = page ? await inTime(page.readiness()) : null;
		if (!page || readiness !== 'available') throw new ModelRefused(notReady(readiness));
		const id = String((count += 1));
		const stop = () => void page.stop(id);
		options.abortSignal?.addEventListener('abort', stop, { once: true });
		return {
			stream: new ReadableStream<LanguageModelV4StreamPart>({
				async start(controller) {
					const text = 'text';
					controller.enqueue({ type: 'stream-start', warnings: unsupported(options) });
					controller.enqueue({ type: 'response-metadata', modelId: 'browser' });
					controller.enqueue({ type: 'text-start', id: text });
					let got: string | null = '';
					const add = (delta: string) => controller.enqueue({ type: 'text-delta', id: text, delta });
					const onText = (delta: string) => {
						if (got === null) return;
						got += delta;
						add(delta);
					};
					try {
						const answered = await page.ask(id, questionOf(options), proxy(onText));
						if (!answered.ok) throw new ModelRefused(answered.failure);
						const rest = answered.value.slice(got.length);
						got = null;
						if (rest !== '') add(rest);
						controller.enqueue({ type: 'text-end', id: text });
						controller.enqueue({
							type: 'finish',
							finishReason: { unified: 'stop', raw: undefined },
							// The browser does not say how many tokens it took.
							usage: usageOf(undefined, undefined)
						});
						controller.close();
					} catch (cause) {
						controller.error(cause);
					} finally {
						got = null;
						options.abortSignal?.removeEventListener('abort', stop);
					}
				},
				cancel: stop
			})
		};
	};
	return {
		specificationVersion: 'v4',
		provider: 'browser',
		modelId: 'browser',
		supportedUrls: {},
		doStream,
		doGenerate: async (options) => wholeOf(await doStream(options))
	};
}

function questionOf({ prompt, responseFormat }: LanguageModelV4CallOptions): PageAsk {
	const said = prompt.map(({ role, content }) => ({
		role,
		content:
			typeof content === 'string'
				? content
				: content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n\n')
	}));
	return {
		system: said.flatMap(({ role, content }) => (role === 'system' ? [content] : [])).join('\n\n'),
		messages: said.flatMap(({ role, content }) =>
			role === 'user' || role === 'assistant' ? [{ role, content }] : []
		),
		schema: responseFormat?.type === 'json' ? ((responseFormat.schema ?? {}) as Record<string, Json>) : null
	};
}

/** Settings that the browser does not let a page choose. Temperature 0 is asked for everywhere, so it is not worth a word. */
function unsupported({ maxOutputTokens, seed, stopSequences }: LanguageModelV4CallOptions) {
	const wished = { maxOutputTokens, seed, stopSequences: stopSequences?.length ? stopSequences : undefined };
	return Object.entries(wished)
		.filter(([, value]) => value !== undefined)
		.map(([feature]) => ({ type: 'unsupported' as const, feature }));
}

function inTime(asked: Promise<PageReadiness>): Promise<PageReadiness | null> {
	return Promise.race([asked, new Promise<null>((resolve) => setTimeout(() => resolve(null), PAGE_MS))]);
}

/** Why the browser's own model cannot be asked just now; null is a page that does not answer. */
function notReady(readiness: PageReadiness | null): Failure {
	switch (readiness) {
		case 'downloadable':
			return failure(
				'model.browser-downloadable',
				'The browser has a model of its own, but has not downloaded it yet, and does so only when you ask it to. ' +
					'Every earlier step is kept. Choose “Let the browser download it” in Settings under Model, then try again.'
			);
		case 'downloading':
			return failure(
				'model.browser-downloading',
				'The browser is still downloading its own model. Every earlier step is kept. Try again when it is done; Settings under Model shows how far it is.',
				{ retryable: true }
			);
		case 'unavailable':
		case 'missing':
			return failure(
				'model.browser-unavailable',
				readiness === 'missing'
					? 'This browser has no model of its own that pages may use. Nothing was asked. Choose another model in Settings under Model.'
					: 'This browser says that its own model cannot run on this device. Nothing was asked. Choose another model in Settings under Model.'
			);
		default:
			return failure(
				'model.no-page',
				'The browser’s own model answers only while a Galley page is open and awake, and none answered just now. Every earlier step is kept. Bring the tab to the front and try again.',
				{ retryable: true }
			);
	}
}
