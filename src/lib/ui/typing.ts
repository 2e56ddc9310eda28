/** Whether an element is one that somebody types in. */
export function isField(target: unknown): boolean {
	return (
		target instanceof HTMLElement &&
		(target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
	);
}

/** Whether an event is of a field. Inside a shadow root its own target is only the host; the editor of a copy lies in one. */
export function isOfField(event: Event): boolean {
	return isField(event.composedPath()[0] ?? event.target);
}
