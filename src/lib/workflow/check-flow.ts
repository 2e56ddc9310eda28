import type { Json } from '$lib/core';
import { isBlock, resultStep } from './blocks';
import { gateButtons, mayPass } from './gate';
import { ancestors } from './graph';
import { nearest, problemAt, type Problem } from './problem';
import type { Step } from './schema';
import type { Scope } from './scope';
import type { KindRules } from './validate';

type Path = (string | number)[];
type Kinds = ReadonlyMap<string, KindRules> | undefined;

/** Problems of how a step is reached, what it does without, and what is inside it. */
export function checkFlow(scope: Scope, step: Step, at: Path, kinds: Kinds): Problem[] {
	return [
		...checkWhen(scope, step, at),
		...checkNames(step, at),
		...checkBlock(step, at),
		...checkModel(step, at),
		...checkGate(scope, step, at, kinds),
		...checkButtons(scope, step, at),
		...checkAgain(step, at, kinds),
		...checkActsInside(step, at, kinds),
		...checkDefaultWay(step, at)
	];
}

function checkWhen(scope: Scope, step: Step, at: Path): Problem[] {
	const { when } = step;
	if (!when) return [];
	const target = scope.steps.find((one) => one.id === when.step);
	if (!target) {
		const ids = scope.steps.map((one) => one.id);
		const message = `“${step.title}” runs after “${when.step}”, which does not exist here.`;
		return [problemAt('when.unknown', message, [...at, 'when', 'step'], step, nearest(when.step, ids))];
	}
	const routes = routesOf(target);
	if (when.route && !routes) {
		const message = `“${step.title}” runs on a route of “${target.title}”, which is no branch.`;
		const hint = 'Name a step of kind branch, or a review whose buttons have routes.';
		return [problemAt('when.no-branch', message, [...at, 'when', 'route'], step, hint)];
	}
	return (when.route ?? [])
		.filter((route) => routes && !routes.includes(route))
		.map((route) =>
			problemAt(
				'when.route',
				`“${step.title}” runs on the route “${route}”, which “${target.title}” does not have.`,
				[...at, 'when', 'route'],
				step,
				nearest(route, routes ?? [])
			)
		);
}

/** Ids of the ways on from a branch, or from a review whose buttons open some; null for a step that has none. */
export function routesOf(step: Step): string[] | null {
	if (step.kind === 'review') {
		const ways = gateButtons(step).flatMap(({ route }) => (route === null ? [] : [route]));
		return ways.length > 0 ? [...new Set(ways)] : null;
	}
	if (step.kind !== 'branch') return null;
	const { routes, otherwise } = step.with;
	const ids = (Array.isArray(routes) ? routes : []).flatMap((route) =>
		route !== null && typeof route === 'object' && !Array.isArray(route) && typeof route['id'] === 'string'
			? [route['id']]
			: []
	);
	return typeof otherwise === 'string' ? [...ids, otherwise] : ids;
}

/**
 * The way of a branch that a value names, alone or as its member `route`: a person's answer in the branch's place, or a
 * default. Null where it names none.
 */
export function routeNamed(step: Step, value: Json): string | null {
	const named = value !== null && typeof value === 'object' && !Array.isArray(value) ? value['route'] : value;
	return routesOf(step)?.find((route) => route === named) ?? null;
}

/** A default in the place of a branch has to say which way the run goes, or it would go none. */
function checkDefaultWay(step: Step, at: Path): Problem[] {
	if (step.kind !== 'branch') return [];
	return (step.fallback ?? []).flatMap((one, index) =>
		one.use === 'value' && routeNamed(step, one.value) === null
			? [
					problemAt(
						'fallback.route',
						`The default of “${step.title}” names none of its ways, so the run would go none of them.`,
						[...at, 'fallback', index, 'value'],
						step,
						`Write one of ${(routesOf(step) ?? []).map((route) => `“${route}”`).join(', ')}.`
					)
				]
			: []
	);
}

function checkNames(step: Step, at: Path): Problem[] {
	const names = Object.keys(step.inputs);
	const wrong = (name: string, path: Path) =>
		names.includes(name)
			? []
			: [
					problemAt(
						'input.unknown',
						`“${step.title}” has no input “${name}”.`,
						path,
						step,
						nearest(name, names)
					)
				];
	return [
		...(step.optional ?? []).flatMap((name, index) => wrong(name, [...at, 'optional', index])),
		...Object.keys(step.defaults ?? {}).flatMap((name) => wrong(name, [...at, 'defaults', name])),
		...(step.fallback ?? []).flatMap((one, index) =>
			one.use === 'source' ? wrong(one.input, [...at, 'fallback', index, 'input']) : []
		)
	];
}

function checkBlock(step: Step, at: Path): Problem[] {
	if (step.kind === 'workflow') return [];
	const inner = step.steps ?? [];
	if (!isBlock(step)) {
		const hint = 'Move them out, or make the step a map or a loop.';
		const message = `“${step.title}” has steps inside, which only a map or a loop can have.`;
		return inner.length === 0 ? [] : [problemAt('block.not', message, [...at, 'steps'], step, hint)];
	}
	if (inner.length === 0) {
		const message = `“${step.title}” is a ${step.kind} with nothing inside.`;
		return [problemAt('block.empty', message, [...at, 'steps'], step, 'Add the steps that it repeats.')];
	}
	const named = step.with['result'];
	if (typeof named !== 'string' || resultStep(step)?.id === named) return [];
	const message = `“${step.title}” takes its result from “${named}”, which is not inside it.`;
	const ids = inner.map((one) => one.id);
	return [problemAt('block.result', message, [...at, 'with', 'result'], step, nearest(named, ids))];
}

function checkGate(scope: Scope, step: Step, at: Path, kinds: Kinds): Problem[] {
	if (!isActing(step, kinds)) return [];
	if (!hasGateBefore(scope, step, kinds, () => true)) {
		const message = `“${step.title}” acts, and no review comes before it.`;
		const hint = 'Put a review step between, and let this step need it.';
		return [problemAt('act.without-gate', message, at, step, hint)];
	}
	if (kinds?.get(step.kind)?.outside !== true || hasGateBefore(scope, step, kinds, (gate) => !mayPass(gate)))
		return [];
	const message = `“${step.title}” acts outside, and every review before it may let something pass without asking you.`;
	const hint = 'Let one of these reviews ask always, and not go on by itself when its time is up.';
	return [problemAt('act.gate-passes', message, at, step, hint)];
}

/** A button for changes may name the step that runs again. */
function checkButtons(scope: Scope, step: Step, at: Path): Problem[] {
	const ids = scope.steps.map((one) => one.id);
	return gateButtons(step).flatMap(({ title, revise }, index) =>
		revise === null || ids.includes(revise)
			? []
			: [
					problemAt(
						'button.step',
						`The button “${title}” of “${step.title}” leads back to “${revise}”, which does not exist here.`,
						[...at, 'with', 'buttons', index, 'revise'],
						step,
						nearest(revise, ids)
					)
				]
	);
}

function isActing(step: Step, kinds: Kinds): boolean {
	return step.job === 'act' || kinds?.get(step.kind)?.acts === true;
}

/** What acts outside is not tried again by itself, in no other way either. */
function checkAgain(step: Step, at: Path, kinds: Kinds): Problem[] {
	if (!isActing(step, kinds)) return [];
	return (step.fallback ?? []).flatMap((one, index) =>
		one.use === 'source' || one.use === 'provider'
			? [
					problemAt(
						'fallback.again',
						`“${step.title}” acts, so it is not tried again by itself after a failure.`,
						[...at, 'fallback', index],
						step,
						'Ask a person, go on without it, or take a default value.'
					)
				]
			: []
	);
}

/** What acted inside a block is not left behind by a fallback of the block: a person looks at what became of it. */
function checkActsInside(step: Step, at: Path, kinds: Kinds): Problem[] {
	if (step.kind === 'workflow' || !step.fallback?.length) return [];
	const acts = (inner: readonly Step[]): boolean =>
		inner.some((one) => isActing(one, kinds) || acts(one.steps ?? []));
	return acts(step.steps ?? [])
		? [
				problemAt(
					'fallback.acts',
					`Inside “${step.title}” something acts outside, so nothing is done instead of it by itself.`,
					[...at, 'fallback'],
					step,
					'Give fallbacks to the steps inside, or take the acting step out of the block.'
				)
			]
		: [];
}

/** A gate of that sort before a step; one before the block that the step is in counts too. */
function hasGateBefore(scope: Scope, step: Step, kinds: Kinds, counts: (gate: Step) => boolean): boolean {
	const upstream = ancestors(step.id, scope.needs);
	const isGate = (kind: string) => kind === 'review' || kinds?.get(kind)?.gate === true;
	if (scope.steps.some((other) => upstream.has(other.id) && isGate(other.kind) && counts(other))) return true;
	return scope.block !== null && hasGateBefore(scope.block.scope, scope.block.step, kinds, counts);
}

/** What a step says of its model has to fit what it may do; what says nothing has no effect, and is told. */
function checkModel(step: Step, at: Path): Problem[] {
	const { model, permissions } = step;
	if (!model) return [];
	const place = [...at, 'model'];
	const problems: Problem[] = [];
	if (model.tier && model.exact) {
		const message = `“${step.title}” names a size and one exact model; the exact one counts.`;
		problems.push(warning('model.both', message, [...place, 'tier'], step, 'Remove one of the two.'));
	}
	if (permissions.model === 'none') {
		const message = `“${step.title}” says which model it wants, and may not use any.`;
		problems.push(
			warning('model.none', message, place, step, 'Let it use a model under “May”, or remove this.')
		);
	}
	if (permissions.model === 'on-device' && model.privacy && model.privacy !== 'device') {
		const message = `“${step.title}” may use a model on this device only, so its privacy “${model.privacy}” has no effect.`;
		problems.push(
			warning(
				'model.privacy',
				message,
				[...place, 'privacy'],
				step,
				'Say “any” under “May”, or “device” here.'
			)
		);
	}
	return problems;
}

function warning(code: string, message: string, path: Path, step: Step, hint: string): Problem {
	return { ...problemAt(code, message, path, step, hint), severity: 'warning' };
}
