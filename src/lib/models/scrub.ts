/** Shorter ones are words that occur by chance, and no secrets. */
const SHORTEST_KEY = 4;

/**
 * A copy of a JSON-like value in which the key stands nowhere, neither as it is nor percent-encoded. Servers like to
 * quote the key that they refuse, and failures are logged, exported and shared.
 */
export function scrub<T>(value: T, key: string | undefined): T {
	if (!key || key.length < SHORTEST_KEY) return value;
	const forms = [...new Set([key, encodeURIComponent(key)])];
	return walk(value, (text) => forms.reduce((said, form) => said.replaceAll(form, '[key]'), text)) as T;
}

function walk(value: unknown, clean: (text: string) => string): unknown {
	if (typeof value === 'string') return clean(value);
	if (Array.isArray(value)) return value.map((each) => walk(each, clean));
	if (value === null || typeof value !== 'object') return value;
	return Object.fromEntries(Object.entries(value).map(([name, each]) => [clean(name), walk(each, clean)]));
}
