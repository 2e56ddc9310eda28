/** What of the shell is open. Pages may open the palette too. */
export const shell = $state<{ palette: boolean; help: boolean; menu: boolean; locked: File | null }>({
	palette: false,
	help: false,
	menu: false,
	/** A file that is to be imported and needs its passphrase. */
	locked: null
});

/** True while the person types, so that letters are letters. */
export function isTyping(event: KeyboardEvent): boolean {
	// Inside a shadow root: an event's own target is only its host.
	const target = event.composedPath()[0];
	if (!(target instanceof HTMLElement)) return false;
	return target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName);
}
