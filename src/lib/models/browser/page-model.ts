import type { Json, Result } from '$lib/core';

/** As the browser calls it, and `missing` where it has no model of its own at all. */
export type PageReadiness = 'unavailable' | 'downloadable' | 'downloading' | 'available' | 'missing';

/** One question to the browser's own model. Plain data: it crosses from a worker to the page. */
export interface PageAsk {
	system: string;
	/** Messages after the system's, the last one the person's. */
	messages: { role: 'user' | 'assistant'; content: string }[];
	/** The form that the answer is held to; null for text. */
	schema: Record<string, Json> | null;
}

/**
 * The browser's own model, which is there for pages only. The model worker asks the page of its tab for it, over a port
 * of its own.
 */
export interface PageModel {
	readiness(): Promise<PageReadiness>;
	/**
	 * The whole answer, once it has ended; fails with `model.too-long`, `model.browser-refused` or `aborted`. Pieces of it go
	 * another way, by a port of their own, and the last ones may come after it.
	 */
	ask(id: string, question: PageAsk, onText: (piece: string) => void): Promise<Result<string>>;
	stop(id: string): Promise<void>;
}

/** The same for asking whether it is there and for making a session: what is said of one holds for no other. */
export function browserOptions() {
	return {
		expectedInputs: [{ type: 'text', languages: ['en'] }],
		expectedOutputs: [{ type: 'text', languages: ['en'] }]
	};
}
