import { STILL_ATTRIBUTES, STILL_TAGS } from '$lib/pass';
import DOMPurify from 'dompurify';
import { withOwnClasses } from './own-classes';

const TAGS = new Set(STILL_TAGS);
const ATTRIBUTES = STILL_ATTRIBUTES.filter((name) => !name.startsWith('data-'));

/** What components say in style attributes, which the policy of a page does not let it bring along; its styles read it here. */
const STYLES = {
	'--depth': 'data-depth',
	'--gap': 'data-gap',
	'--size': 'data-size',
	'inline-size': 'data-share',
	'padding-inline-start': 'data-inset'
};

/**
 * A picture of what an element shows, as markup that can do nothing: what lies below `bottom` (px of the window), dialogs,
 * and what is not of the run (`data-live`) are left out. Null where something in it cannot be shown that way.
 * `pause`: waits until the page has time again; copying and cleaning each have a task of their own.
 */
export async function pictureOf(
	root: Element,
	bottom: number,
	pause: () => Promise<void>
): Promise<string | null> {
	const copy = copyOf(root, bottom, document.implementation.createHTMLDocument());
	if (copy === null) return null;
	await pause();
	const once = clean(copy.outerHTML);
	await pause();
	// Markup that another reading makes something else of is not to be trusted.
	return clean(once) === once ? once : null;
}

function copyOf(element: Element, bottom: number, inert: Document): Element | null {
	const tag = element.localName;
	if (!TAGS.has(tag)) return null;
	const copy = inert.createElementNS(element.namespaceURI, tag);
	for (const name of ATTRIBUTES) {
		const value = element.getAttribute(name);
		if (value !== null) copy.setAttribute(name, value);
	}
	const cell = element.getAttribute('data-cell');
	if (cell !== null) copy.setAttribute('data-pictured', cell);
	// A cell is whole or not there: what is further down in a table has a say in its columns.
	const end = cell === null ? bottom : Infinity;
	if (element instanceof HTMLElement && element.hasAttribute('style'))
		for (const [property, name] of Object.entries(STYLES)) {
			const value = element.style.getPropertyValue(property);
			if (value) copy.setAttribute(name, value);
		}
	for (const child of element.childNodes) {
		if (child instanceof Text) copy.append(child.data);
		if (!(child instanceof Element) || isLeftOut(child, end)) continue;
		const part = copyOf(child, end, inert);
		if (part === null) return null;
		copy.append(part);
	}
	return copy;
}

function isLeftOut(element: Element, bottom: number): boolean {
	return (
		element.localName === 'dialog' ||
		element.hasAttribute('data-live') ||
		element.getBoundingClientRect().top > bottom
	);
}

function clean(html: string): string {
	return withOwnClasses(() =>
		DOMPurify.sanitize(html, {
			ALLOWED_TAGS: [...STILL_TAGS],
			ALLOWED_ATTR: [...STILL_ATTRIBUTES],
			ALLOW_DATA_ATTR: false,
			ALLOW_ARIA_ATTR: false
		})
	);
}
