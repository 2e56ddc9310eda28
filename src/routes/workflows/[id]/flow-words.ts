import type { Json } from '$lib/core';
import { everyStep, gateButtons, parseRef, type Fallback, type Step, type Workflow } from '$lib/workflow';
import { sayReference } from './step-words';

/** How a step is reached, what it does without and what is inside it, in plain sentences. */

/** What is known of the workflows that can be called. */
export interface Callable {
	id: string;
	title: string;
}

/** Names as a list: `a, b and c`. */
export function listed(names: readonly string[], word: 'and' | 'or' = 'and'): string {
	const last = names.at(-1) ?? '';
	return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} ${word} ${last}`;
}

/** What a block does with the steps inside it; empty for any other step. */
export function sayBlock(step: Step, workflow: Workflow, callable: readonly Callable[]): string {
	switch (step.kind) {
		case 'map':
			return [sayMap(step, workflow), sayResult(step, 'an item’s')].filter(Boolean).join(' ');
		case 'loop': {
			const { until } = step.with;
			const max = numberOr(step.with.max, 5);
			const rounds = max === 1 ? '1 round' : `${max} rounds`;
			const told =
				typeof until === 'string' && until ? `Until ${until}, at most ${rounds}.` : `At most ${rounds}.`;
			return [told, sayResult(step, 'its')].filter(Boolean).join(' ');
		}
		case 'workflow': {
			const { workflow: id, version } = step.with;
			if (typeof id !== 'string' || id === '') return 'Runs another workflow; which one is not chosen yet.';
			const title = callable.find((one) => one.id === id)?.title ?? `“${id}”, which is not on this device`;
			return `Runs ${title}, ${typeof version === 'number' ? `version ${version}` : 'newest version'}.`;
		}
		default:
			return '';
	}
}

const ON_FAIL: Record<string, string> = {
	stop: '',
	collect: 'Where one fails, the failure takes its place.',
	skip: 'Items that fail are left out.'
};

function sayMap(step: Step, workflow: Workflow): string {
	const { max } = step.with;
	const concurrency = numberOr(step.with.concurrency, 4);
	const over = step.inputs['over'];
	const read = over === undefined ? null : parseRef(over);
	const list =
		read && 'ref' in read ? `For each item of ${sayReference(read.ref, workflow).words}` : 'For each item';
	const pace = concurrency === 1 ? 'one after another' : `${concurrency} at once`;
	const most = typeof max === 'number' && max < 1000 ? `, ${max} at most in all` : '';
	return [`${list}, ${pace}${most}.`, ON_FAIL[textOr(step.with.onFail, 'stop')]].filter(Boolean).join(' ');
}

function sayResult(step: Step, whose: string): string {
	const named = step.with['result'];
	if (typeof named !== 'string' || named === '') return '';
	return `What “${step.steps?.find((one) => one.id === named)?.title ?? named}” makes is ${whose} result.`;
}

/** A way on from a branch: what it is called, when it is taken, and the steps that run on it only. */
export interface Way {
	id: string;
	title: string;
	when: string;
	steps: Step[];
}

/**
 * The ways on from a branch, in the order in which they are tried, or from a review whose buttons open some; none for
 * any other step.
 */
export function waysOf(branch: Step, neighbours: readonly Step[]): Way[] {
	const on = (id: string) =>
		neighbours.filter((step) => step.when?.step === branch.id && step.when.route?.includes(id));
	if (branch.kind === 'review')
		return gateButtons(branch).flatMap(({ title, route }) =>
			route === null ? [] : [{ id: route, title, when: `“${title}” is pressed`, steps: on(route) }]
		);
	if (branch.kind !== 'branch') return [];
	const { routes, otherwise } = branch.with;
	const ways = (Array.isArray(routes) ? routes : []).flatMap((route): Way[] => {
		if (route === null || typeof route !== 'object' || Array.isArray(route)) return [];
		const { id, title, when } = route;
		if (typeof id !== 'string') return [];
		return [{ id, title: textOr(title, id), when: textOr(when, ''), steps: on(id) }];
	});
	if (typeof otherwise === 'string' && otherwise !== '')
		ways.push({ id: otherwise, title: otherwise, when: '', steps: on(otherwise) });
	return ways;
}

function numberOr(value: unknown, other: number): number {
	return typeof value === 'number' ? value : other;
}

function textOr(value: unknown, other: string): string {
	return typeof value === 'string' && value !== '' ? value : other;
}

const OUTCOME_WORDS = { done: 'is done', failed: 'has failed', skipped: 'was skipped' };

/** When a step runs at all, where that is not simply after what it waits for. */
export function sayReached(step: Step, neighbours: readonly Step[]): string[] {
	const said: string[] = [];
	if (step.when) {
		const { step: id, route, outcome } = step.when;
		const branch = neighbours.find((one) => one.id === id);
		const name = branch?.title ?? `“${id}”`;
		const ways = branch ? waysOf(branch, neighbours) : [];
		if (route) {
			const titles = route.map((one) => ways.find((way) => way.id === one)?.title ?? one);
			said.push(`Runs only when ${name} goes ${listed(titles, 'or')}.`);
		}
		if (outcome)
			said.push(
				`Runs only when ${name} ${listed(
					outcome.map((one) => OUTCOME_WORDS[one]),
					'or'
				)}.`
			);
	}
	if (step.join === 'any') said.push('Runs when at least one of the steps that it waits for is done.');
	return said;
}

/** What a step can do without, and what it takes instead. */
export function sayMissing(step: Step): string[] {
	const defaults = Object.entries(step.defaults ?? {});
	const without = (step.optional ?? []).filter((name) => !defaults.some(([other]) => other === name));
	return [
		...(without.length > 0 ? [`Can do without ${listed(without)}.`] : []),
		...defaults.map(([name, value]) => `Where ${name} is missing, it takes ${quoted(value)}.`)
	];
}

/** What is done after the last try has failed; empty where nothing is said. */
export function sayFallback(step: Step): string {
	const ways = (step.fallback ?? []).map(sayOne);
	return ways.length > 0 ? `When it fails: ${ways.join(', then ')}.` : '';
}

function sayOne(one: Fallback): string {
	switch (one.use) {
		case 'value':
			return `goes on with ${quoted(one.value)}`;
		case 'source':
			return `tries ${one.from} as ${one.input}`;
		case 'provider':
			return `tries ${one.provider}`;
		case 'person':
			return 'asks you';
		case 'without':
			return 'goes on without it';
	}
}

function quoted(value: Json): string {
	return typeof value === 'string' ? `“${value}”` : JSON.stringify(value);
}

/** How many steps are inside a step, at any depth. */
export function countInside(step: Step): number {
	return [...everyStep(step.steps ?? [])].length;
}
