import type { EgressRow, ValueRef } from '$lib/core';
import { inOrder, mayBeMissing, type Step } from '$lib/workflow';
import { coordsOf } from './coords';
import { daysOf, type DaySpend } from './cost';
import { isPausing } from './fold-person';
import { unsaidRequest } from './outside';
import { waitingGates, type WaitingGate } from './queue';
import { reviewRules } from './review';
import {
	lastAttempt,
	saidRevision,
	statusOf,
	type AskedWhy,
	type AttemptState,
	type RunState,
	type RunStatus,
	type StepState
} from './state';

/** The row that lists show; written with each append, so that no list ever folds a log. */
export interface RunRow {
	id: string;
	workflowId: string;
	workflowTitle: string;
	number: number;
	title: string;
	status: RunStatus;
	trigger: RunState['trigger'];
	startedAt: number;
	updatedAt: number;
	endedAt: number | null;
	stepsDone: number;
	stepsTotal: number;
	/** What waits for the person, if something does: a gate, or a question. */
	waiting: {
		stepId: string;
		why: 'review' | AskedWhy;
		question: string;
		since: number;
		flags: number;
		missed: number;
		revision: number;
		/** Everything that waits was put off, the first of it until then, ms since 1970. */
		later?: number;
	} | null;
	/** The gates that wait, for the list over all runs; absent where none does. */
	gates?: WaitingGate[];
	failure: { stepId: string; stepTitle: string; code: string; message: string } | null;
	/** Library path of the newest saved output. */
	outputPath: string | null;
	decision: string | null;
	words: { added: number; removed: number } | null;
	/** Bytes sent to other origins, or that may have been. */
	bytesOut: number;
	provider: string;
	held: number;
	missed: number;
	/** Working time of all attempts, ms. */
	ms: number;
	/** What remote models took, by day and model; absent where there were none, and in runs that kept no prices. */
	spends?: DaySpend[];
}

/** A step as the notebook shows it. */
export interface CellView {
	/** Coordinates: what keys, addresses and commands use. */
	id: string;
	step: Step;
	state: StepState;
	attempt: AttemptState | null;
	status: StepState['status'] | 'waiting-retry';
	/** How deep inside blocks; 0 at the top. */
	depth: number;
}

/** Whether the cells inside an item of a block are wanted: a screen draws those that are unfolded. */
export type Opens = (block: string, index: number) => boolean;

/** The cells of a run in the order in which they run; what is inside a block follows it, item by item. */
export function cellsOf(state: RunState, opens: Opens = () => true): CellView[] {
	return state.definition ? cellsIn(state, state.definition, null, 0, opens) : [];
}

/** The definition of a run never changes, so the order of its steps is found once: a screen asks at each event. */
const orders = new WeakMap<readonly Step[], Step[]>();

function orderOf(steps: Step[]): Step[] {
	const known = orders.get(steps) ?? inOrder({ steps });
	orders.set(steps, known);
	return known;
}

function cellsIn(
	state: RunState,
	container: { steps?: Step[] | undefined },
	inside: StepState['inside'],
	depth: number,
	opens: Opens
): CellView[] {
	return (container.steps ? orderOf(container.steps) : []).flatMap((step): CellView[] => {
		const id = coordsOf(inside, step.id);
		const known = state.steps[id];
		if (!known) return [];
		const attempt = shownAttempt(known);
		const cells: CellView[] = [
			{
				id,
				step,
				state: known,
				attempt,
				status: isPausing(known) ? 'waiting-retry' : known.status,
				depth
			}
		];
		for (let index = 0; index < (known.block?.next ?? 0); index++)
			if (opens(id, index)) cells.push(...cellsIn(state, step, { block: id, index }, depth + 1, opens));
		return cells;
	});
}

/** The newest attempt; not one that came to nothing since the step is to be done on something else now. */
function shownAttempt(step: StepState): AttemptState | null {
	const last = lastAttempt(step);
	const isOvertaken = last?.status === 'interrupted' && last.revision < step.revision;
	return isOvertaken ? null : last;
}

/** Names of inputs that the newest attempt of a step was to have and had not, for the cell that shows it. */
export function unseenBy(step: StepState): string[] {
	const last = lastAttempt(step);
	if (!last) return [];
	return Object.entries(step.def.inputs).flatMap(([name, ref]) => {
		if (!mayBeMissing(step.def, name) || !(name in last.inputs)) return [];
		// What is no stored value, such as what the person typed, leaves no reference although it is there.
		const isStored = /^(steps|sources|item|loop\.last)\b/.test(ref.trim());
		return last.unseen.includes(name) || (isStored && last.inputs[name]?.length === 0) ? [name] : [];
	});
}

/**
 * Everything that left the device in a run, or may have. A request whose attempt has no outcome yet, or never got one, is
 * among them with what was about to be sent: nobody can say that it did not go out.
 */
export function egressOf(state: RunState): EgressRow[] {
	return Object.values(state.steps).flatMap((step) =>
		step.attempts.flatMap((attempt) => [
			...attempt.egress,
			...underWay(state, attempt),
			...unsaidRequest(attempt)
		])
	);
}

/** True for a request that was answered, so that it surely arrived. */
export function hasArrived(row: EgressRow): boolean {
	return row.status !== null || (row.received ?? 0) > 0;
}

function underWay(state: RunState, attempt: AttemptState): EgressRow[] {
	const provider = attempt.provider ?? state.provider;
	const { status, failure } = attempt;
	const isOpen = status === 'running' || status === 'interrupted' || failure?.code === 'worker.died';
	if (!isOpen || !attempt.prompt || !provider || provider.onDevice || attempt.egress.length > 0) return [];
	const { baseUrl } = provider.config;
	const origin =
		typeof baseUrl === 'string' && URL.canParse(baseUrl) ? new URL(baseUrl).origin : provider.title;
	return [{ origin, method: 'POST', status: null, sent: attempt.prompt.bytes, received: null }];
}

/** The list row of a run. */
export function rowOf(state: RunState): RunRow {
	const steps = Object.values(state.steps);
	const attempts = steps.flatMap((step) => step.attempts);
	const decisions = steps.flatMap((step) => step.decisions).sort((a, b) => a.at - b.at);
	const decision = decisions[decisions.length - 1];
	const verdicts = latest(steps).flatMap((attempt) => attempt.verdicts);
	const saved = attempts.findLast((attempt) => attempt.saved)?.saved;
	const spends = daysOf(state);
	const gates = state.ended ? [] : waitingGates(state, steps);
	return {
		id: state.id,
		workflowId: state.definition?.id ?? '',
		workflowTitle: state.definition?.title ?? '',
		number: state.number,
		title: state.title,
		status: statusOf(state),
		trigger: state.trigger,
		startedAt: state.startedAt,
		updatedAt: state.updatedAt,
		endedAt: state.endedAt,
		stepsDone: steps.filter(
			(step) => step.status === 'done' || (step.status === 'skipped' && step.because !== 'ended')
		).length,
		stepsTotal: steps.length,
		waiting: waitingOf(state, steps),
		failure: failureOf(steps),
		outputPath: saved?.path ?? null,
		decision: decision?.decision ?? null,
		words: decision?.words ?? null,
		bytesOut: egressOf(state).reduce((sum, row) => sum + row.sent, 0),
		provider: state.provider?.title ?? '',
		held: verdicts.filter((verdict) => verdict.verdict === 'held').length,
		missed: verdicts.filter((verdict) => verdict.verdict === 'missed').length,
		ms: attempts.reduce((sum, attempt) => sum + (attempt.ms ?? 0), 0),
		...(spends.length > 0 ? { spends } : {}),
		...(gates.length > 0 ? { gates } : {})
	};
}

/** The newest attempt of each step. */
function latest(steps: readonly StepState[]): AttemptState[] {
	return steps.flatMap((step) => lastAttempt(step) ?? []);
}

function waitingOf(state: RunState, steps: readonly StepState[]): RunRow['waiting'] {
	const all = steps.filter((one) => one.status === 'waiting');
	const later = (one: StepState) => one.request?.later ?? 0;
	// What nobody put off comes first; else what was put off to the nearest time.
	const [step] = all.some((one) => later(one) === 0)
		? all.filter((one) => later(one) === 0)
		: [...all].sort((a, b) => later(a) - later(b));
	if (!step) return null;
	const attempts = latest(steps);
	const shared = {
		stepId: step.id,
		flags: attempts.reduce((sum, attempt) => sum + attempt.flags.length, 0),
		missed: attempts.flatMap((attempt) => attempt.verdicts).filter((v) => v.verdict === 'missed').length,
		revision: saidRevision(step, step.revision),
		...(later(step) > 0 ? { later: later(step) } : {})
	};
	const rules = reviewRules(state, step.id);
	if (step.request && rules)
		return { ...shared, why: 'review', question: rules.question, since: step.request.at };
	if (!step.asked) return null;
	return { ...shared, why: step.asked.why, question: questionOf(step), since: step.asked.at };
}

/** What a person is asked by a step that is no review. */
export function questionOf(step: StepState): string {
	const { question } = step.def.with;
	switch (step.asked?.why) {
		case 'unknown':
			return `Did “${step.def.title}” go out?`;
		case 'escalation':
			return `“${step.def.title}” could not be done. How does it go on?`;
		case 'hand-over':
			return `“${step.def.title}” is ready to be handed over.`;
		case 'consent':
			return `May ${step.ladder.held?.rung.title ?? 'the model'} have what “${step.def.title}” sees?`;
		case 'budget':
			return `“${step.def.title}” would go beyond the budget. Ask ${step.ladder.held?.rung.title ?? 'the model'} all the same?`;
		default:
			return typeof question === 'string' && question ? question : step.def.title;
	}
}

function failureOf(steps: readonly StepState[]): RunRow['failure'] {
	const step = steps.find((one) => one.status === 'failed' && !one.flow.settled);
	const failure = step && lastAttempt(step)?.failure;
	if (!step || !failure) return null;
	return { stepId: step.id, stepTitle: step.def.title, code: failure.code, message: failure.message };
}

/** Values that a run refers to: what an export has to carry. Each hash once. */
export function valuesOf(state: RunState): ValueRef[] {
	const found = new Map<string, ValueRef>();
	const add = (ref: ValueRef | null | undefined) => ref && found.set(ref.hash, ref);
	Object.values(state.sources).flat().forEach(add);
	for (const step of Object.values(state.steps)) {
		add(step.output);
		add(step.feedback?.draft);
		add(step.request?.draft);
		add(step.passed?.draft);
		add(step.expired?.draft);
		add(step.voided?.content);
		for (const change of step.changed) {
			add(change.output);
			add(change.was);
		}
		for (const decision of step.decisions) {
			add(decision.draft);
			add(decision.reviewed);
		}
		add(step.asked?.about);
		add(step.block?.list);
		for (const answer of step.answers) add(answer.output);
		for (const attempt of step.attempts) {
			Object.values(attempt.inputs).flat().forEach(add);
			[attempt.prompt, attempt.output, attempt.kept, attempt.repaired?.answer, attempt.mended?.raw].forEach(
				add
			);
		}
	}
	return [...found.values()];
}
