import type { Json } from '$lib/core';
import {
	coordsOf,
	lastAttempt,
	needsOf,
	sayLadder,
	unseenBy,
	type CellView,
	type RunState,
	type StepState
} from '$lib/run';
import { gateButtons, type Step } from '$lib/workflow';
import { sayAgo } from '../format';

/** Quiet facts of a cell that change how its output is read. */
export function factsOf(run: RunState, { state }: CellView, now: number): string[] {
	const unseen = unseenBy(state);
	const { made, reused, instead, status } = state;
	const agreement = lastAttempt(state)?.agreement ?? null;
	const facts: (string | false | null | undefined)[] = [
		status === 'skipped' && state.decisions.length === 0 && saySkipped(run, state),
		unseen.length > 0 && `did not see: ${unseen.join(', ')}`,
		made === 'default' && 'default value used',
		made === 'person' && sayByHand(state),
		state.passed?.because,
		state.expired?.because,
		made === 'reused' && reused && `reused from run ${reused.number}, ${sayAgo(reused.at, now)}`,
		agreement && `${agreement.agreed} of ${agreement.of} tries agreed`,
		instead.provider && `${instead.provider.title} used instead`,
		...Object.entries(instead.inputs).map(([name, from]) => `${name} taken from ${from}`),
		...sayLadder(run, state).filter((_, index) => index > 0 || hasGoneOn(state)),
		status === 'failed' && state.flow.settled && 'the run went on without it'
	];
	return facts.filter((fact): fact is string => typeof fact === 'string');
}

function sayByHand({ def, changed }: StepState): string {
	if (changed.length > 0) return 'changed by you';
	return def.kind === 'ask' ? 'answered by you' : 'filled in by you';
}

/** Who answered stands beside the state already; it is said again where it was not the first choice. */
function hasGoneOn(step: StepState): boolean {
	return step.ladder.switched.length > 0 || (lastAttempt(step)?.rung?.place ?? 1) > 1;
}

/** Why a step was skipped, in a few words. */
export function saySkipped(run: RunState, step: StepState): string {
	switch (step.because) {
		case 'route':
			return sayOtherWay(run, step);
		case 'need':
			return sayMissing(run, step);
		case 'item':
			return 'its item failed, or was begun anew';
		case 'person':
			return 'the run goes on without it';
		default:
			return 'the run ended before it';
	}
}

function sayOtherWay(run: RunState, step: StepState): string {
	const before = step.def.when && run.steps[coordsOf(step.inside, step.def.when.step)];
	if (!before) return '';
	if (before.route) return `“${before.def.title}” took “${routeTitle(before.def, before.route)}”`;
	return `“${before.def.title}” ended another way`;
}

function sayMissing(run: RunState, step: StepState): string {
	const needs = needsOf(run, step);
	const gone = needs
		.map((id) => run.steps[coordsOf(step.inside, id)])
		.find((one) => one?.status === 'skipped' || one?.status === 'failed');
	if (!gone) return 'something that it needs was skipped';
	return `“${gone.def.title}”, which it needs, ${gone.status === 'failed' ? 'failed' : 'was skipped'}`;
}

/** A way of a branch. */
export interface Route {
	id: string;
	title: string;
	/** Its condition; empty for the way that is taken when no condition holds. */
	when: string;
}

/** The ways of a branch, in the order in which they are tried; of a review those that its buttons open. */
export function routesOf(step: Step): Route[] {
	const { with: config } = step;
	if (step.kind === 'review')
		return gateButtons(step).flatMap(({ route, title }) => (route ? [{ id: route, title, when: '' }] : []));
	const routes = Array.isArray(config['routes']) ? config['routes'] : [];
	const found = routes.flatMap((route): Route[] => {
		if (typeof route !== 'object' || route === null || Array.isArray(route)) return [];
		const { id, title, when } = route;
		if (typeof id !== 'string') return [];
		const condition = typeof when === 'string' ? when : '';
		return [{ id, title: typeof title === 'string' && title ? title : id, when: condition }];
	});
	const { otherwise } = config;
	if (typeof otherwise === 'string' && !found.some((route) => route.id === otherwise))
		found.push({ id: otherwise, title: otherwise, when: '' });
	return found;
}

/** What a person who fills in for a branch chooses from, as a JSON Schema. */
export function waySchema(step: Step): Record<string, Json> {
	const route = { type: 'string', title: 'Way', enum: routesOf(step).map(({ id }) => id) };
	return { type: 'object', required: ['route'], properties: { route } };
}

export function routeTitle(step: Step, id: string): string {
	return routesOf(step).find((route) => route.id === id)?.title ?? id;
}
