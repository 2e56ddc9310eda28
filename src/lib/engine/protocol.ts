import type { Evidence, GivenNote, Json, ProviderChoice, Result, Value } from '$lib/core';
import type { Acted, FetchedPage, OutgoingNotification, OutgoingRequest } from '$lib/egress';
import type { Drawing, Progress } from '$lib/files';
import type { ConnectionCheck, ModelCalls, ModelFilesApi, LoadingProgress, WebllmDesk } from '$lib/models';
import type { CodeRequest, CodeReturn, StepContext, StepRun } from '$lib/steps';
import type { Step } from '$lib/workflow';
import type { ProxyMarked } from 'comlink';

/** What crosses between the engine worker and the workers that do the work. Plain data, ports and proxied callbacks. */

/** Everything about one attempt; the step worker makes a step context of it. */
export interface StepSpec {
	attemptId: string;
	run: StepContext['run'];
	step: Step;
	sources: StepContext['sources'];
	inputs: Record<string, Value[]>;
	/** Evidence of the steps that the inputs refer to, by input name. */
	evidence: Record<string, Evidence[]>;
	/** Output schemas of those steps, where they have one. */
	schemas: Record<string, Record<string, Json>>;
	scope?: StepContext['scope'];
	instructions: string;
	notes: GivenNote[];
	feedback: { reason: string; draft: string } | null;
	repair?: StepContext['repair'];
	provider: ProviderChoice;
	marker: string;
}

/** What a running step tells its host. */
export interface StepHost {
	/** Resolves when the prompt is in the log: only then may it be sent. */
	prepared(prompt: string): Promise<void>;
	emit(piece: string): void;
	/** How far the model is that this step waits for. */
	loading(progress: LoadingProgress): void;
	/** How far a file is that this step reads, for people. Its own time goes on. */
	reading?(said: string): void;
}

/** The document that the file worker makes of a file. */
export type ReadDocument = Awaited<ReturnType<StepContext['readFile']>>;

export interface FileWorkerApi {
	/** One file at a time. `onProgress` is told now and then. */
	read(
		file: { name: string; bytes: Uint8Array },
		onProgress?: (progress: Progress) => void
	): Promise<ReadDocument>;
	/** The file as untrusted HTML for a preview; null where its format has no such view. */
	show(file: { name: string; bytes: Uint8Array }): Promise<Result<string | null>>;
	/** A page as a picture; null where the format has none. */
	draw(file: { name: string; bytes: Uint8Array }, page: number): Promise<Result<Drawing | null>>;
	ping(): Promise<true>;
}

export interface ModelWorkerApi extends ModelCalls {
	/** WebLLM's models: what this device can run, what is here, downloads. */
	webllm: WebllmDesk & ProxyMarked;
	/** Model files on this device. */
	files: ModelFilesApi;
	/** False where it was started before its policy could be added, so that it lets nothing out. */
	isGuarded(): Promise<boolean>;
	/** Another way to reach this worker, for the step worker. */
	connect(port: MessagePort): Promise<void>;
	/** The page of this tab, for a model that only pages may ask. */
	connectPage(port: MessagePort): Promise<void>;
	ping(): Promise<true>;
}

/** Runs one person's code after the other; each such worker has one run at a time and is ended when a run fails. */
export interface CodeWorkerApi {
	/** Resolves when the interpreter is loaded. */
	open(): Promise<void>;
	run(request: CodeRequest): Promise<Result<CodeReturn>>;
	ping(): Promise<true>;
}

/** Something that acts outside, made from what a person approved. */
export type Outgoing = OutgoingRequest | OutgoingNotification;

/** The one worker that acts outside. It decides nothing: what it is given was approved, checked and logged. */
export interface ActWorkerApi {
	act(id: string, out: Outgoing): Promise<Acted>;
	/** Fetches a public page that the person clicked for. */
	page(call: string, url: string): Promise<Result<FetchedPage>>;
	abort(id: string): Promise<void>;
	ping(): Promise<true>;
}

/** What the step worker tells and asks, by attempt. One for all attempts: a port for each would cost more than a small step. */
export interface StepHosts {
	prepared(attemptId: string, prompt: string): Promise<void>;
	emit(attemptId: string, piece: string): void;
	loading(attemptId: string, progress: LoadingProgress): void;
	/** The engine, not the step worker, starts and ends the workers for code: it is never held up by one. */
	runCode(attemptId: string, request: CodeRequest): Promise<Result<CodeReturn>>;
	/** The same for files: one that hangs its reader must not hang the step. */
	readFile(attemptId: string, file: { name: string; bytes: Uint8Array }): Promise<ReadDocument>;
}

/** Beside this it carries out attempts: `stepCalls`. */
export interface StepWorkerApi {
	connect(model: MessagePort, hosts: StepHosts): Promise<void>;
	abort(attemptId: string): Promise<void>;
	ping(): Promise<true>;
}

/** How attempts are carried out; workers in the app, plain functions in tests. */
export interface Executor {
	/** Settles always, also when a worker dies, and soon after `signal` fires. */
	run(spec: StepSpec, host: StepHost, signal: AbortSignal): Promise<StepRun>;
	/** Acts outside, once. Settles always and soon after `signal` fires; a worker that dies leaves it unknown. */
	act(id: string, out: Outgoing, signal: AbortSignal): Promise<Acted>;
	/** Fetches a public page. Settles always. */
	page(call: string, url: string): Promise<Result<FetchedPage>>;
	setKey(name: string, key: string, origin: string | null): Promise<void>;
	/** Tries a model outside a run; fails when the worker dies under it. */
	test(
		call: string,
		choice: ProviderChoice,
		onCheck: (check: ConnectionCheck) => void
	): Promise<Result<ConnectionCheck[]>>;
	/** How to hand the page of this tab one end of a channel to the model worker; called for each new one. */
	setPage?(open: (port: MessagePort) => void): void;
	/** Asks the worker that keeps model files. Rejects when it dies; what it had noted stays. */
	files<T>(use: (files: ModelFilesApi) => Promise<T>): Promise<T>;
	close(): void;
}
