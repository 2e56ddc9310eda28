import {
	BUILT_IN,
	failure,
	hashOfJson,
	type ConfiguredModel,
	type Failure,
	type ProviderChoice
} from '$lib/core';
import { modelWish, type ModelWish } from '$lib/workflow';
import { lastAttempt, type RunState, type StepState } from './state';

/**
 * Which model answers. All of it follows from the frozen run, so it stands in this room and not beside the providers: what
 * is due depends on it, and a log says the same for ever.
 */

/** A model that could answer a step, with its place among those that could. */
export interface Rung extends Omit<ConfiguredModel, 'tier'> {
	/** Null for a model that is not in the run's list. */
	tier: ConfiguredModel['tier'] | null;
	/** 1 is asked first. */
	place: number;
	of: number;
	/** It is what the person chose, for the run or for this step; any other one is where the ladder led. */
	isChosen: boolean;
}

type Candidate = Omit<Rung, 'place' | 'of'>;

/** One hash for a place that a call goes to: consent to one server or model is none to another. */
export function targetOf(choice: ProviderChoice): string {
	return hashOfJson({ id: choice.id, config: choice.config });
}

/**
 * The models that could answer a step, in the order in which they are asked: the chosen one, then the rest of the list as
 * it was at the start, then, where the list ends with it, the built-in one. Only those that fit the size or name that the
 * definition wants, and of remote ones only where what the step sees may leave.
 */
export function rungsOf(state: RunState, step: StepState): Rung[] {
	const wish = modelWish(step.def, state.definition);
	if (!wish) return [];
	const fitting = candidates(state, step, wish);
	return fitting.map((one, index) => ({ ...one, place: index + 1, of: fitting.length }));
}

function candidates(state: RunState, step: StepState, wish: ModelWish): Candidate[] {
	const chosen = chosenOf(state, step);
	const isNear = (one: Candidate) =>
		one.choice.onDevice || (!step.ladder.onDevice && mayBeRemote(state, wish));
	// Runs of earlier releases have no ladder: the chosen model answers or fails.
	if (!state.ladder) return state.guard?.sealed ? [chosen].filter(isNear) : [chosen];
	// Named by the definition's own fallback, or by the person for this step.
	if (step.instead.provider) return [chosen].filter(isNear);
	const list = inOrder(state.ladder, chosen);
	const isNamed = step.ladder.person !== null;
	const fits = (one: Candidate) => (one === chosen && isNamed) || isWanted(one, wish);
	const found = list.filter((one) => isNear(one) && fits(one));
	const hasLast = state.ladder.lastResort === 'built-in' && !wish.exact;
	return !hasLast || found.some((one) => one.choice.id === BUILT_IN.id) ? found : [...found, builtIn()];
}

function mayBeRemote(state: RunState, wish: ModelWish): boolean {
	return wish.privacy !== 'device' && state.guard?.sealed !== true;
}

/**
 * The models of the run's list that a person may choose for this step: they may overrule the size or name that the
 * definition wants, and not where what the step sees may go.
 */
export function choicesFor(state: RunState, step: StepState): ConfiguredModel[] {
	const wish = modelWish(step.def, state.definition);
	if (!wish || !state.ladder) return [];
	return state.ladder.models.filter((one) => one.choice.onDevice || mayBeRemote(state, wish));
}

/** The chosen one first, once. */
function inOrder({ models }: NonNullable<RunState['ladder']>, chosen: Candidate): Candidate[] {
	const rest = models.filter((one) => one.id !== chosen.id).map((one) => ({ ...one, isChosen: false }));
	return [chosen, ...rest];
}

function isWanted(one: Candidate, { tier, exact }: ModelWish): boolean {
	if (exact) return one.id === exact || one.title === exact;
	return tier === null || one.tier === null || one.tier === tier;
}

/** What the person chose: for this step, or for the run. */
function chosenOf(state: RunState, step: StepState): Candidate {
	const choice = step.instead.provider ?? step.ladder.person ?? state.provider ?? BUILT_IN;
	const isChosen = step.instead.provider === null;
	const target = targetOf(choice);
	const listed = state.ladder?.models.find((one) => targetOf(one.choice) === target);
	if (listed) return { ...listed, isChosen };
	if (choice.id === BUILT_IN.id) return { ...builtIn(), isChosen };
	return { id: `chosen:${target.slice(0, 12)}`, title: choice.title, choice, tier: null, isChosen };
}

function builtIn(): Candidate {
	return { id: BUILT_IN.id, title: BUILT_IN.title, choice: BUILT_IN, tier: 'small', isChosen: false };
}

/** The model that is asked now: the first that could and was not found wanting. */
export function rungOf(state: RunState, step: StepState): Rung | null {
	return rungsOf(state, step).find((one) => !step.ladder.tried.includes(one.id)) ?? null;
}

/** The model that is asked when the present one cannot. */
export function rungAfter(state: RunState, step: StepState): Rung | null {
	const left = rungsOf(state, step).filter((one) => !step.ladder.tried.includes(one.id));
	return left[1] ?? null;
}

/** Failures that say nothing about the model: another one would fare no better, or nobody wants it to try. */
const NOT_THE_MODEL = new Set(['model.stopped', 'model.not-permitted']);

/** True for a failure which means that this model cannot, and another one might. */
export function isRungs({ code }: Failure): boolean {
	if (NOT_THE_MODEL.has(code)) return false;
	return /^(model|json|egress|label|consent|worker)\./.test(code) || code === 'step.timeout';
}

/** True when the newest failure leads to the next model, once its tries are used up. */
export function canSwitch(state: RunState, step: StepState): boolean {
	const why = lastAttempt(step)?.failure;
	return state.ladder !== null && Boolean(why && isRungs(why)) && rungAfter(state, step) !== null;
}

/** Why no model fits a step, for the person. */
export function noRung(state: RunState, step: StepState): Failure {
	const wish = modelWish(step.def, state.definition);
	const { title } = step.def;
	const chosen = state.provider?.title ?? BUILT_IN.title;
	if (state.guard?.sealed)
		return failure(
			'model.sealed',
			`This run is sealed, so “${title}” may use a model on this device only, and none of this run’s fits. Nothing was sent. Do the step by hand, or choose a model on this device in Settings and start a new run.`
		);
	if (wish?.privacy === 'device' && !wish.exact && !wish.tier)
		return failure(
			'model.not-on-device',
			`“${title}” may use a model on this device only, and ${chosen} is elsewhere. Nothing was sent. Choose another model and try again.`
		);
	const wanted = wish?.exact ? `the model “${wish.exact}”` : `a ${wish?.tier ?? ''} model`;
	const where = wish?.privacy === 'device' ? ' on this device' : '';
	return failure(
		'model.none-fits',
		`“${title}” wants ${wanted}${where}, and this run has none. Nothing was sent. Choose a model for this step here, or add one in Settings for later runs.`
	);
}

/** Failures of {@link noRung}, and of a model that wants to be left alone. */
const NOBODY_ASKED = new Set(['model.sealed', 'model.not-on-device', 'model.none-fits', 'model.away']);

/** True for a failure by which no model was asked: the way on is to choose one. */
export function noModelFits({ code }: Failure): boolean {
	return NOBODY_ASKED.has(code);
}

/** A standing answer of the person: what a workflow may, or may never, send to one place. */
export interface Standing {
	workflowId: string;
	/** See {@link targetOf}. */
	target: string;
	answer: 'allow' | 'never';
}

/** What the person has said about a call, if it leaves the device at all. */
export type Leave = 'stays' | 'chosen' | 'once' | 'workflow' | 'never' | 'ask';

/**
 * Whether a call may leave the device. `may-leave` covers the model that the person chose for the run; going on to
 * another remote one is asked about, unless the definition says `may-leave` outright. `ask` asks always. A standing
 * `never` wins over everything; an answer for once holds for the very bytes that it was given for. A run that was brought
 * in from a file names servers that somebody else chose, so there everything is asked about.
 */
export function leaveOf(
	state: RunState,
	step: StepState,
	rung: Rung,
	promptHash: string | null,
	standing: readonly Standing[]
): Leave {
	if (rung.choice.onDevice) return 'stays';
	const target = targetOf(rung.choice);
	const workflowId = state.definition?.id ?? '';
	const said = standing.filter((one) => one.workflowId === workflowId && one.target === target);
	if (said.some((one) => one.answer === 'never')) return 'never';
	if (!state.ladder && !state.imported) return 'chosen';
	if (said.length > 0) return 'workflow';
	const isLet = step.ladder.allowed.some(
		(one) => one.why === 'consent' && one.rung.id === rung.id && one.hash === promptHash
	);
	if (isLet) return 'once';
	const wish = modelWish(step.def, state.definition);
	if (!wish || wish.privacy === 'ask' || state.imported) return 'ask';
	return rung.isChosen || wish.isOutright ? 'chosen' : 'ask';
}
