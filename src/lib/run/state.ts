import type {
	ConfiguredModel,
	EgressRow,
	Evidence,
	Failure,
	Flag,
	GivenNote,
	Json,
	Money,
	ProviderChoice,
	Usage,
	ValueRef
} from '$lib/core';
import type { Step, Workflow } from '$lib/workflow';
import type { EventOf } from './event';
import type { Estimate, Repaired, Verdict } from './event-parts';
import type { ProseCell } from './prose';
import { freshLadder, type StepLadder } from './step-ladder';

/**
 * - pending: what it waits for has not ended yet, or nobody has begun it
 * - running: an attempt was started; of a block: its inner steps are at it
 * - waiting: a person is asked
 * - sleeping: a point in time is waited for
 * - done, failed: as they say; a failed step can be retried
 * - skipped: it will not run; `because` says why
 */
export type StepStatus = 'pending' | 'running' | 'waiting' | 'sleeping' | 'done' | 'failed' | 'skipped';

/**
 * Why a step was skipped: the branch went another way, something it needs was skipped, the item or round that it belongs
 * to failed or was begun anew, a person said so, or the run ended before it.
 */
export type Because = 'route' | 'need' | 'item' | 'person' | 'ended';

/** Why a person is asked, where it is not a review. */
export type AskedWhy = 'ask' | 'escalation' | 'unknown' | 'hand-over' | 'consent' | 'budget';

/** One try of one step. */
export interface AttemptState {
	id: string;
	revision: number;
	number: number;
	/**
	 * `unknown`: it acted outside, and nobody can say whether that went out. `held`: a person was asked before it was sent,
	 * so nothing left.
	 */
	status: 'running' | 'succeeded' | 'failed' | 'interrupted' | 'unknown' | 'held';
	startedAt: number;
	endedAt: number | null;
	inputs: Record<string, ValueRef[]>;
	provider: ProviderChoice | null;
	rung: EventOf<'attempt.started'>['rung'] | null;
	withheld: string[];
	/** Inputs that were missing; not in logs of earlier releases. */
	unseen: string[];
	prompt: ValueRef | null;
	consent: 'once' | 'workflow' | null;
	estimate: Estimate | null;
	given: GivenNote[];
	cut: GivenNote[];
	withheldNotes: GivenNote[];
	besideNotes: GivenNote[];
	output: ValueRef | null;
	evidence: Evidence[];
	flags: Flag[];
	verdicts: Verdict[];
	usage: Usage | null;
	model: string | null;
	egress: EgressRow[];
	failure: Failure | null;
	/** What had arrived when it failed or was interrupted. */
	kept: ValueRef | null;
	/** The attempt whose answer it was to put right. */
	repairs: string | null;
	/** How its data was got out of the answer, where that was not plain JSON. */
	repaired: Repaired | null;
	/** How many of several tries gave this result; null where one was made. */
	agreement: NonNullable<EventOf<'attempt.succeeded'>['agreement']> | null;
	/** Rules that its output was put right by without a model, and what the model had written. */
	mended: NonNullable<EventOf<'attempt.succeeded'>['mended']> | null;
	saved: { entryId: string; path: string; version: number } | null;
	/** What it was about to do outside, logged before it was done. */
	intent: { hash: string; key: string; says: string } | null;
	/** Everything that went in, as one hash; see reuse.ts. Null where nothing may be reused. */
	key: string | null;
	/** Working time, milliseconds; null while it runs. */
	ms: number | null;
}

/** One pass through the inside of a block: an item of a map, a round of a loop. */
export interface ItemState {
	/** Steps that have not ended. */
	open: number;
	/** Steps that work, or could: while there are none, only a person or the clock can move it. */
	busy: number;
	failed: boolean;
}

/** What a gate waits for. */
export interface GateRequest {
	at: number;
	draft: ValueRef;
	/** Why the person is asked, where the gate asks only sometimes. */
	because: string | null;
	/** Until when an answer is waited for, ms since 1970. */
	deadline: number | null;
	/** The person put it off until then. */
	later: number | null;
}

/** Something that a person said yes to, or was about to, and that is something else now. */
export interface Voided {
	how: 'approved' | 'shown' | 'passed';
	/** The bytes that it was about. */
	content: ValueRef;
	/** When it was approved, shown or let pass. */
	at: number;
	/** Number of the run that it was approved in, where that is another one. */
	run: number | null;
}

/** How far a block is. */
export interface BlockState {
	attemptId: string;
	/** Items; of a loop the rounds so far. */
	count: number;
	/** The list that a map goes through. */
	list: ValueRef | null;
	/** Number of the next item to begin. */
	next: number;
	/** Items that are being worked at: what the limit on concurrency counts. */
	active: number;
	/** Items that have ended, whatever way. */
	ended: number;
	/** Failed steps inside that nobody has answered; with the rule `stop` no item is begun while there are any. */
	stuck: number;
	/** Rounds after which the condition of a loop was asked. */
	judged: number;
	/** What was said of the last one. */
	because: string;
	items: ItemState[];
}

/** A stretch of time in which nothing was worked at: a person was asked, or a point in time waited for. */
export interface Wait {
	for: 'person' | 'clock';
	from: number;
	to: number | null;
}

export interface StepState {
	/** Its coordinates; see coords.ts. At the top: its id. */
	id: string;
	/** Its definition. */
	def: Step;
	/** The item or round that it belongs to; null at the top. */
	inside: { block: string; index: number } | null;
	status: StepStatus;
	because: Because | null;
	/** 1 at first; one more each time it begins anew: changes were asked for, or something before it was changed by hand. */
	revision: number;
	/** Revisions that began since something before it was changed by hand: none that a person asked for. */
	voids: readonly number[];
	/** When a person or the clock was waited for, oldest first; the last one may still last. ms since 1970. */
	waits: readonly Wait[];
	attempts: AttemptState[];
	/** Failed tries since the last fresh start of this revision; what the retry limit counts. */
	failures: number;
	/** The output that later steps see. */
	output: ValueRef | null;
	/** How its output came about, where no attempt of this run made it. */
	made: 'default' | 'person' | 'reused' | null;
	/** Where a reused output comes from. */
	reused: EventOf<'step.reused'>['from'] | null;
	/** What the person asked for, and the draft that they asked it about. */
	feedback: { reason: string; draft: ValueRef } | null;
	/** For a gate: since when it waits, and on which draft. */
	request: GateRequest | null;
	decisions: EventOf<'review.decided'>[];
	/** For a gate that let its draft pass although nobody was asked, or whose time was up: how. */
	passed: EventOf<'review.passed'> | null;
	/** That came in from a file, so it lets nothing be kept here. */
	passedElsewhere: boolean;
	expired: EventOf<'review.expired'> | null;
	/** For a gate: what was approved, or on the screen, before something that it rests on changed. */
	voided: Voided | null;
	/** What a person put in the place of its output, oldest first. */
	changed: EventOf<'output.changed'>[];
	/** How many of them came in from a file: nothing goes out on those from here. */
	foreign: number;
	/** For everything else that a person is asked. */
	asked: { at: number; why: AskedWhy; about: ValueRef | null } | null;
	answers: EventOf<'person.answered'>[];
	/** The way that a branch took. */
	route: string | null;
	/** For a wait: the end of it, ms since 1970. */
	until: number | null;
	/** How many of its fallbacks were used, and what they changed. */
	fallbacks: number;
	instead: { inputs: Record<string, string>; provider: ProviderChoice | null };
	ladder: StepLadder;
	/** True when it failed for good and the run goes on without it. */
	without: boolean;
	block: BlockState | null;
	/** Kept by the fold: what it waits for and has not ended, whether it may begin, and how it was counted. */
	flow: { missing: number; ready: boolean; settled: boolean; busy: boolean; stuck: boolean };
}

export type RunStatus =
	'none' | 'running' | 'waiting' | 'sleeping' | 'paused' | 'failed' | 'done' | 'rejected' | 'cancelled';

export interface RunState {
	id: string;
	/** Number of events folded. */
	length: number;
	/** Events of a kind that this release does not know; they are kept and change nothing. */
	unknown: number;
	/** Set by the first of `run.finished` and `run.cancelled`. */
	ended: 'done' | 'rejected' | 'cancelled' | null;
	paused: boolean;
	/** It was brought in from a file, so whoever let its calls leave was somebody else. */
	imported: boolean;
	/** May earlier results serve where everything that goes in is equal? */
	reuse: boolean;
	number: number;
	title: string;
	date: string;
	trigger: 'person' | 'import' | 'example';
	definition: Workflow | null;
	definitionHash: string;
	workflowVersion: number;
	inputs: Record<string, Json>;
	sources: Record<string, ValueRef[]>;
	provider: ProviderChoice | null;
	/** See `run.guarded`; null in runs of releases that did not say. */
	guard: { sealed: boolean; enforced: boolean } | null;
	/** The models that it may use, as they were at its start; null in runs of releases that had no ladder. */
	ladder: { models: ConfiguredModel[]; lastResort: 'person' | 'built-in'; budget: Money | null } | null;
	/** The run that this one repeats, and from which step. */
	derived: EventOf<'run.derived'> | null;
	/** The person's own texts between the steps, in the order in which they were written. */
	prose: ProseCell[];
	/** Items of earlier runs that were closed in this one, by their key. */
	closed: Record<string, EventOf<'item.closed'>>;
	startedAt: number;
	updatedAt: number;
	endedAt: number | null;
	/** By coordinates. */
	steps: Record<string, StepState>;
	/**
	 * Where the work stands, kept by the fold so that nobody has to look at every step to find the few that matter: the
	 * steps that can be begun, run or sleep, in the order in which they came there; and how many at the top have not ended.
	 */
	front: {
		steps: Set<string>;
		open: number;
		/** Gates whose answer is waited for until some time. */
		timed: Set<string>;
	};
}

/** The state of a run of which nothing is known yet. */
export function emptyRun(id: string): RunState {
	return {
		id,
		length: 0,
		unknown: 0,
		ended: null,
		paused: false,
		imported: false,
		reuse: true,
		number: 0,
		title: '',
		date: '',
		trigger: 'person',
		definition: null,
		definitionHash: '',
		workflowVersion: 0,
		inputs: {},
		sources: {},
		provider: null,
		guard: null,
		ladder: null,
		derived: null,
		prose: [],
		closed: {},
		startedAt: 0,
		updatedAt: 0,
		endedAt: null,
		steps: {},
		front: { steps: new Set(), open: 0, timed: new Set() }
	};
}

/** Nobody adds to it; what comes is put in its place. */
const NONE = Object.freeze([]) as unknown as never[];

/** A step that nothing has happened to. */
export function freshStep(id: string, def: Step, inside: StepState['inside']): StepState {
	return {
		id,
		def,
		inside,
		status: 'pending',
		because: null,
		revision: 1,
		voids: NONE,
		waits: NONE,
		attempts: [],
		failures: 0,
		output: null,
		made: null,
		reused: null,
		feedback: null,
		request: null,
		decisions: [],
		passed: null,
		passedElsewhere: false,
		expired: null,
		voided: null,
		changed: NONE,
		foreign: 0,
		asked: null,
		answers: [],
		route: null,
		until: null,
		fallbacks: 0,
		instead: { inputs: {}, provider: null },
		ladder: freshLadder(),
		without: false,
		block: null,
		flow: { missing: 0, ready: false, settled: false, busy: false, stuck: false }
	};
}

/** What the run as a whole is doing. */
export function statusOf(state: RunState): RunStatus {
	if (!state.definition) return 'none';
	if (state.ended) return state.ended;
	let [waiting, failed, sleeping, active] = [false, false, false, false];
	for (const id of state.front.steps) {
		const step = state.steps[id];
		// A block at the front only waits to be closed, which a pause puts off.
		if (step?.status === 'running' && !(step.block && state.paused)) return 'running';
		if (step?.status === 'sleeping') sleeping = true;
		else active = true;
	}
	if (active && !state.paused) return 'running';
	for (const id in state.steps) {
		const step = state.steps[id];
		waiting ||= step?.status === 'waiting';
		failed ||= step?.status === 'failed' && !step.flow.settled;
		if (waiting) break;
	}
	if (state.paused) return 'paused';
	if (waiting) return 'waiting';
	if (failed) return 'failed';
	return sleeping ? 'sleeping' : 'running';
}

/** True when everything the step waits for has ended and it may begin. */
export function isReady(state: RunState, stepId: string): boolean {
	return state.steps[stepId]?.flow.ready === true;
}

/** A step's definition, by its coordinates. */
export function stepOf(state: RunState, stepId: string): Step | undefined {
	return state.steps[stepId]?.def;
}

/** The number of a revision as a person counts them: those that they asked for. */
export function saidRevision(step: Pick<StepState, 'voids'>, revision: number): number {
	return revision - step.voids.filter((one) => one <= revision).length;
}

/** The attempt that counts: the newest. */
export function lastAttempt(step: StepState): AttemptState | null {
	return step.attempts[step.attempts.length - 1] ?? null;
}
