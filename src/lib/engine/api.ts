import type { Json, Money, OpenItems, ProviderChoice, Result, ValueRef } from '$lib/core';
import type { Signature } from '$lib/exports';
import type { ConnectionCheck, LoadingProgress, ModelFilesApi } from '$lib/models';
import type {
	AuditLine,
	ComesBack,
	Estimate,
	CorrectionNote,
	GateComment,
	ItemDecision,
	LibraryEntry,
	LogRecord,
	NoteScope,
	ProseCell,
	ReplayPlan,
	Verdict
} from '$lib/run';
import type { KeyFacts, OpenReport, StoredValue } from '$lib/storage';
import type { Workflow } from '$lib/workflow';
import type { SaveState } from './queue';
import type { Settings } from './settings';
import type { BackupMade, BackupReport, BackupsApi, BackupWish, Restored } from './backup/facts';
import type { FoldersApi } from './folders/folders';
import type { LibraryApi } from './library-api';

export type { BackupMade, BackupReport, BackupWish, Restored };

/** Something given to a source when a run starts. */
export type GivenSource =
	| { kind: 'bytes'; name: string; media: string; bytes: Uint8Array }
	| { kind: 'text'; name: string; text: string }
	| { kind: 'entry'; id: string };

/** What the engine tells its page. */
export interface EngineStatus extends SaveState {
	/** True while this tab carries out what is due. */
	leader: boolean;
	/** Runs that are being carried out right now, by this tab. */
	busy: boolean;
	/** One sentence for the person when the data had to be brought back while the engine was open; null otherwise. */
	notice: string | null;
}

/** A piece of text on its way to the screen; sent to every tab. */
export interface StreamPiece {
	runId: string;
	attemptId: string;
	text: string;
	/** How far the model is that the attempt waits for. */
	loading?: LoadingProgress;
	/** How far a file is that the attempt reads, in words. */
	reading?: string;
}

export interface Decision {
	runId: string;
	stepId: string;
	draftHash: string;
	ticks: string[];
	/** For a proposal: the fields filled from untrusted values that the person confirmed one by one. */
	confirmed?: string[];
	/** Id of the button, where the author of the gate named several. */
	button?: string;
	/** How many flags had been looked at. */
	flagsSeen?: number;
	/** For a list that is reviewed together: what was said of each member. */
	items?: ItemDecision[];
	/** Remarks on places of the draft. */
	comments?: GateComment[];
}

/** What a person puts in the place of an output; `wasHash` is that of the one that was on the screen. */
export interface OutputChange {
	runId: string;
	stepId: string;
	wasHash: string;
	content: Json;
	reason: string;
}

export interface NewNote {
	instruction: string;
	scope: NoteScope;
	before: string;
	after: string;
	from: CorrectionNote['from'];
	reach?: CorrectionNote['reach'];
	when?: CorrectionNote['when'];
}

/** A call that waits for the person's word; `hash` is that of the prompt that was on the screen. */
export interface HeldCall {
	runId: string;
	stepId: string;
	hash: string;
}

/** A wish to repeat a run. */
export interface ReplayRequest {
	runId: string;
	/** From this step on (one at the top) everything runs anew; null: all of it. */
	stepId: string | null;
	/** On the definition as it was then, or as it is saved now. */
	definition: 'then' | 'now';
	/** Inputs that get something else; the others stay. */
	inputs?: Record<string, Json>;
	sources?: Record<string, GivenSource[]>;
	/** False: no equal earlier result is taken either. */
	reuse?: boolean;
}

/** What a step that is tried alone is given. */
export interface TryGiven {
	inputs: Record<string, Json>;
	/** Outputs of earlier steps by step id. */
	pinned: Record<string, Json>;
}

/** A step done once more without one of its notes; it stands in no log. */
export interface Ablation {
	/** The step as the run has it, with the note. */
	then: { run: string; step: string; model: string; instruction: string; prompt: ValueRef; output: ValueRef };
	/** As it was sent now. */
	prompt: string;
	content: Json;
	/** True where the same prompt gives the same result, so that every difference is the note's. */
	repeats: boolean;
	/** Whether the result keeps what the note says all the same. */
	verdict: Verdict | null;
	/** How long it took, milliseconds. */
	ms: number;
}

/** What a step without a note would send to a model elsewhere; nothing has left yet. */
export interface AblationAsk {
	asks: true;
	title: string;
	origin: string;
	model: string | null;
	prompt: string;
	/** Hash of the prompt: what the person lets go is these bytes. */
	hash: string;
	bytes: number;
	estimate: Estimate;
}

/** A draft that was approved in an earlier run, and what a changed workflow makes in its place. */
export interface RegressionCase {
	gateId: string;
	stepId: string;
	title: string;
	/** As it was approved. */
	before: string;
	/** As it would be drafted now; null where it came to no draft, with why. */
	after: string | null;
	failed?: string;
	/** Corrections that the approved text keeps and the new draft does not. */
	back: ComesBack[];
	kept: number;
	/** Corrections that no rule can judge. */
	unjudged: number;
}

/** An earlier run gone through once more on a changed workflow. */
export interface RegressionResult {
	runId: string;
	number: number;
	title: string;
	cases: RegressionCase[];
}

/** What holding a run against its hashes found. */
export interface Verification {
	records: number;
	/** Number of the first record that does not continue the chain; null when all do. */
	broken: number | null;
	/** True when the stored head names exactly this end: a cut tail would show. */
	headFits: boolean;
	values: number;
	/** Hashes of values that are gone or changed. */
	damaged: string[];
	/** Who decided what, when and why, as the record on disk says it. */
	decisions: AuditLine[];
}

/** A key as it is entered. */
export interface NewKey {
	name: string;
	secret: string;
	/** The one server that it is for; null: the first that it is used with. */
	origin: string | null;
	/** In the vault on this device, or only for now in memory. */
	kept: 'here' | 'now';
}

export interface KeyList {
	/** True when the vault has a passphrase; `locked` until it was entered in this session. */
	passphrase: boolean;
	locked: boolean;
	keys: (KeyFacts & { kept: 'here' | 'now' })[];
}

/** What trying a model found, and when (ms since 1970). */
export interface ConnectionReport {
	at: number;
	checks: ConnectionCheck[];
}

/** A review packet that is on its way. */
export interface IssuedPacket {
	id: string;
	runId: string;
	stepId: string;
	/** Hash of the draft that it shows. */
	draft: string;
	criteria: string[];
	/** How many flags it shows folded; earlier releases showed them in the open, and did not count them. */
	flags?: number;
	at: number;
}

export interface AcceptedDecision {
	runId: string;
	stepId: string;
	decision: 'approve' | 'changes' | 'reject';
	by: string;
}

/** What a bundle holds once it was read and checked; see the exports room. */
export interface Incoming {
	/** Whole streams, unbroken from their first record. */
	streams: { stream: string; records: LogRecord[] }[];
	values: StoredValue[];
	notes: CorrectionNote[];
	entries: LibraryEntry[];
	/** Name of the file that it comes from, where it is known. */
	file?: string;
}

/**
 * What a page may ask of its tab's engine worker, the tab's only writer. Every method settles after both copies
 * hold the change, or with a failure that says what was kept.
 */
export interface EngineApi extends ModelFilesApi, LibraryApi, BackupsApi, FoldersApi {
	/** Answers at once, once the worker holds the lock of its own name; later, one that does not is spinning, or dead. */
	ping(): Promise<true>;
	open(listener: (status: EngineStatus) => void): Promise<Result<OpenReport>>;
	startRun(
		workflowId: string,
		given: {
			inputs: Record<string, Json>;
			sources: Record<string, GivenSource[]>;
			trigger?: 'person' | 'example';
			/** False: no equal earlier result is taken. */
			reuse?: boolean;
			/** Nothing may leave the device for it, for good. */
			sealed?: boolean;
			/** Folders on disk are not looked at first: what was read of them before is given. */
			asRead?: boolean;
		}
	): Promise<Result<string>>;
	approve(decision: Decision & { text?: string }): Promise<Result<void>>;
	askForChanges(decision: Decision & { reason: string }): Promise<Result<void>>;
	reject(decision: Decision & { reason: string }): Promise<Result<void>>;
	/** The person looks at a gate later, until then (ms since 1970); null: now after all. */
	postpone(runId: string, stepId: string, draftHash: string, until: number | null): Promise<Result<void>>;
	/** Puts something else in the place of an output; what rests on it is done again, approvals included. */
	changeOutput(change: OutputChange): Promise<Result<void>>;
	retryStep(runId: string, stepId: string, provider?: ProviderChoice): Promise<Result<void>>;
	/** Lets a call that was held go: these very bytes, or whatever this workflow sends there (which is kept in the settings). */
	allowCall(held: HeldCall, scope: 'once' | 'workflow', raised?: Money): Promise<Result<void>>;
	/** Does not; with `workflow` never again, for this workflow. The next model is asked, or only those on this device. */
	refuseCall(
		held: HeldCall,
		scope: 'once' | 'workflow',
		instead: 'next' | 'on-device'
	): Promise<Result<void>>;
	replaceSource(runId: string, sourceId: string, given: GivenSource[]): Promise<Result<void>>;
	cancelRun(runId: string, reason: string): Promise<Result<void>>;
	/** What would run anew, and what of it acts outside; nothing is started. */
	planReplay(wish: ReplayRequest): Promise<Result<ReplayPlan>>;
	/** Starts a new run that repeats another one; the new run's id. The old one stays as it is. */
	replayRun(wish: ReplayRequest): Promise<Result<string>>;
	/** Tries one step alone on given outputs of the steps before it; the run's id. Nothing outside is done. */
	tryStep(workflowId: string, stepId: string, given: TryGiven): Promise<Result<string>>;
	/** Does a step once more without one of its notes. Nothing of it is kept; what would leave is asked about first. */
	ablate(
		runId: string,
		stepId: string,
		noteId: string,
		allowed?: string
	): Promise<Result<Ablation | AblationAsk>>;
	/** Goes through an approved run on a changed workflow, in memory and up to its gates; see regression.ts. */
	heldAgainst(document: Workflow, runId: string): Promise<Result<RegressionResult>>;
	/** Reads a run again from the disk and holds it against its hashes. */
	verifyRun(runId: string): Promise<Result<Verification>>;
	/** The person's own text between steps; an empty one takes it away. */
	writeProse(runId: string, given: Pick<ProseCell, 'id' | 'before' | 'text'>): Promise<Result<void>>;
	/** Something that an earlier run left open is settled, or is not after all; `key` is the item's. */
	closeItem(runId: string, key: string): Promise<Result<void>>;
	reopenItem(runId: string, key: string): Promise<Result<void>>;
	/** What a run of these inputs would be told is open; null where none was approved before. */
	openItems(workflow: Workflow, inputs: Record<string, Json>): Promise<Result<OpenItems | null>>;
	/** What is in flight ends; nothing more is begun until the run is resumed. */
	pauseRun(runId: string, reason: string): Promise<Result<void>>;
	resumeRun(runId: string): Promise<Result<void>>;
	/** The output of a step that asks for it, or of one that failed, given by hand. */
	answerStep(runId: string, stepId: string, content: Json, reason: string): Promise<Result<void>>;
	/** The run goes on without a step that failed, asks or waits. */
	skipStep(runId: string, stepId: string, reason: string): Promise<Result<void>>;
	/** Says whether something that nobody was sure of went out. */
	settleEffect(runId: string, stepId: string, happened: boolean, reason: string): Promise<Result<void>>;
	/** `reason`: why it is saved although corrections would come back. */
	saveWorkflow(document: Workflow, reason?: string): Promise<Result<void>>;
	/** Saves one that came from a file: it may let nothing leave before the person has allowed that. */
	importWorkflow(document: Workflow, file: string): Promise<Result<void>>;
	deleteWorkflow(id: string): Promise<Result<void>>;
	restoreWorkflow(id: string): Promise<Result<void>>;
	confirmNote(note: NewNote): Promise<Result<string>>;
	editNote(
		id: string,
		instruction: string,
		scope: NoteScope,
		more?: Pick<CorrectionNote, 'reach' | 'when'>
	): Promise<Result<void>>;
	retireNote(id: string): Promise<Result<void>>;
	restoreNote(id: string): Promise<Result<void>>;
	/** Brings in what is not here yet; never overwrites. */
	bringIn(
		incoming: Incoming
	): Promise<Result<{ runs: number; workflows: number; notes: number; retired: number; entries: number }>>;
	/** A stored value, checked against its hash. */
	value(hash: string): Promise<Result<StoredValue>>;
	/** Records of a stream, in order. */
	records(stream: string): Promise<LogRecord[]>;
	/** The kinds of steps that this release has. */
	kinds(): Promise<string[]>;
	saveSettings(settings: Settings): Promise<Result<void>>;
	/** How to hand this page one end of a channel to the model worker, for models that only pages may ask. */
	connectPage(open: (port: MessagePort) => void): Promise<void>;
	/** The keys of this device by name; never what they are. */
	keys(): Promise<Result<KeyList>>;
	keepKey(key: NewKey): Promise<Result<void>>;
	forgetKey(name: string): Promise<Result<void>>;
	/** Null removes it. The keys have to be open. */
	setPassphrase(passphrase: string | null): Promise<Result<void>>;
	unlockKeys(passphrase: string): Promise<Result<void>>;
	lockKeys(): Promise<Result<void>>;
	/** Fails when a file that is about to be handed out holds a key, or when nobody can say. */
	mayGoOut(content: string | Uint8Array): Promise<Result<void>>;
	/** Signs words with the key of this device. */
	sign(words: string): Promise<Result<Signature>>;
	/** The public key of this device as hex; null where this browser cannot sign. */
	signer(): Promise<Result<string | null>>;
	/** A workflow that was brought in is the person's own from now on: it may be run and changed. */
	makeMine(workflowId: string): Promise<Result<void>>;
	/** Remembers a review packet that goes out, so that its decision is known when it comes back. */
	issuePacket(hash: string, packet: IssuedPacket): Promise<Result<void>>;
	/** Takes the text of a decision file as the decision of the gate that its packet was made of. */
	acceptDecision(text: string): Promise<Result<AcceptedDecision>>;
	/** Tries a model as a step would and keeps what was found; each check is told as soon as it is known. */
	testConnection(
		choice: ProviderChoice,
		onCheck: (check: ConnectionCheck) => void
	): Promise<Result<ConnectionReport>>;
	wipe(): Promise<Result<void>>;
}
