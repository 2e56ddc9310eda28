import { NOTEBOOK_KEYS, type KeyGroup } from '$lib/ui';

/** What the `?` list says. The keys of a page are handled by that page. */
export const KEY_GROUPS: readonly KeyGroup[] = [
	{
		title: 'Everywhere',
		keys: [
			{ keys: 'Mod K', does: 'Go to a screen, a workflow or a run' },
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
		title: 'In a workflow',
		keys: [
			{ keys: 'Mod S', does: 'Save' },
			{ keys: 'Mod Z', does: 'Undo the last edit' },
			{ keys: 'Mod Shift Z', does: 'Redo' },
			{ keys: 'Escape', does: 'In the YAML: let Tab leave the field again' }
		]
	}
];
