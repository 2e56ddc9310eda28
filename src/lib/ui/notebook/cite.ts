import type { Attachment } from 'svelte/attachments';
import { indexesIn, type TracedNumber } from './claims';

/**
 * Puts a small numbered button after each number whose source is known, in text that another component rendered from
 * `original` or from an edited copy of it. It is done again whenever that text is rendered anew.
 */
export function citeNumbers(
	original: string,
	traced: readonly TracedNumber[],
	onpick: (index: number) => void
): Attachment {
	return (root) => {
		const observer = new MutationObserver(mark);
		function mark() {
			observer.disconnect();
			unmark(root);
			citeIn(textsIn(root), original, traced, onpick);
			light(root, lit.get(root) ?? null);
			observer.observe(root, { childList: true, subtree: true });
		}
		mark();
		return () => {
			observer.disconnect();
			unmark(root);
		};
	};
}

/** What is lit in a text, so that it is lit again when the text is rendered anew. */
const lit = new WeakMap<Element, number | null>();

/** Lights up the numbers of one source: the one that is open beside the text. */
export function lightUp(index: number | null): Attachment {
	return (root) => {
		lit.set(root, index);
		light(root, index);
	};
}

function light(root: Element, index: number | null): void {
	for (const cite of root.querySelectorAll('.cite')) {
		if (cite.textContent === String(index)) cite.setAttribute('aria-current', 'true');
		else cite.removeAttribute('aria-current');
	}
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
	for (const old of root.querySelectorAll('.cited-number')) {
		old.querySelector('.cite')?.remove();
		const { previousSibling: before, nextSibling: after } = old;
		const joined = new Text(old.textContent);
		old.replaceWith(joined);
		if (before instanceof Text) {
			joined.data = before.data + joined.data;
			before.remove();
		}
		if (after instanceof Text) {
			joined.data += after.data;
			after.remove();
		}
	}
}

/** Headings and code take no buttons, but their numbers count: the original has them too. */
function citeIn(
	texts: readonly Text[],
	original: string,
	traced: readonly TracedNumber[],
	onpick: (index: number) => void
): void {
	// A line break belongs to no number, so none grows from one node into the next.
	const numbers = indexesIn(texts.map(({ data }) => data).join('\n'), original, traced);
	let start = texts.reduce((sum, { data }) => sum + data.length + 1, 0);
	for (const text of [...texts].reverse()) {
		start -= text.data.length + 1;
		const plain = text.parentElement?.closest('pre, code, h1, h2, h3, h4, h5, h6') === null;
		while (numbers.length > 0 && (numbers[numbers.length - 1]?.number.at ?? -1) >= start) {
			const { number, index } = numbers.pop() ?? {};
			if (!number || index == null || !plain) continue;
			const begin = number.at - start;
			const end = begin + number.raw.length;
			// Nor may a line part a sum from its currency.
			const sign = /\p{Sc}\s?$/u.exec(text.data.slice(0, begin))?.[0].length ?? 0;
			const unit = /^\s?(%|\p{Sc})/u.exec(text.data.slice(end))?.[0].length ?? 0;
			const rest = text.splitText(end + unit);
			// A line may not begin with the button, nor with the full stop after it.
			rest.splitText(/^[.,;:!?)\]”’]*/.exec(rest.data)?.[0].length ?? 0);
			const kept = document.createElement('span');
			kept.className = 'cited-number';
			const shown = text.splitText(begin - sign);
			shown.replaceWith(kept);
			kept.append(shown, button(index, number.raw, onpick), rest);
		}
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
