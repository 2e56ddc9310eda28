import { NOTEBOOK_KEYS, type KeyGroup } from '$lib/ui';

/** What the `?` list says. The keys of a page are handled by that page. */
export const KEY_GROUPS: readonly KeyGroup[] = [
	{
		title: 'Everywhere',
		keys: [
			{ keys: 'Mod K', does: 'Go to a screen, a workflow or a run, or search' },
			{ keys: '?', does: 'This list' },
			{ keys: 'g h', does: 'Home' },
			{ keys: 'g w', does: 'Workflows' },
			{ keys: 'g r', does: 'Runs' },
			{ keys: 'g y', does: 'Waiting for you' },
			{ keys: 'g l', does: 'Library' },
			{ keys: 'g c', does: 'Corrections' },
			{ keys: 'g m', does: 'Models' },
			{ keys: 'g s', does: 'Settings' }
		]
	},
	NOTEBOOK_KEYS,
	{
		title: 'In the library',
		keys: [
			{ keys: '/', does: 'Search' },
			{ keys: 'Space', does: 'Pick the row or let it go; with Shift, all up to it' },
			{ keys: 'Mod A', does: 'Pick all' },
			{ keys: 'Enter', does: 'Open' },
			{ keys: 'F2', does: 'Rename' },
			{ keys: 'm', does: 'Move to a folder' },
			{ keys: 'c', does: 'Copy to a folder' },
			{ keys: 't', does: 'Tags' },
			{ keys: 'Delete', does: 'Put into the bin' }
		]
	},
	{
		title: 'In a workflow',
		keys: [
			{ keys: 'Mod S', does: 'Save' },
			{ keys: 'Mod Z', does: 'Undo the last edit' },
			{ keys: 'Mod Shift Z', does: 'Redo' },
			{ keys: 'Escape', does: 'In the YAML: let Tab leave the field again' }
		]
	}
];
