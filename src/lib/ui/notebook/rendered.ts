/** Places of rendered Markdown in its source. */

const WORD = /[\p{L}\p{N}]+/gu;
/** What may stand in the source between two words that follow each other when it is read: signs, and where a link leads. */
const BETWEEN = '(?:\\]\\([^)]*\\)|[^\\p{L}\\p{N}])+?';

/**
 * Where words of a rendered text stand in its source; null when they cannot be told. `before`: all that is read before
 * them, which tells them from others that read alike.
 */
export function sourcePlace(
	source: string,
	quote: string,
	before: string
): { start: number; end: number } | null {
	const words = quote.match(WORD);
	if (!words) return null;
	const pattern = new RegExp(words.join(BETWEEN), 'gu');
	const rank = [...`${before}${quote}`.matchAll(pattern)].filter(({ index }) => index < before.length).length;
	const found = [...source.matchAll(pattern)][rank];
	if (!found) return null;
	// Signs at its edges belong to it: `€ 48`, `9 %`, `flat.`
	const [head = ''] = /^[^\p{L}\p{N}]*/u.exec(quote.trim()) ?? [];
	const [tail = ''] = /[^\p{L}\p{N}]*$/u.exec(quote.trim()) ?? [];
	const end = found.index + found[0].length;
	return {
		start: source.slice(0, found.index).endsWith(head) ? found.index - head.length : found.index,
		end: source.startsWith(tail, end) ? end + tail.length : end
	};
}

/** What is selected inside an element that shows Markdown, in its source; null when nothing is, or it cannot be told. */
export function selectedSource(element: HTMLElement, source: string): { start: number; end: number } | null {
	const selection = getSelection();
	if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null;
	const range = selection.getRangeAt(0);
	if (!element.contains(range.startContainer) || !element.contains(range.endContainer)) return null;
	const before = document.createRange();
	before.setStart(element, 0);
	before.setEnd(range.startContainer, range.startOffset);
	return sourcePlace(source, readIn(range), readIn(before));
}

/** The text of a range as it is read, a space between pieces that are drawn apart, without the marks of sources. */
function readIn(range: Range): string {
	const root = range.commonAncestorContainer;
	const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
	const pieces: string[] = [];
	for (
		let node: Node | null = root instanceof Text ? root : walker.nextNode();
		node;
		node = walker.nextNode()
	) {
		if (!(node instanceof Text) || !range.intersectsNode(node) || node.parentElement?.closest('.cite'))
			continue;
		const from = node === range.startContainer ? range.startOffset : 0;
		const to = node === range.endContainer ? range.endOffset : node.length;
		pieces.push(node.data.slice(from, to));
	}
	return pieces.join(' ');
}
