import { heldAgainst, type RegressionResult } from '$lib/app';
import { canonicalJson, type Failure } from '$lib/core';
import type { RunRow } from '$lib/run';
import { everyStep, type Workflow } from '$lib/workflow';

/** So many approved runs are gone through once more. */
export const CASES = 3;

/** An approved run that could not be gone through. */
export interface Missing {
	title: string;
	failure: Failure;
}

/**
 * Approved runs that a changed workflow is held against before it is saved. What was found is about one very draft of the
 * workflow: edited on, it says nothing any more.
 */
export class Regression {
	results = $state.raw<readonly RegressionResult[]>([]);
	missing = $state.raw<readonly Missing[]>([]);
	/** Title of the run that is being gone through; null when none is. */
	working = $state<string | null>(null);
	#about = $state.raw<Workflow | null>(null);

	/** Goes through the runs one by one, the newest first. */
	async run(draft: Workflow, runs: readonly RunRow[]): Promise<void> {
		if (this.working !== null) return;
		this.#about = draft;
		this.results = [];
		this.missing = [];
		for (const { id, title } of runs) {
			this.working = title;
			const found = await heldAgainst(draft, id);
			if (found.ok) this.results = [...this.results, found.value];
			else this.missing = [...this.missing, { title, failure: found.failure }];
		}
		this.working = null;
	}

	/** True when what was found is about this draft. */
	isAbout(draft: Workflow): boolean {
		return this.#about === draft;
	}

	/** How many corrections would come back with this draft; 0 while nobody looked. */
	backWith(draft: Workflow): number {
		if (!this.isAbout(draft)) return 0;
		return this.results.flatMap(({ cases }) => cases).reduce((sum, { back }) => sum + back.length, 0);
	}
}

/** Runs that a person approved, the newest first; runs that rest on pinned outputs tried something out. */
export function approvedOf(runs: readonly RunRow[]): RunRow[] {
	return runs
		.filter(({ decision, status }) => status === 'done' && decision?.startsWith('approved'))
		.slice(0, CASES);
}

/** Does a change touch what a model is told, or which one is asked? */
export function changesDrafts(before: Workflow, after: Workflow): boolean {
	return before !== after && told(before) !== told(after);
}

function told({ steps, model }: Workflow): string {
	const models = [...everyStep(steps)]
		.map(({ step }) => step)
		.filter(({ kind }) => kind === 'model')
		.map(({ id, instructions, inputs, output, model: own, permissions, with: settings }) => ({
			...{ id, instructions, inputs, output, permissions, settings },
			...(own ? { model: own } : {})
		}));
	return canonicalJson({ models, model: model ?? null });
}
