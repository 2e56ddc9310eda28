import { failure } from '$lib/core';
import { ModelRefused } from '../refused';

/** More than any model says, in bytes: a server that does not stop is stopped. */
const MOST_BYTES = 64_000_000;

/** A `fetch` that tells of every sign of life: headers, and each piece of a body. Breaks off a body without end (`model.too-much`). */
export function watched(fetch: typeof globalThis.fetch, onLife: () => void): typeof globalThis.fetch {
	return async (input, init) => {
		const response = await fetch(input, init);
		onLife();
		if (response.body === null) return response;
		let bytes = 0;
		const counted = response.body.pipeThrough(
			new TransformStream<Uint8Array, Uint8Array>({
				transform(piece, controller) {
					onLife();
					bytes += piece.byteLength;
					if (bytes > MOST_BYTES) throw tooMuch(new URL(response.url || requestUrl(input)).origin);
					controller.enqueue(piece);
				}
			})
		);
		return new Response(counted, {
			status: response.status,
			statusText: response.statusText,
			headers: response.headers
		});
	};
}

function requestUrl(input: Parameters<typeof fetch>[0]): string {
	return input instanceof Request ? input.url : String(input);
}

/** The error of an answer that does not end; it carries its failure, as a guard's does. */
export function tooMuch(place: string): Error {
	const told = failure(
		'model.too-much',
		`${place} did not stop writing and was stopped. The beginning is kept. ` +
			'Set a limit of tokens for the step, or choose another model, then try again.'
	);
	return new ModelRefused(told);
}
