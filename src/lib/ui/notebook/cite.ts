import { numbersIn } from '$lib/core';
import type { Attachment } from 'svelte/attachments';
import type { TracedNumber } from './claims';

/**
 * Puts a small numbered button after each number whose source is known, in text that another component rendered. It is
 * done again whenever that text is rendered anew.
 */
export function citeNumbers(traced: readonly TracedNumber[], onpick: (index: number) => void): Attachment {
	const places = new Map(traced.map((one) => [one.number.raw, one.index]));
	return (root) => {
		const observer = new MutationObserver(mark);
		function mark() {
			observer.disconnect();
			unmark(root);
			for (const text of textsIn(root)) citeIn(text, places, onpick);
			observer.observe(root, { childList: true, subtree: true });
		}
		mark();
		return () => {
			observer.disconnect();
			unmark(root);
		};
	};
}

/** Only text that was rendered from Markdown: other text nodes belong to the component that made them. */
function textsIn(root: Element): Text[] {
	return [...root.querySelectorAll('.prose:not(.raw)')].flatMap((prose) => {
		const walker = document.createTreeWalker(prose, NodeFilter.SHOW_TEXT);
		const texts: Text[] = [];
		while (walker.nextNode()) texts.push(walker.currentNode as Text);
		return texts;
	});
}

/** Takes the buttons out and joins the text that they parted. */
function unmark(root: Element): void {
	for (const old of root.querySelectorAll('.cite')) {
		const { previousSibling: before, nextSibling: after } = old;
		old.remove();
		if (!(before instanceof Text) || !(after instanceof Text)) continue;
		before.data += after.data;
		after.remove();
	}
}

function citeIn(text: Text, places: ReadonlyMap<string, number>, onpick: (index: number) => void): void {
	if (text.parentElement?.closest('pre, code, h1, h2, h3, h4, h5, h6')) return;
	for (const number of numbersIn(text.data).reverse()) {
		const index = places.get(number.raw);
		if (index === undefined) continue;
		const end = number.at + number.raw.length;
		const unit = /^\s?%/.exec(text.data.slice(end))?.[0].length ?? 0;
		text.splitText(end + unit).before(button(index, number.raw, onpick));
	}
}

function button(index: number, raw: string, onpick: (index: number) => void): HTMLButtonElement {
	const made = document.createElement('button');
	made.type = 'button';
	made.className = 'cite';
	made.textContent = String(index);
	made.setAttribute('aria-label', `${index}: where ${raw} comes from`);
	made.addEventListener('click', () => onpick(index));
	return made;
}
