/** Where a text stops being JSON. Lines and columns count from 1. */
export interface JsonError {
	line: number;
	column: number;
	/** Completes “line 3 …”, such as `has “}” where a value belongs`. */
	problem: string;
}

const LITERAL = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?)(?![\w.+-])/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** What may come next: at the start of a value, after one, and inside the two kinds of brackets. */
type Expected = 'value' | 'value or ]' | 'name or }' | 'name' | ':' | 'end of value';

/**
 * The first error of a JSON text with its place, or null when there is none. Browsers word JSON.parse's message
 * differently and some name no place, so the text is walked here; without recursion, so that depth cannot hurt.
 */
export function firstJsonError(text: string): JsonError | null {
	try {
		JSON.parse(text);
		return null;
	} catch {
		const at = walk(text);
		return { ...place(text, at), problem: describe(text, at) };
	}
}

/** Offset of the first token that does not belong where it stands; the text's length when it ends too early. */
function walk(text: string): number {
	const open: ('{' | '[')[] = [];
	let expected: Expected = 'value';
	let at = 0;
	for (;;) {
		const start = skipSpace(text, at);
		const token = tokenAt(text, start);
		const next: Expected | null = token && step(expected, token.kind, open);
		if (!token || !next) return start;
		expected = next;
		at = token.end;
	}
}

/** The token at an offset: a mark (`{`, `,` ...), a `string` or a `literal`. Null when there is none, or a broken one. */
function tokenAt(text: string, at: number): { kind: string; end: number } | null {
	const first = text.charAt(at);
	if (first === '') return null;
	if ('{}[],:'.includes(first)) return { kind: first, end: at + 1 };
	if (first === '"') {
		const end = stringEnd(text, at + 1);
		return end === null ? null : { kind: 'string', end };
	}
	LITERAL.lastIndex = at;
	return LITERAL.test(text) ? { kind: 'literal', end: LITERAL.lastIndex } : null;
}

/** Offset behind the closing quotation mark of a string that starts before `at`; null when it is broken. */
function stringEnd(text: string, at: number): number | null {
	while (at < text.length) {
		const code = text.charCodeAt(at);
		if (code === 0x22) return at + 1;
		if (code < 0x20) return null;
		if (code === 0x5c) {
			ESCAPE.lastIndex = at;
			if (!ESCAPE.test(text)) return null;
			at = ESCAPE.lastIndex;
		} else at += 1;
	}
	return null;
}

/** What may follow a token, or null when the token may not stand here. Keeps the stack of open brackets. */
function step(expected: Expected, token: string, open: ('{' | '[')[]): Expected | null {
	const wantsValue = expected === 'value' || expected === 'value or ]';
	const wantsName = expected === 'name' || expected === 'name or }';
	const inside = open.at(-1);
	switch (token) {
		case '{':
		case '[':
			if (!wantsValue) return null;
			open.push(token);
			return token === '{' ? 'name or }' : 'value or ]';
		case '}':
		case ']': {
			const empty = token === '}' ? 'name or }' : 'value or ]';
			if (expected !== empty && expected !== 'end of value') return null;
			if (inside !== (token === '}' ? '{' : '[')) return null;
			open.pop();
			return 'end of value';
		}
		case ',':
			if (expected !== 'end of value' || !inside) return null;
			return inside === '{' ? 'name' : 'value';
		case ':':
			return expected === ':' ? 'value' : null;
		case 'string':
			if (wantsName) return ':';
			return wantsValue ? 'end of value' : null;
		default:
			return wantsValue ? 'end of value' : null;
	}
}

function skipSpace(text: string, from: number): number {
	let at = from;
	while (at < text.length && ' \t\n'.includes(text.charAt(at))) at += 1;
	return at;
}

function place(text: string, at: number): { line: number; column: number } {
	const before = text.slice(0, at).trimEnd();
	const until = at >= text.length ? before : text.slice(0, at);
	const lines = until.split('\n');
	return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}

function describe(text: string, at: number): string {
	if (at >= text.length) return 'ends before everything that was opened is closed';
	const found = text.slice(at, at + 20).split('\n')[0] ?? '';
	return `has something that does not belong there, from “${found}” on`;
}
