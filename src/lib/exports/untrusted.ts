import { fail, hasForbiddenKey, ok, type Result } from '$lib/core';

/** The deepest nesting that is read. No file of ours comes near it; recursion over more could exhaust the stack. */
const DEEPEST = 64;

/** Why a text from outside is not read. */
export type Unreadable = 'not-json' | 'too-deep' | 'forbidden-key';

/** Parses JSON from outside: depth is counted before anything is built, and keys that reach prototypes are refused. */
export function readUntrusted(text: string): Result<unknown, Unreadable> {
	if (isDeeperThan(text, DEEPEST)) return fail('too-deep');
	let parsed: unknown;
	try {
		parsed = JSON.parse(text);
	} catch {
		return fail('not-json');
	}
	return hasForbiddenKey(parsed) ? fail('forbidden-key') : ok(parsed);
}

/** Counts brackets outside strings, without recursion. */
function isDeeperThan(text: string, limit: number): boolean {
	let depth = 0;
	let inString = false;
	for (let at = 0; at < text.length; at++) {
		const code = text.charCodeAt(at);
		if (inString) {
			if (code === 0x5c) at += 1;
			else if (code === 0x22) inString = false;
		} else if (code === 0x22) inString = true;
		else if (code === 0x7b || code === 0x5b) {
			depth += 1;
			if (depth > limit) return true;
		} else if (code === 0x7d || code === 0x5d) depth -= 1;
	}
	return false;
}
