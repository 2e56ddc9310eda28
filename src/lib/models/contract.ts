import type { EgressRow, Evidence, Failure, Json, ProviderChoice, Usage } from '$lib/core';
import type { LanguageModelV4 } from '@ai-sdk/provider';
import type * as z from 'zod';
import type { PageModel } from './browser/page-model';

/** What a step asks of a model. Plain data: it crosses workers. */
export interface ModelRequest {
	provider: ProviderChoice;
	/** Rules, job and notes: trusted text. */
	system: string;
	/** The task with its fenced, untrusted documents. */
	user: string;
	/** Asked for when the answer has to be JSON. */
	json?: { name: string; schema: Record<string, Json> };
	/** Limit of the answer, in tokens; absent means the provider's own. */
	maxTokens?: number;
	/** The same seed asks for the same answer, where a provider can give that. */
	seed?: number;
	/** 0, which is the likeliest answer, where it is absent. */
	temperature?: number;
	/** The answer ends before the first of these. */
	stop?: string[];
	timeoutSeconds: number;
	/** How long nothing at all may come from a server, in seconds; absent means the usual. */
	patience?: Partial<Patience>;
}

/** Limits on silence, in seconds. Any byte is a sign of life: servers that think for long say so. */
export interface Patience {
	/** Until the first byte of the answer. */
	start: number;
	/** Between two pieces of it. */
	stall: number;
}

export interface ModelAnswer {
	text: string;
	/** Why it stopped, in the provider's unified words: `stop`, `length`, ... */
	finish: string;
	usage: Usage;
	/** The model's own name, as it told it. */
	model: string;
	/** Only from a provider that knows where it took things from. */
	evidence: Evidence[];
	warnings: string[];
}

/** How a call ended. Requests that left the device are listed in either case, half an answer is kept. */
export type ModelOutcome =
	| { ok: true; value: ModelAnswer; egress: EgressRow[] }
	| { ok: false; failure: Failure; kept: string; egress: EgressRow[] };

/** What a provider is given to make its model with. */
export interface ProviderTools {
	/** The guarded fetch: it knows which origin this call may reach and notes what leaves. */
	fetch: typeof globalThis.fetch;
	/** Lent for this call; it stands in no log and no export. */
	key?: string;
	/** Told while a model on this device is being made ready; a provider that has nothing to load never calls it. */
	onLoading?: (progress: LoadingProgress) => void;
	/** The page of this tab, for a model that only pages may ask; absent while none is connected. */
	page?: PageModel;
}

/** How far a model has come before it can answer. `done` and `total` are bytes. */
export interface LoadingProgress {
	/** `wait`: for another tab's model. `ready` ends it: from here on it is the call's own time. */
	phase: 'wait' | 'download' | 'read' | 'compile' | 'check' | 'ready';
	done?: number;
	total?: number;
	/** For people, such as “Loading the model, 312 MB of 780 MB”. */
	text: string;
}

/** What is told when a model was loaded and can begin. */
export const READY: LoadingProgress = {
	phase: 'ready',
	text: 'The model is loaded and reads what it is given'
};

/** Ready-made settings for a server that many people have. */
export interface Preset {
	id: string;
	title: string;
	/** Where it runs and what is special about it, in one sentence. */
	summary: string;
	config: Record<string, Json>;
	key: 'needed' | 'none' | 'optional';
	/** Where to make a key. */
	keysAt?: string;
	/** Ports that it listens on, where it runs on this device or its network. */
	ports?: number[];
	/** What to do so that it is there. */
	begin?: string;
	/** What to switch on so that it lets this page in; `{page}` stands for the page's origin. */
	letIn?: string;
}

/** What a call is given beside the request. None of it crosses a worker as data. */
export interface ModelTools extends ProviderTools {
	/** Stops the call; what had arrived is kept. */
	signal: AbortSignal;
	/** Gets pieces of the answer as they arrive. */
	onText: (piece: string) => void;
	/** The rows that the guarded fetch noted so far; read once, when the call is over. Absent: none are listed. */
	egress?: () => EgressRow[];
	/** Is anybody there at all, whether this page may read the answer or not? Asked when a server cannot be reached. */
	knock?: () => Promise<boolean>;
}

export interface Provider<C extends z.ZodObject = z.ZodObject> {
	id: string;
	title: string;
	/** One honest sentence on what it is and is not. */
	summary: string;
	/** Orders the lists of providers: lower is nearer to the person. The ladder is the person's own list. */
	rung: number;
	/** True when nothing leaves the device. */
	onDevice: boolean;
	/** True for one that works in a browser's worker only, and on a model that has to be on the device. */
	needsModel?: boolean;
	/** Left out of lists that people choose from (tests). */
	hidden?: boolean;
	/** True when the person is asked for a key. An empty key is still allowed: local servers need none. */
	takesKey: boolean;
	config: C;
	example: z.input<C>;
	presets?: readonly Preset[];
	/** The origin that calls go to, or null for none. */
	origin(config: z.output<C>): string | null;
	create(config: z.output<C>, tools: ProviderTools): Promise<LanguageModelV4>;
	/** Names of the models that the server says it has. Rejects as a model's call does; absent where there is no such list. */
	list?(config: z.output<C>, tools: ProviderTools, signal: AbortSignal): Promise<string[]>;
}

/** Declares a provider; a file in `providers/` default-exports the result. */
export function defineProvider<C extends z.ZodObject>(provider: Provider<C>): Provider<C> {
	return provider;
}
