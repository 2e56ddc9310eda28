/**
 * Markup that can do nothing, however it came about: a closed list of elements and attributes, none of which runs, loads,
 * leads anywhere, has a name in the page or is sent. Whatever is not on the lists makes all of it unfit.
 */

export const STILL_TAGS: readonly string[] = (
	'a article aside b blockquote br button code dd del details div dl dt em fieldset footer h1 h2 h3 h4 h5 h6 header hr i ' +
	'input ins kbd label legend li main mark nav ol p pre q s section small span strong sub summary sup table tbody td th ' +
	'thead time tr ul svg path circle ellipse line polyline polygon rect g'
).split(' ');

/** What styles ask for; `data-` says what a style attribute said, which a page may not have. */
export const STILL_ATTRIBUTES: readonly string[] = (
	'class role aria-busy aria-current aria-expanded aria-hidden aria-pressed aria-selected aria-sort align colspan rowspan ' +
	'start dir hidden lang open disabled placeholder type width height viewBox fill stroke stroke-width stroke-linecap ' +
	'stroke-linejoin d x y x1 x2 y1 y2 cx cy r rx ry points data-pictured data-depth data-gap data-inset data-share data-size'
).split(' ');

const TAGS = new Set(STILL_TAGS);
const ATTRIBUTES = new Set(STILL_ATTRIBUTES);
const VOID = new Set(['br', 'hr', 'input']);

const TOKEN = /<(\/?)([A-Za-z]\w*)((?: [A-Za-z][\w-]*="[^"<>]*")*)>|[^<>]+/y;
const ATTRIBUTE = / ([A-Za-z][\w-]*)="[^"]*"/g;

/**
 * Whether a text is nothing but still markup, as a browser writes it: every element closed in its turn, every attribute in
 * quotes, no comment, no declaration. So it can neither do anything nor reach out of the element that it is put into.
 */
export function isStill(html: string): boolean {
	const open: string[] = [];
	for (let at = 0; at < html.length; at = TOKEN.lastIndex) {
		TOKEN.lastIndex = at;
		const token = TOKEN.exec(html);
		if (!token) return false;
		const [, slash, tag, attributes = ''] = token;
		if (tag === undefined) continue;
		if (!TAGS.has(tag)) return false;
		if (slash) {
			if (attributes || open.pop() !== tag) return false;
			continue;
		}
		for (const [, name = ''] of attributes.matchAll(ATTRIBUTE)) if (!ATTRIBUTES.has(name)) return false;
		if (!VOID.has(tag)) open.push(tag);
	}
	return open.length === 0;
}
