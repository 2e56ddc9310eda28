import type { Json, Result } from '$lib/core';
import type { Ablation, AblationAsk, RegressionResult, ReplayRequest, Verification } from '$lib/engine';
import type { ReplayPlan } from '$lib/run';
import type { Workflow } from '$lib/workflow';
import { ask } from './client.svelte';

export type { Ablation, AblationAsk, RegressionResult, ReplayRequest, Verification };

/** What would be taken over, run anew and done outside again; nothing is started. */
export function planReplay(wish: ReplayRequest): Promise<Result<ReplayPlan>> {
	return ask((api) => api.planReplay(wish));
}

/** Starts a run that repeats another one; its id. */
export function replayRun(wish: ReplayRequest): Promise<Result<string>> {
	return ask((api) => api.replayRun(wish));
}

/** Tries one step alone on given outputs; the id of the run. */
export function tryStep(
	workflowId: string,
	stepId: string,
	given: { inputs: Record<string, Json>; pinned: Record<string, Json> }
): Promise<Result<string>> {
	return ask((api) => api.tryStep(workflowId, stepId, given));
}

/** Does a step once more without one of its notes. Nothing of it is kept. `allowed` is the hash of a prompt that may leave. */
export function ablate(
	{ runId, stepId, noteId }: { runId: string; stepId: string; noteId: string },
	allowed?: string
): Promise<Result<Ablation | AblationAsk>> {
	return ask((api) => api.ablate(runId, stepId, noteId, allowed));
}

/** Goes through an approved run once more on a changed workflow, in memory; which corrections would come back. */
export function heldAgainst(document: Workflow, runId: string): Promise<Result<RegressionResult>> {
	return ask((api) => api.heldAgainst(document, runId));
}

/** Holds a run against its hashes, as it lies on the disk. */
export function verifyRun(runId: string): Promise<Result<Verification>> {
	return ask((api) => api.verifyRun(runId));
}
