import { APICallError } from '@ai-sdk/provider';
import * as z from 'zod';

/**
 * Reads a list of models. Every refusal is the error that the library throws for a model's call, so that it is told in
 * the same words; an answer of another form is an empty list.
 */
export async function readList<T>(
	fetch: typeof globalThis.fetch,
	url: string,
	headers: Record<string, string>,
	signal: AbortSignal,
	form: { schema: z.ZodType<T>; names: (list: T) => string[] }
): Promise<string[]> {
	const response = await fetch(url, { headers, signal });
	const body = await response.text();
	if (!response.ok) {
		throw new APICallError({
			message: response.statusText || `Status ${response.status}`,
			url,
			requestBodyValues: {},
			statusCode: response.status,
			responseHeaders: Object.fromEntries(response.headers),
			responseBody: body
		});
	}
	const read = form.schema.safeParse(parsed(body));
	return read.success ? form.names(read.data) : [];
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}

/** The form in which OpenAI, everybody who copied it, and Anthropic list their models. */
export const byId = {
	schema: z.object({ data: z.array(z.object({ id: z.string() })) }),
	names: (list: { data: { id: string }[] }) => list.data.map(({ id }) => id)
};
