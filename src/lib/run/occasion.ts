import { fail, failure, type Failure } from '$lib/core';

/** When something is decided, and the name that it is signed with. */
export interface Occasion {
	now: number;
	by?: string;
}

/** How a fact says when it was decided, and by whom where somebody gave a name. */
export function signed({ now, by }: Occasion): { at: number; by?: string } {
	return by ? { at: now, by } : { at: now };
}

/** A refusal. */
export function no(code: string, message: string): { ok: false; failure: Failure } {
	return fail(failure(code, message));
}
