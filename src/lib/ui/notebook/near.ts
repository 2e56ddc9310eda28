import type { Attachment } from 'svelte/attachments';

/** Calls once when an element comes within a screen of being seen, so that a long notebook loads what is read. */
export function near(then: () => void): Attachment {
	return (element) => {
		const observer = new IntersectionObserver(
			(entries) => {
				if (!entries.some((entry) => entry.isIntersecting)) return;
				observer.disconnect();
				then();
			},
			{ rootMargin: '100% 0px' }
		);
		observer.observe(element);
		return () => observer.disconnect();
	};
}
