import DOMPurify from 'dompurify';

const TAGS = (
	'a abbr article aside b blockquote br caption code dd del div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 ' +
	'header hr i ins kbd li main mark ol p pre q s section small span strong sub sup table tbody td tfoot th thead tr u ul'
).split(' ');

/** HTML that a reader made of a file, as nodes that do nothing. */
export function harmless(html: string): DocumentFragment {
	const nodes: DocumentFragment | null = DOMPurify.sanitize(html, {
		RETURN_DOM_FRAGMENT: true,
		ALLOWED_TAGS: TAGS,
		// No address of any kind, and no style: nothing is fetched, and nothing is hidden or laid over the page.
		ALLOWED_ATTR: ['data-place', 'colspan', 'rowspan', 'hidden', 'lang', 'dir'],
		ALLOW_DATA_ATTR: false,
		ALLOW_ARIA_ATTR: false
	});
	return nodes ?? document.createDocumentFragment();
}
