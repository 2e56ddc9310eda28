/** Shorter ones are words that occur by chance, and no secrets. */
const SHORTEST = 6;

/**
 * The first of the secrets that stands in a file, or null: as it is, and as JSON, HTML, an address, hex or base64 would
 * write it (base64 also inside a longer text, wherever it begins). What was packed or encrypted cannot be looked into;
 * no export of ours is.
 */
export function secretIn(
	content: string | Uint8Array,
	secrets: readonly { name: string; secret: string }[]
): string | null {
	const text = typeof content === 'string' ? content : latin1(content);
	const found = secrets.find(
		({ secret }) =>
			secret.length >= SHORTEST &&
			formsOf(secret).some((form) => text.includes(typeof content === 'string' ? form : latin1(utf8(form))))
	);
	return found?.name ?? null;
}

function formsOf(secret: string): string[] {
	const json = JSON.stringify(secret).slice(1, -1);
	const percent = encodeURIComponent(secret);
	const forms = [
		secret,
		json,
		// A JSON text as a value of another.
		JSON.stringify(json).slice(1, -1),
		json.replaceAll('/', '\\/'),
		percent,
		percent.replace(/%[0-9A-F]{2}/g, (each) => each.toLowerCase()),
		percent.replaceAll('%20', '+'),
		html(secret),
		html(secret).replaceAll('&#39;', '&apos;'),
		[...utf8(secret)].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
		...[0, 1, 2].flatMap((shift) => inBase64(utf8(secret), shift))
	];
	return [...new Set(forms)];
}

function html(text: string): string {
	const named: Record<string, string> = {
		'&': '&amp;',
		'<': '&lt;',
		'>': '&gt;',
		'"': '&quot;',
		"'": '&#39;'
	};
	return text.replace(/[&<>"']/g, (each) => named[each] ?? each);
}

/** How bytes look in the base64 of a longer text, `shift` bytes after a multiple of three: the characters that depend on them alone. */
function inBase64(bytes: Uint8Array, shift: number): string[] {
	const padded = btoa(latin1(new Uint8Array([...new Uint8Array(shift), ...bytes])));
	const first = Math.ceil((shift * 8) / 6);
	const end = Math.floor(((shift + bytes.length) * 8) / 6);
	const inner = padded.slice(first, end);
	return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')];
}

function utf8(text: string): Uint8Array {
	return new TextEncoder().encode(text);
}

/** Bytes as a string of as many characters. */
function latin1(bytes: Uint8Array): string {
	let text = '';
	for (let at = 0; at < bytes.length; at += 0x8000)
		text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
	return text;
}
