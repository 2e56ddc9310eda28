export {
	backupState,
	beforeRestore,
	checkBackup,
	forgetBefore,
	makeBackup,
	restoreBackup,
	salvageDevice,
	startOver,
	undoRestore,
	type BackupState
} from './backups';
export type { KindInfo, Preset, ProviderInfo } from './catalogue-info';
export { engine, startEngine } from './client.svelte';
export { openDatabase } from './database';
export {
	connectionReport,
	forgetKey,
	keepKey,
	keys,
	lockKeys,
	setPassphrase,
	testConnection,
	unlockKeys
} from './key-actions';
export { firstViewTools } from './first-view';
export { ledgerRows, type LedgerWish } from './ledger';
export type { Live } from './live.svelte';
export {
	allowModel,
	bringInModel,
	checkModel,
	downloadModel,
	LocalModels,
	removeModel,
	stopModel
} from './model-files.svelte';
export { confirmNote, editNote, keepNote, restoreNote, retireNote, type UndoMerge } from './note-actions';
export {
	editsOf,
	proposalsOf,
	proposalsOfRun,
	undecided,
	type GateEdit,
	type RunProposals
} from './proposals';
export { makeMine, originOf, type Origin } from './origins';
export { readAhead, RunNotebook } from './notebook.svelte';
export {
	allNotes,
	allWorkflows,
	askingRuns,
	decidedRuns,
	recentRuns,
	runsOf,
	versionOf,
	waitingRuns,
	workflowRow
} from './queries';
export { libraryEntries, wholeLibrary } from './library-rows';
export {
	answerStep,
	approve,
	askForChanges,
	cancelRun,
	changeOutput,
	closeItem,
	openItems,
	pauseRun,
	postpone,
	reject,
	reopenItem,
	fetchPage,
	replaceSource,
	resumeRun,
	allowCall,
	refuseCall,
	retryStep,
	settleEffect,
	skipStep,
	startRun,
	writeProse,
	type SourceChoice
} from './run-actions';
export {
	askToPersist,
	saveSettings,
	settings,
	storageFacts,
	wipeEverything,
	type StorageFacts
} from './settings-actions';
export type {
	CatalogueModel,
	Device,
	DownloadRow,
	DownloadWish,
	Inventory,
	ModelState,
	ModelWork,
	Verdict
} from './lazy/models';
export type { StartForm } from './lazy/start-form';
export type { ExportDraft, Imported } from './lazy/transfer';
export type { Added, Arriving, Space } from './lazy/library';
export type { TooLong } from './lazy/budget';
export type { Pin } from './lazy/try-step';
export type { Preview, PreviewDocument } from './lazy/preview';
export {
	browserModel,
	download,
	earlierOutputs,
	folderTools,
	importFile,
	installTemplate,
	ledgerAsCsv,
	libraryTools,
	loadSample,
	modelTools,
	prepareTry,
	openExample,
	openPreview,
	prepareExport,
	prepareStart,
	searchTools,
	shareTools,
	tooLongFor,
	webllm
} from './on-demand';
export type { ListedModel, WebllmWorker } from './lazy/webllm';
export type { WebllmConfig, WebllmDownloaded, WebllmLook } from '$lib/models';
export {
	ablate,
	heldAgainst,
	planReplay,
	replayRun,
	tryStep,
	verifyRun,
	type Ablation,
	type AblationAsk,
	type RegressionResult,
	type ReplayRequest,
	type Verification
} from './replay-actions';
export { runHead } from './run-head';
export { spending, type MonthSpend } from './spending';
export { templates } from './templates';
export { readValue } from './values';
export {
	allowPowers,
	checkWorkflow,
	compareDefinitions,
	deleteWorkflow,
	knownKinds,
	newWorkflow,
	providerProblems,
	providers,
	restoreWorkflow,
	saveWorkflow,
	stepKinds,
	workflowFromYaml,
	workflowToYaml
} from './workflow-actions';
export type { Found, Hit } from '$lib/search';
export type { ConnectedFolder, NoteRow } from '$lib/storage';
export type { BackupReport, ConnectionReport, KeyList, Restored, Settings } from '$lib/engine';
export type { CheckId, ConnectionCheck } from '$lib/models';
