/** What of the shell is open. Pages may open the palette too. */
export const shell = $state({ palette: false, help: false, menu: false });

/** True while the person types, so that letters are letters. */
export function isTyping(event: KeyboardEvent): boolean {
	const target = event.target;
	if (!(target instanceof HTMLElement)) return false;
	return target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName);
}
