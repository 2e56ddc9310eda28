import { Marked, type Tokens } from 'marked';

const ESCAPES: Record<string, string> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;'
};

/** Text as HTML text or attribute value. */
export function escapeHtml(text: string): string {
	return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}

/**
 * Markdown as HTML for a file that somebody else opens: HTML in the text is shown as text, images are named instead of
 * loaded, links keep their words and show their address without leading anywhere. Headings move down two levels.
 */
const safe = new Marked({
	gfm: true,
	renderer: {
		html: ({ text }: Tokens.HTML | Tokens.Tag) => escapeHtml(text),
		image: ({ text, href }: Tokens.Image) => `[image: ${escapeHtml(text || href)}]`,
		link({ href, tokens }: Tokens.Link) {
			return `${this.parser.parseInline(tokens)} <span class="address">(${escapeHtml(href)})</span>`;
		},
		heading({ tokens, depth }: Tokens.Heading) {
			const level = Math.min(6, depth + 2);
			return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>\n`;
		}
	}
});

export function markdownToHtml(markdown: string): string {
	return safe.parse(markdown, { async: false });
}
