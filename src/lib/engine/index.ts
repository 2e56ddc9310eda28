export type { ImportedWorkflow } from './settings';
export { withDownloadPass } from './passes';
export {
	type Ablation,
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
	type StreamPiece,
	type Verification
} from './api';
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
