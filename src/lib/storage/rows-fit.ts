import type { LibraryEntry, RunRow } from '$lib/run';
import type { WorkflowRow } from '$lib/workflow';
import type { NoteRow } from './dexie-database';

/** The rows that screens list, by table. */
export interface ListRows {
	runs: RunRow;
	workflows: WorkflowRow;
	notes: NoteRow;
	entries: LibraryEntry;
}

type Members<T> = Partial<Record<keyof T, 'string' | 'number' | 'object'>>;

/** What no screen can do without. */
const MEMBERS: { [Name in keyof ListRows]: Members<ListRows[Name]> } = {
	runs: {
		...{ workflowId: 'string', workflowTitle: 'string', title: 'string', status: 'string' },
		...{ number: 'number', startedAt: 'number', updatedAt: 'number', waiting: 'object', failure: 'object' }
	},
	workflows: { title: 'string', hash: 'string', version: 'number', updatedAt: 'number', document: 'object' },
	notes: { instruction: 'string', status: 'string', createdAt: 'number', scope: 'object', record: 'object' },
	entries: { kind: 'string', path: 'string', version: 'number', at: 'number', value: 'object' }
};

/** False for a row that something else than Galley wrote: it is left out wherever rows are shown or worked with. */
export function fits<Name extends keyof ListRows>(table: Name): (row: ListRows[Name]) => boolean {
	const members = Object.entries(MEMBERS[table]) as [keyof ListRows[Name], string][];
	return (row) => members.every(([name, type]) => typeof row[name] === type);
}
