import { fail, failure, ok, type Json, type Result } from '$lib/core';

export interface ReadJson {
	value: Json;
	/** True when the text was not JSON and had to be mended: closed brackets, added quotes, dropped commas. */
	repaired: boolean;
}

export function readJson(text: string, _schema: Record<string, Json>): Result<ReadJson> {
	try {
		return ok({ value: JSON.parse(text) as Json, repaired: false });
	} catch {
		return fail(failure('model.not-json', 'The answer is not JSON.'));
	}
}
