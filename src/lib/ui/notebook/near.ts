import type { Attachment } from 'svelte/attachments';

/** One observer serves all: a notebook may have a thousand cells. */
let observer: IntersectionObserver | null = null;
const waiting = new WeakMap<Element, () => void>();

function shared(): IntersectionObserver {
	observer ??= new IntersectionObserver(
		(entries) => {
			for (const { target, isIntersecting } of entries) {
				if (!isIntersecting) continue;
				observer?.unobserve(target);
				waiting.get(target)?.();
			}
		},
		{ rootMargin: '100% 0px' }
	);
	return observer;
}

/** Calls once when an element comes within a screen of being seen, so that a long notebook builds what is read. */
export function near(then: () => void): Attachment {
	return (element) => {
		waiting.set(element, then);
		shared().observe(element);
		return () => shared().unobserve(element);
	};
}
