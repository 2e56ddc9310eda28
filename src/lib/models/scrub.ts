/** Shorter ones are words that occur by chance, and no secrets. */
const SHORTEST_KEY = 4;

/**
 * A copy of a JSON-like value in which the key stands nowhere, neither as it is nor percent-encoded. Servers like to
 * quote the key that they refuse, and failures are logged, exported and shared.
 */
export function scrub<T>(value: T, key: string | undefined): T {
	const forms = formsOf(key);
	return forms.length === 0 ? value : (walk(value, (text) => without(text, forms)) as T);
}

/**
 * The same for text that comes in pieces. What may be the beginning of the key is held back until more is there, and for
 * good where nothing more comes.
 */
export function scrubbed(key: string | undefined, onText: (piece: string) => void): (piece: string) => void {
	const forms = formsOf(key);
	if (forms.length === 0) return onText;
	let held = '';
	return (piece) => {
		const text = without(held + piece, forms);
		const begun = Math.max(...forms.map((form) => beginningAt(text, form)));
		held = text.slice(text.length - begun);
		if (begun < text.length) onText(text.slice(0, text.length - begun));
	};
}

function formsOf(key: string | undefined): string[] {
	return key && key.length >= SHORTEST_KEY ? [...new Set([key, encodeURIComponent(key)])] : [];
}

function without(text: string, forms: readonly string[]): string {
	return forms.reduce((said, form) => said.replaceAll(form, '[key]'), text);
}

/** How many characters at the end of a text are the first ones of the form. */
function beginningAt(text: string, form: string): number {
	for (let length = Math.min(form.length - 1, text.length); length > 0; length--)
		if (text.endsWith(form.slice(0, length))) return length;
	return 0;
}

function walk(value: unknown, clean: (text: string) => string): unknown {
	if (typeof value === 'string') return clean(value);
	if (Array.isArray(value)) return value.map((each) => walk(each, clean));
	if (value === null || typeof value !== 'object') return value;
	return Object.fromEntries(Object.entries(value).map(([name, each]) => [clean(name), walk(each, clean)]));
}
