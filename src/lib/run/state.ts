import type {
	EgressRow,
	Evidence,
	Failure,
	Flag,
	GivenNote,
	Json,
	ProviderChoice,
	Usage,
	ValueRef
} from '$lib/core';
import type { Workflow } from '$lib/workflow';
import type { EventOf, Verdict } from './event';

/**
 * - pending: its needs are not done yet, or nobody has begun it
 * - running: an attempt was started
 * - waiting: a person is asked
 * - done, failed: as they say; a failed step can be retried
 * - skipped: the run ended before it
 */
export type StepStatus = 'pending' | 'running' | 'waiting' | 'done' | 'failed' | 'skipped';

/** One try of one step. */
export interface AttemptState {
	id: string;
	revision: number;
	number: number;
	status: 'running' | 'succeeded' | 'failed' | 'interrupted';
	startedAt: number;
	endedAt: number | null;
	inputs: Record<string, ValueRef[]>;
	provider: ProviderChoice | null;
	prompt: ValueRef | null;
	given: GivenNote[];
	cut: GivenNote[];
	output: ValueRef | null;
	evidence: Evidence[];
	flags: Flag[];
	verdicts: Verdict[];
	usage: Usage | null;
	model: string | null;
	egress: EgressRow[];
	failure: Failure | null;
	/** What had arrived when it failed. */
	kept: ValueRef | null;
	saved: { entryId: string; path: string; version: number } | null;
	/** Working time, milliseconds; null while it runs. */
	ms: number | null;
}

export interface StepState {
	id: string;
	status: StepStatus;
	/** 1 at first; one more each time a person asks for changes. */
	revision: number;
	attempts: AttemptState[];
	/** Failed tries since the last fresh start of this revision; what the retry limit counts. */
	failures: number;
	/** The output that later steps see. */
	output: ValueRef | null;
	/** What the person asked for, and the draft that they asked it about. */
	feedback: { reason: string; draft: ValueRef } | null;
	/** For a gate: since when it waits, on which draft. */
	request: { at: number; draft: ValueRef } | null;
	decisions: EventOf<'review.decided'>[];
}

export type RunStatus = 'none' | 'running' | 'waiting' | 'failed' | 'done' | 'rejected' | 'cancelled';

export interface RunState {
	id: string;
	/** Number of events folded. */
	length: number;
	/** Set by the last of `run.finished` and `run.cancelled`. */
	ended: 'done' | 'rejected' | 'cancelled' | null;
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
	startedAt: number;
	updatedAt: number;
	endedAt: number | null;
	steps: Record<string, StepState>;
	/** Ids of the steps each step waits for. */
	needs: Record<string, string[]>;
	/**
	 * Where the work stands, kept by the fold so that nobody has to look at every step to find the few that matter: the
	 * steps that are not done and wait for no other (or run all the same), and how many are not done in all.
	 */
	front: { steps: Set<string>; open: number };
}

/** The state of a run of which nothing is known yet. */
export function emptyRun(id: string): RunState {
	return {
		id,
		length: 0,
		ended: null,
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
		startedAt: 0,
		updatedAt: 0,
		endedAt: null,
		steps: {},
		needs: {},
		front: { steps: new Set(), open: 0 }
	};
}

/** What the run as a whole is doing. */
export function statusOf(state: RunState): RunStatus {
	if (!state.definition) return 'none';
	if (state.ended) return state.ended;
	let waiting = false;
	let failed = false;
	for (const id in state.steps) {
		const step = state.steps[id];
		if (!step) continue;
		if (step.status === 'running') return 'running';
		if (step.status === 'pending' && isReady(state, id)) return 'running';
		waiting ||= step.status === 'waiting';
		failed ||= step.status === 'failed';
	}
	if (waiting) return 'waiting';
	return failed ? 'failed' : 'running';
}

/** True when everything the step waits for is done. */
export function isReady(state: RunState, stepId: string): boolean {
	for (const need of state.needs[stepId] ?? []) if (state.steps[need]?.status !== 'done') return false;
	return true;
}

/** The attempt that counts: the newest. */
export function lastAttempt(step: StepState): AttemptState | null {
	return step.attempts[step.attempts.length - 1] ?? null;
}
