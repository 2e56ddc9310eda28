import { isField, isOfField } from '../typing';

/** The keys of a notebook, for the list that `?` shows. */
export const NOTEBOOK_KEYS = {
	title: 'In a run',
	keys: [
		{ keys: 'j', does: 'Next cell' },
		{ keys: 'k', does: 'Cell before' },
		{ keys: '1', does: 'First tab of the cell; 2, 3, 4 for the others' },
		{ keys: 'o', does: 'Open or fold the cell' },
		{ keys: 'n', does: 'Write a text of your own above the cell' },
		{ keys: '/', does: 'Find in the run' },
		{ keys: '-', does: 'Less detail: a line a step' },
		{ keys: '+', does: 'More detail: every cell open' },
		{ keys: 'p', does: 'Pause the run, or resume it' },
		{ keys: 'a', does: 'Approve; the first press brings the review into view' },
		{ keys: 'e', does: 'Edit the draft, or write the answer' },
		{ keys: 'f', does: 'Open what is flagged' },
		{ keys: 'm', does: 'Remark on the selected text' },
		{ keys: 'c', does: 'Ask for changes' },
		{ keys: 'r', does: 'Reject, with a reason' },
		{ keys: 'Escape', does: 'Leave the editor' }
	]
} as const;

/** What has the focus, also inside a shadow root, whose host alone the document knows. */
export function focusedElement(): HTMLElement | null {
	let focused = document.activeElement;
	while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
	return focused instanceof HTMLElement ? focused : null;
}

/** Whether somebody types in a field. */
export function isTyping(): boolean {
	return isField(focusedElement());
}

/** True when a key is meant for a field, a dialog, or the browser. */
export function isTaken(event: KeyboardEvent): boolean {
	if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing)
		return true;
	return isOfField(event) || isShut();
}

function isShut(): boolean {
	return document.querySelector('dialog[open], [role="menu"]') !== null;
}
