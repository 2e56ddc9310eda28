import type { ProviderChoice } from '$lib/core';
import { asking, wayTo, type Asking } from '$lib/egress';
import type { PageModel } from './browser/page-model';
import { testConnection, type ConnectionCheck } from './connection';
import type { LoadingProgress, ModelOutcome, ModelRequest, ModelTools } from './contract';
import { gatherText } from './gather';
import { generate } from './generate';
import { keyRing, originFor } from './keys';
import { scrubbed } from './scrub';

/** What the model worker does for whoever asks it. */
export interface ModelCalls {
	/** An open key lives in this worker's memory, by its name and for one origin. An empty key forgets. */
	setKey(name: string, key: string, origin: string | null): Promise<void>;
	/** `onText` gets pieces, gathered for about one frame each; `onLoading` is told of a model that is made ready first. */
	generate(
		callId: string,
		request: ModelRequest,
		onText: (piece: string) => void,
		onLoading?: (progress: LoadingProgress) => void
	): Promise<ModelOutcome>;
	/** Tries a model as a step would; `onCheck` gets each check as soon as it is known. */
	test(
		callId: string,
		choice: ProviderChoice,
		onCheck: (check: ConnectionCheck) => void
	): Promise<ConnectionCheck[]>;
	abort(callId: string): Promise<void>;
}

/** `page` is asked for anew at each call: it may be connected later, or again. */
export function modelCalls(realFetch: typeof fetch, page: () => PageModel | null): ModelCalls {
	const keys = keyRing();
	const running = new Map<string, AbortController>();

	/** Each call gets the real fetch wrapped for the one origin that the person chose. */
	function toolsFor(
		choice: ProviderChoice,
		by: Asking,
		signal: AbortSignal,
		onText: (piece: string) => void
	): ModelTools {
		const origin = originFor(choice);
		const { rows, ...way } = wayTo(realFetch, origin, by);
		const key = keys.use(choice.key, origin);
		const connected = page();
		return {
			...{ ...way, signal, onText: scrubbed(key, onText), egress: () => rows },
			...(key ? { key } : {}),
			...(connected ? { page: connected } : {})
		};
	}
	return {
		setKey: async (name, key, origin) => keys.set(name, key, origin),
		async generate(callId, request, onText, onLoading) {
			const stop = new AbortController();
			running.set(callId, stop);
			const text = gatherText(onText);
			const tools = toolsFor(request.provider, asking('model', callId), stop.signal, text.add);
			try {
				return await generate(request, {
					...tools,
					...(onLoading ? { onLoading: (progress) => void onLoading(progress) } : {})
				});
			} finally {
				text.flush();
				running.delete(callId);
			}
		},
		test: (callId, choice, onCheck) =>
			testConnection(
				choice,
				toolsFor(choice, asking('test', callId), new AbortController().signal, () => undefined),
				onCheck
			),
		abort: async (callId) => running.get(callId)?.abort()
	};
}
