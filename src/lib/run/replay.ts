import { canonicalJson, type Json } from '$lib/core';
import { descendants, everyStep, needsMap, parseRef, refsIn, type Step, type Workflow } from '$lib/workflow';
import type { EventOf, RunEvent } from './event';
import { lastAttempt, type RunState, type StepState } from './state';

/** What a new run asks of an earlier one. */
export interface ReplayWish {
	/** From this step on everything runs anew; null: from the start. */
	stepId: string | null;
	definition: Workflow;
	/** Ids of inputs and sources that get something else. */
	changed: ReadonlySet<string>;
}

/** What would happen, to be shown before it does. */
export interface ReplayPlan {
	/** Steps at the top whose earlier output serves. */
	reused: string[];
	/** Steps at the top that run. */
	anew: string[];
	/** Of those the ones that do something outside the run, or hold one that does. */
	acts: string[];
}

/** True for a run that tries one step alone: it acts on nothing outside, and is no run that another could repeat. */
export function isTry({ derived }: Pick<RunState, 'derived'>): boolean {
	return derived?.from.runId === '';
}

/**
 * Which steps of an earlier run need not run again: those that were done, do not come after the step, see nothing that was
 * changed, and are defined as they were then, together with all that they wait for. A gate before something that acts is
 * never passed over: what acts needs an approval of its own run.
 */
export function planReplay(parent: RunState, wish: ReplayWish): ReplayPlan {
	const { definition, stepId, changed } = wish;
	const needs = needsMap(definition.steps);
	const after = new Set<string>();
	const mark = (id: string) => {
		after.add(id);
		for (const follower of descendants(id, needs)) after.add(follower);
	};
	for (const step of definition.steps) {
		const before = parent.steps[step.id];
		if (
			step.id === stepId ||
			stepId === null ||
			!before ||
			!isOver(before) ||
			!sameWork(step, before) ||
			isGateOfAct(step, definition) ||
			looksAt(step, definition, changed)
		)
			mark(step.id);
	}
	const anew = definition.steps.filter((step) => after.has(step.id));
	return {
		reused: definition.steps
			.filter((step) => !after.has(step.id) && parent.steps[step.id]?.status === 'done')
			.map((step) => step.id),
		anew: anew.map((step) => step.id),
		acts: anew.filter(actsInside).map((step) => step.id)
	};
}

/** The facts by which earlier waits are over in a new run: nobody waits three weeks again for what failed after them. */
export function waitedFrom(parent: RunState, plan: ReplayPlan, at: number): RunEvent[] {
	return plan.reused.flatMap((stepId): RunEvent[] => {
		const step = parent.steps[stepId];
		if (!step || step.output || step.until === null) return [];
		return [
			{ type: 'wait.began', at, stepId, until: step.until },
			{ type: 'wait.over', at, stepId, from: originOf(parent, step) }
		];
	});
}

/** Where what serves again comes from in the first place. */
function originOf(parent: RunState, step: StepState): EventOf<'step.reused'>['from'] {
	const attempt = lastAttempt(step);
	const ended = attempt?.endedAt ?? step.waits.at(-1)?.to;
	return (
		step.reused ?? {
			runId: parent.id,
			number: parent.number,
			attemptId: attempt?.id ?? `${parent.id}/${step.id}`,
			at: ended ?? parent.startedAt
		}
	);
}

/** The facts that put earlier outputs into a new run. */
export function reusedFrom(parent: RunState, plan: ReplayPlan, at: number): EventOf<'step.reused'>[] {
	return plan.reused.flatMap((stepId) => {
		const step = parent.steps[stepId];
		if (!step?.output) return [];
		const attempt = lastAttempt(step);
		return [
			{
				type: 'step.reused',
				at,
				stepId,
				from: originOf(parent, step),
				why: 'replay',
				output: step.output,
				...(step.route === null ? {} : { route: step.route }),
				evidence: attempt?.evidence ?? [],
				flags: attempt?.flags ?? [],
				verdicts: attempt?.verdicts ?? []
			}
		];
	});
}

/** Approvals that were given to the earlier run and do not count in the new one, since it asks anew. */
export function voidedBy(parent: RunState, plan: ReplayPlan, at: number): EventOf<'review.voided'>[] {
	return plan.anew.flatMap((stepId): EventOf<'review.voided'>[] => {
		const last = parent.steps[stepId]?.decisions.at(-1);
		if (!last || last.decision === 'changes' || last.decision === 'rejected') return [];
		const from = { runId: parent.id, number: parent.number, at: last.at };
		return [{ type: 'review.voided', at, stepId, approved: last.reviewed ?? last.draft, from }];
	});
}

/** Done with something to show, or waited for; or on a way that was not taken: that follows again from the same branch. */
function isOver({ status, because, output, until }: StepState): boolean {
	return status === 'done'
		? output !== null || until !== null
		: status === 'skipped' && (because === 'route' || because === 'need');
}

/** A title does no work; everything else of a definition may. */
function sameWork(step: Step, before: StepState): boolean {
	const work = ({ title: _title, ...rest }: Step) => canonicalJson(rest);
	return work(step) === work(before.def);
}

function actsInside(step: Step): boolean {
	return step.job === 'act' || [...everyStep(step.steps ?? [])].some((inner) => inner.step.job === 'act');
}

function isGateOfAct(step: Step, definition: Workflow): boolean {
	if (step.kind !== 'review') return false;
	const after = descendants(step.id, needsMap(definition.steps));
	return definition.steps.some((other) => after.has(other.id) && actsInside(other));
}

/** True when a step, or one inside it, sees an input or a source that was changed. */
function looksAt(step: Step, definition: Workflow, changed: ReadonlySet<string>): boolean {
	if (changed.size === 0) return false;
	return [{ step }, ...everyStep(step.steps ?? [])].some((one) => {
		const refs = [
			...Object.values(one.step.inputs).flatMap((text) => {
				const read = parseRef(text);
				return 'ref' in read ? [read.ref] : [];
			}),
			...(one.step.fallback ?? []).flatMap((instead) => {
				const read = instead.use === 'source' ? parseRef(instead.from) : null;
				return read && 'ref' in read ? [read.ref] : [];
			}),
			...refsIn(one.step.instructions),
			...templatesIn(one.step.with).flatMap(refsIn)
		];
		if (refs.some((ref) => (ref.root === 'inputs' || ref.root === 'sources') && changed.has(ref.id)))
			return true;
		// Expressions and code see all inputs as run.inputs; whether they look, only running them would tell.
		if (/\brun\b/.test(canonicalJson(one.step.with))) return true;
		if (one.step.job !== 'collect') return false;
		const named = one.step.with['sources'];
		const wanted = Array.isArray(named) && named.length > 0 ? named : definition.sources.map(({ id }) => id);
		return wanted.some((id) => typeof id === 'string' && changed.has(id));
	});
}

function templatesIn(config: Step['with']): string[] {
	const inside = (value: Json): string[] =>
		typeof value === 'string'
			? [value]
			: value !== null && typeof value === 'object'
				? Object.values(value).flatMap(inside)
				: [];
	return inside(config);
}
