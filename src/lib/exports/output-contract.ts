import type { Json, Result } from '$lib/core';

/** An approved value as it is to be written: text, or data. */
export interface Approved {
	content: string | Json;
	media: string;
}

/** A form in which an approved value can lie in the library. */
export interface OutputFormat {
	id: string;
	title: string;
	extension: string;
	media: string;
	/** Fails where the value has no such form. Heavy libraries are loaded inside. */
	make(approved: Approved): Promise<Result<string | Uint8Array>>;
}

/** Declares a form; a file in `outputs/` default-exports the result. */
export function defineOutput(format: OutputFormat): OutputFormat {
	return format;
}
