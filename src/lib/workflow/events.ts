import type { Workflow } from './schema';

/** Facts about a workflow document, kept as a stream of events like a run. */
export type WorkflowEvent =
	| {
			type: 'workflow.saved';
			at: number;
			version: number;
			hash: string;
			document: Workflow;
			/** Why it was saved although corrections would come back. */
			reason?: string | undefined;
	  }
	| { type: 'workflow.deleted'; at: number }
	| { type: 'workflow.restored'; at: number };

/** The row that lists show and editors open: the newest saved document. */
export interface WorkflowRow {
	id: string;
	title: string;
	version: number;
	/** SHA-256 of the canonical JSON of the document. */
	hash: string;
	document: Workflow;
	/** Why this version was saved although corrections would come back; absent where none would. */
	reason?: string | undefined;
	createdAt: number;
	updatedAt: number;
	/** 1 when in the bin (IndexedDB can't index booleans). */
	deleted: 0 | 1;
}

/** The row after an event; history is never refused. */
export function foldWorkflow(row: WorkflowRow | null, id: string, event: WorkflowEvent): WorkflowRow | null {
	switch (event.type) {
		case 'workflow.saved':
			return {
				id,
				title: event.document.title,
				version: event.version,
				hash: event.hash,
				document: event.document,
				...(event.reason ? { reason: event.reason } : {}),
				createdAt: row?.createdAt ?? event.at,
				updatedAt: event.at,
				deleted: 0
			};
		case 'workflow.deleted':
			return row && { ...row, deleted: 1, updatedAt: event.at };
		case 'workflow.restored':
			return row && { ...row, deleted: 0, updatedAt: event.at };
	}
}
