import { runInNewContext } from 'node:vm';

/** The few things of a page that our scripts touch, made from the text of the page. */
class Element {
	hidden = false;
	className = '';
	listeners = new Map<string, () => unknown>();
	constructor(
		public textContent: string,
		readonly innerHTML = textContent
	) {}
	addEventListener(type: string, listener: () => unknown) {
		this.listeners.set(type, listener);
	}
}

/** Opens an exported page without a browser and presses Verify; what it says. */
export async function verifyPage(page: string): Promise<string> {
	const part = (from: string, to: string) => {
		const at = page.indexOf(from);
		const end = page.indexOf(to, at);
		return at < 0 || end < 0 ? null : page.slice(at + from.length, end);
	};
	const main = part('<main>', '</main>');
	const button = new Element('');
	const out = new Element('');
	const elements: Record<string, Element | null> = {
		verify: button,
		verified: out,
		'galley-data': elementOf(part('id="galley-data">', '</script>')),
		'galley-seal': elementOf(part('id="galley-seal">', '</script>')),
		'galley-signature': elementOf(part('id="galley-signature">', '</script>'))
	};
	const script = part('<script>', '</script>') ?? '';
	let begin = () => {};
	let warning = '';
	const document = {
		addEventListener: (_type: string, listener: () => void) => (begin = listener),
		createElement: () => new Element(''),
		body: { prepend: (added: Element) => (warning = added.textContent) },
		querySelector: () => elementOf(main),
		getElementById: (id: string) => elements[id] ?? null
	};
	runInNewContext(script, { document, crypto, TextEncoder, Uint8Array, atob, Array, JSON, parseInt });
	begin();
	if (warning) return warning;
	await button.listeners.get('click')?.();
	return out.textContent;
}

function elementOf(text: string | null): Element | null {
	return text === null ? null : new Element(text);
}
