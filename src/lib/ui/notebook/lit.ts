import { patternOf } from './find';

/** Name of the highlight that the style sheet colours. */
const NAME = 'galley-found';
/** More places than these nobody goes through, and each costs time to draw. */
const MOST = 2000;
const PAUSE_MS = 80;

/**
 * Lights every place under an element that has the text, without touching the nodes, and follows what is drawn later.
 * Returns how to put the lights out. Does nothing where the browser has no such highlights.
 */
export function light(root: HTMLElement, query: string): () => void {
	const pattern = patternOf(query);
	if (!pattern || !('highlights' in CSS)) return () => undefined;
	let timer: ReturnType<typeof setTimeout> | undefined;
	const paint = () => {
		timer = undefined;
		CSS.highlights.set(NAME, new Highlight(...rangesIn(root, pattern)));
	};
	const changes = new MutationObserver(() => (timer ??= setTimeout(paint, PAUSE_MS)));
	changes.observe(root, { childList: true, characterData: true, subtree: true });
	paint();
	return () => {
		clearTimeout(timer);
		changes.disconnect();
		CSS.highlights.delete(NAME);
	};
}

/** Brings the first lit place under an element into the window, unless it is there already. */
export function showFirstLit(element: HTMLElement): void {
	const ranges = 'highlights' in CSS ? [...(CSS.highlights.get(NAME) ?? [])] : [];
	const first = ranges.find(({ startContainer }) => element.contains(startContainer));
	if (!(first instanceof Range)) return;
	const { top, bottom } = first.getBoundingClientRect();
	if (top < innerHeight * 0.2 || bottom > innerHeight * 0.9)
		scrollBy({ top: top - innerHeight * 0.4, behavior: 'instant' });
}

function rangesIn(root: HTMLElement, pattern: RegExp): Range[] {
	const ranges: Range[] = [];
	const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
	for (let node = texts.nextNode(); node && ranges.length < MOST; node = texts.nextNode()) {
		for (const { index, 0: hit } of (node.nodeValue ?? '').matchAll(pattern)) {
			const range = new Range();
			range.setStart(node, index);
			range.setEnd(node, index + hit.length);
			ranges.push(range);
		}
	}
	return ranges;
}
