/**
 * Markdown to nodes that cannot do anything: no scripts, styles, forms, media, images from elsewhere or links. Loaded only
 * when there is something to render. What comes out are nodes that DOMPurify made: no string of HTML reaches the page.
 */
import DOMPurify from 'dompurify';
import { Marked, type RendererExtension, type Token } from 'marked';
import markedFootnote from 'marked-footnote';

/** Colours the code of a fence: HTML of spans, or null where the language is not known. */
export type Highlight = (code: string, language: string) => string | null;

const TAGS =
	'p br hr h1 h2 h3 h4 h5 h6 strong em del ins s sub sup code pre blockquote ul ol li table thead tbody tr th td span div';
const ATTRIBUTES = ['align', 'start', 'colspan', 'rowspan', 'class'];
/** The only classes that stay: those of coloured code. */
const CLASSES = /^hljs-[\w-]+(?: [\w-]+_)*$/;

const escape = (text: string) =>
	text.replace(
		/[&<>"]/g,
		(sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? sign
	);

/** A number in the text and a list at the end; nothing to follow, since nothing here is a link. */
const footnoteRef: RendererExtension = {
	name: 'footnoteRef',
	renderer: ({ id }) => `<sup>${escape(String(id))}</sup>`
};
const footnotes: RendererExtension = {
	name: 'footnotes',
	renderer(token) {
		const items = (token as unknown as { items: { content: Token[] }[] }).items;
		if (items.length === 0) return '';
		return `<hr>\n<ol>${items.map(({ content }) => `<li>${this.parser.parse(content)}</li>`).join('')}</ol>\n`;
	}
};

DOMPurify.addHook('uponSanitizeAttribute', (_, attribute) => {
	if (attribute.attrName === 'class' && !CLASSES.test(attribute.attrValue)) attribute.keepAttr = false;
});

/**
 * Renders untrusted Markdown. The first heading comes `shift` levels below the highest, whatever its own level is, and the
 * others keep their distance to it: a document never outranks its page, and no level is left out where it begins.
 * `start`: the text that the first heading is looked for in, where the source is only a piece of it.
 * `highlight`: colours code where it is there.
 */
export function renderMarkdown(
	source: string,
	shift: number,
	start = source,
	highlight: Highlight | null = null
): DocumentFragment {
	const first = /^ {0,3}(#{1,6})\s/m.exec(start)?.[1]?.length ?? 1;
	const marked = new Marked({ gfm: true, async: false });
	marked.use(markedFootnote(), { extensions: [footnoteRef, footnotes] });
	marked.use({
		renderer: {
			code({ text, lang, escaped }) {
				const language = (lang ?? '').trim().split(/\s/)[0] ?? '';
				const coloured = highlight && language ? highlight(text, language) : null;
				return `<pre><code>${coloured ?? (escaped ? text : escape(text))}\n</code></pre>\n`;
			},
			heading({ tokens, depth }) {
				const level = Math.min(6, shift + 1 + Math.max(0, depth - first));
				return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>\n`;
			},
			link({ href, tokens }) {
				const words = this.parser.parseInline(tokens);
				return words === escape(href) ? `<code>${words}</code>` : `${words} (<code>${escape(href)}</code>)`;
			},
			image({ href, text }) {
				return `[Image${text ? `: ${escape(text)}` : ''}, not loaded: <code>${escape(href)}</code>]`;
			},
			checkbox({ checked }) {
				return checked ? '☑ ' : '☐ ';
			}
		}
	});
	const nodes: DocumentFragment | null = DOMPurify.sanitize(marked.parse(source, { async: false }), {
		ALLOWED_TAGS: TAGS.split(' '),
		ALLOWED_ATTR: ATTRIBUTES,
		ALLOW_DATA_ATTR: false,
		ALLOW_ARIA_ATTR: false,
		RETURN_DOM_FRAGMENT: true
	});
	if (nodes) return nodes;
	// A text that is a frameset has no body to take nodes from: it is shown as it is.
	const plain = document.createDocumentFragment();
	plain.append(source);
	return plain;
}
