/** The keys of a notebook, for the list that `?` shows. */
export const NOTEBOOK_KEYS = {
	title: 'Run notebook',
	keys: [
		{ keys: 'J', does: 'Next cell' },
		{ keys: 'K', does: 'Cell before' },
		{ keys: '1', does: 'First tab of the cell; 2, 3, 4 for the others' },
		{ keys: 'O', does: 'Open or fold the cell' },
		{ keys: 'A', does: 'Approve; the first press brings the review into view' },
		{ keys: 'E', does: 'Edit the draft' },
		{ keys: 'C', does: 'Ask for changes' },
		{ keys: 'Esc', does: 'Leave the editor' }
	]
} as const;

/** True when a key is meant for a field, a dialog, or the browser. */
export function isTaken(event: KeyboardEvent): boolean {
	if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing)
		return true;
	const target = event.target;
	if (
		target instanceof HTMLElement &&
		(target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
	) {
		return true;
	}
	return document.querySelector('dialog[open], [role="menu"]') !== null;
}
