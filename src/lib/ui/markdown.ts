/**
 * Markdown to nodes that cannot do anything: no scripts, styles, forms, media, images from elsewhere or links. Loaded only
 * when there is something to render. What comes out are nodes that DOMPurify made: no string of HTML reaches the page.
 */
import DOMPurify from 'dompurify';
import { Marked } from 'marked';

const TAGS =
	'p br hr h1 h2 h3 h4 h5 h6 strong em del ins s sub sup code pre blockquote ul ol li table thead tbody tr th td span div';
const ATTRIBUTES = ['align', 'start', 'colspan', 'rowspan'];

const escape = (text: string) =>
	text.replace(
		/[&<>"]/g,
		(sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? sign
	);

/**
 * Renders untrusted Markdown. The first heading comes `shift` levels below the highest, whatever its own level is, and the
 * others keep their distance to it: a document never outranks its page, and no level is left out where it begins.
 * `start`: the text that the first heading is looked for in, where the source is only a piece of it.
 */
export function renderMarkdown(source: string, shift: number, start = source): DocumentFragment {
	const first = /^ {0,3}(#{1,6})\s/m.exec(start)?.[1]?.length ?? 1;
	const marked = new Marked({ gfm: true, async: false });
	marked.use({
		renderer: {
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
	return DOMPurify.sanitize(marked.parse(source, { async: false }), {
		ALLOWED_TAGS: TAGS.split(' '),
		ALLOWED_ATTR: ATTRIBUTES,
		ALLOW_DATA_ATTR: false,
		ALLOW_ARIA_ATTR: false,
		RETURN_DOM_FRAGMENT: true
	});
}
