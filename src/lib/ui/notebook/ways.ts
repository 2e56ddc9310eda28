import type { Json, Money, ProviderChoice, Result } from '$lib/core';
import { coordsOf, localId, siblingsOf, type RunState, type StepState } from '$lib/run';
import { needsIn } from '$lib/workflow';
import type { NotebookActions } from './context';

/** What a person can do about one step that failed, asks or waits. */
export interface Ways {
	retry: (provider?: ProviderChoice) => Promise<Result<void>>;
	replace: (sourceId: string, files: File[]) => Promise<Result<void>>;
	answer: (content: Json) => Promise<Result<void>>;
	/** Something else in the place of an output; `wasHash` is that of the one that was shown. */
	change: (wasHash: string, content: Json) => Promise<Result<void>>;
	skip: () => Promise<Result<void>>;
	settle: (happened: boolean) => Promise<Result<void>>;
	/** Lets a held call go, or does not; `hash` is that of the prompt that was shown. */
	allow: (hash: string, scope: 'once' | 'workflow', raised?: Money) => Promise<Result<void>>;
	refuse: (hash: string, scope: 'once' | 'workflow', instead: 'next' | 'on-device') => Promise<Result<void>>;
	/** What was typed and not sent yet, kept so that a crash loses nothing. */
	kept: (about: string) => string | null;
	keep: (about: string, text: string | null) => void;
}

export function waysOf(actions: NotebookActions, stepId: string): Ways {
	return {
		retry: (provider) => actions.retry(stepId, provider),
		replace: (sourceId, files) => actions.replaceSource(stepId, sourceId, files),
		answer: (content) => actions.answer(stepId, content),
		change: (wasHash, content) => actions.changeOutput(stepId, wasHash, content),
		skip: () => actions.skip(stepId),
		settle: (happened) => actions.settle(stepId, happened),
		allow: (hash, scope, raised) => actions.allowCall(stepId, hash, scope, raised),
		refuse: (hash, scope, instead) => actions.refuseCall(stepId, hash, scope, instead),
		kept: (about) => actions.keptAnswer(stepId, about),
		keep: (about, text) => actions.keepAnswer(stepId, about, text)
	};
}

/** What follows when the run goes on without a step: which steps are left out, and which go on without its output. */
export function sayWithout(state: RunState, step: StepState): string {
	const lost = new Set([localId(step.id)]);
	const left: string[] = [];
	const told: string[] = [];
	const all = siblingsOf(state, step).filter((one) => one.status === 'pending' && one.id !== step.id);
	for (let moved = true; moved;) {
		moved = false;
		for (const other of all) {
			const id = localId(other.id);
			if (lost.has(id) || !isLost(state, other, lost)) continue;
			lost.add(id);
			left.push(other.def.title);
			moved = true;
		}
	}
	for (const other of all)
		if (!lost.has(localId(other.id)) && needsIn(other.def).some((need) => lost.has(need.id)))
			told.push(other.def.title);
	return [
		left.length > 0 && `Left out with it: ${listed(left)}.`,
		told.length > 0 &&
			`${listed(told)} ${told.length === 1 ? 'goes' : 'go'} on and ${told.length === 1 ? 'is' : 'are'} told that it is missing.`,
		left.length + told.length === 0 && 'Nothing else needs it.'
	]
		.filter(Boolean)
		.join(' ');
}

function isLost(state: RunState, step: StepState, lost: ReadonlySet<string>): boolean {
	const { when, join } = step.def;
	if (when && lost.has(when.step)) {
		if (when.route) return true;
		if (when.outcome && !when.outcome.includes('skipped')) return true;
	}
	const needs = needsIn(step.def).filter((need) => need.id !== when?.step);
	if (join !== 'any') return needs.some((need) => !need.optional && lost.has(need.id));
	const open = needs.filter((need) => {
		const status = state.steps[coordsOf(step.inside, need.id)]?.status;
		return !lost.has(need.id) && status !== 'skipped' && status !== 'failed';
	});
	return needs.length > 0 && open.length === 0;
}

const SHOWN = 4;

/** `“A”, “B” and 3 more`. */
export function listed(titles: readonly string[]): string {
	const shown = titles.slice(0, SHOWN).map((title) => `“${title}”`);
	if (titles.length > SHOWN) return `${shown.join(', ')} and ${titles.length - SHOWN} more`;
	const last = shown.pop() ?? '';
	return shown.length > 0 ? `${shown.join(', ')} and ${last}` : last;
}
