export type { ImportedWorkflow } from './settings';
export { withDownloadPass } from './passes';
export {
	type Ablation,
	type AblationAsk,
	type AcceptedDecision,
	type BackupMade,
	type BackupReport,
	type BackupWish,
	type ConnectionReport,
	type Decision,
	type EngineApi,
	type EngineStatus,
	type GivenSource,
	type HeldCall,
	type Incoming,
	type KeyList,
	type NewKey,
	type NewNote,
	type OutputChange,
	type RegressionCase,
	type RegressionResult,
	type ReplayRequest,
	type Restored,
	type StreamPiece,
	type Verification
} from './api';
export type { AddedFiles, BinEmptied, LibraryDone } from './library-api';
export { browserEngine } from './browser';
export { fileRunner } from './file-runner';
export type {
	ActWorkerApi,
	CodeWorkerApi,
	Executor,
	FileWorkerApi,
	ModelWorkerApi,
	Outgoing,
	ReadDocument,
	StepHost,
	StepHosts,
	StepSpec,
	StepWorkerApi
} from './protocol';
export { engineService } from './service';
export { WorkerHandle } from './worker-handle';
export type { Consent, Settings } from './settings';
export { BACKUP_SETTING, type BackupNote } from './backup/make';
