export {
	STREAM_CHANNEL,
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
	type ReplayRequest,
	type StreamPiece,
	type Verification
} from './api';
export { browserEngine } from './browser';
export type {
	ActWorkerApi,
	CodeWorkerApi,
	Consent,
	Executor,
	FileWorkerApi,
	ModelWorkerApi,
	Outgoing,
	Settings,
	StepHost,
	StepHosts,
	StepSpec,
	StepWorkerApi
} from './protocol';
export { BUILT_IN } from './provider';
export { engineService } from './service';
export { DEFAULT_SETTINGS, readSettings } from './settings';
export { WorkerHandle } from './worker-handle';
