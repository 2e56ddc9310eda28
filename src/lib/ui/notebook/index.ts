export type {
	Content,
	GateDraft,
	KeptNote,
	LeftText,
	NotebookActions,
	NoteWithRecord,
	OpenProposal
} from './context';
export { detailFrom, type Detail } from './detail';
export { NOTEBOOK_KEYS } from './keys';
export { default as Notebook } from './Notebook.svelte';
export { default as ProposalCard } from './ProposalCard.svelte';
export type { EarlierOutput } from './trend';
