import type { Json, Result, ValueRef } from '$lib/core';
import { createContext } from 'svelte';

/** The content of a stored value: text, parsed JSON or bytes, by its media type. */
export type Content = string | Json | Uint8Array;

/** What the parts of a notebook are given by the page, however deep they stand. */
export interface NotebookTools {
	read(ref: Pick<ValueRef, 'hash' | 'media'>): Promise<Result<Content>>;
	download(file: { name: string; blob: Blob }): void;
	/** One sentence for the page's one polite live region. */
	announce(sentence: string): void;
}

export const [useTools, provideTools] = createContext<NotebookTools>();
