export type { KindInfo, ProviderInfo } from './catalogue-info';
export { engine, startEngine } from './client.svelte';
export { installTemplate, openExample } from './example';
export { addFiles, deleteEntry, restoreEntry } from './library-actions';
export type { Live } from './live.svelte';
export { confirmNote, editNote, proposalsFor, restoreNote, retireNote } from './note-actions';
export { RunNotebook } from './notebook.svelte';
export {
	allNotes,
	allWorkflows,
	deletedEntries,
	libraryEntries,
	recentRuns,
	runsOf,
	waitingRuns,
	workflowRow
} from './queries';
export {
	approve,
	askForChanges,
	cancelRun,
	reject,
	replaceSource,
	retryStep,
	startRun,
	type SourceChoice
} from './run-actions';
export {
	askToPersist,
	hasKey,
	saveSettings,
	setKey,
	settings,
	storageFacts,
	tryProvider,
	wipeEverything,
	type StorageFacts
} from './settings-actions';
export { loadSample, prepareStart, type StartForm } from './start-form';
export { templates } from './templates';
export { download, exportFormats, exportRun, importFile, type Imported } from './transfer';
export { readValue } from './values';
export {
	checkWorkflow,
	deleteWorkflow,
	newWorkflow,
	providers,
	restoreWorkflow,
	saveWorkflow,
	stepKinds,
	workflowFromYaml,
	workflowToYaml
} from './workflow-actions';
export type { NoteRow } from '$lib/storage';
export type { Settings } from '$lib/engine';
