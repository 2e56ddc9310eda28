import { runInNewContext } from 'node:vm';

/** The few things of a page that our scripts touch, made from the text of the page. */
class Element {
	hidden = false;
	className = '';
	listeners = new Map<string, () => unknown>();
	constructor(
		public textContent: string,
		readonly opening = '',
		readonly closing = ''
	) {}
	get innerHTML() {
		return this.textContent;
	}
	get outerHTML() {
		return this.opening + this.textContent + this.closing;
	}
	cloneNode() {
		return new Element('', this.opening, this.closing);
	}
	addEventListener(type: string, listener: () => unknown) {
		this.listeners.set(type, listener);
	}
}

/** Opens an exported page without a browser and presses Verify; what it says. */
export async function verifyPage(page: string): Promise<string> {
	const element = (opening: string, closing: string) => {
		const at = page.indexOf(opening);
		const end = page.indexOf(closing, at);
		return at < 0 || end < 0 ? null : new Element(page.slice(at + opening.length, end), opening, closing);
	};
	const json = (id: string) => element(`<script type="application/json" id="${id}">`, '</script>');
	const main = element('<main>', '</main>');
	const button = new Element('');
	const out = new Element('');
	const elements: Record<string, Element | null> = {
		verify: button,
		verified: out,
		'galley-data': json('galley-data'),
		'galley-seal': json('galley-seal'),
		'galley-signature': json('galley-signature'),
		'seal-words': element('<span id="seal-words">', '</span>')
	};
	const script = element('<script>', '</script>')?.textContent ?? '';
	let begin = () => {};
	let warning = '';
	const document = {
		documentElement: { outerHTML: page.slice(page.indexOf('<html')) },
		addEventListener: (_type: string, listener: () => void) => (begin = listener),
		createElement: () => new Element(''),
		body: { prepend: (added: Element) => (warning = added.textContent) },
		querySelector: () => main,
		getElementById: (id: string) => elements[id] ?? null
	};
	runInNewContext(script, { document, crypto, TextEncoder, Uint8Array, atob, Array, JSON, parseInt });
	begin();
	if (warning) return warning;
	await button.listeners.get('click')?.();
	return out.textContent;
}
