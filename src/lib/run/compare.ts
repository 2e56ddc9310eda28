import { BUILT_IN, sameJson, type GivenNote, type Json, type ProviderChoice, type ValueRef } from '$lib/core';
import { inOrder, type Step } from '$lib/workflow';
import { seenBy, seenByTitle, seesInput, seesSource, stepsSeen, type Seen } from './compare-sees';
import { lastAttempt, type AttemptState, type RunState, type StepState } from './state';

/**
 * Why two runs differ, as far as their logs can say. A cause is named only where both logs hold the thing and it is not
 * the same; where everything recorded is equal and the results are not, a model was asked twice (`sampling`) or nobody
 * can say (`unknown`).
 */
export type Cause =
	| { kind: 'input'; id: string; title: string; before: Json | null; after: Json | null }
	/** Names of files or texts; `changed` has the same name and other bytes. */
	| { kind: 'source'; id: string; title: string; added: string[]; removed: string[]; changed: string[] }
	/** Members of the step's definition that differ, such as `instructions`. */
	| { kind: 'definition'; stepId: string; title: string; members: string[] }
	| { kind: 'notes'; stepId: string; title: string; added: GivenNote[]; removed: GivenNote[] }
	| { kind: 'model'; stepId: string; title: string; before: string; after: string }
	/** The same model with other settings, such as its temperature; their names. */
	| { kind: 'model-settings'; stepId: string; title: string; members: string[] }
	/** A person decided, edited, answered or sent back otherwise. */
	| { kind: 'person'; stepId: string; title: string }
	/** A fact of the run itself that the step looks at, such as its date; `title` is in every prompt. */
	| { kind: 'run'; field: string; before: Json; after: Json }
	| { kind: 'sampling'; stepId: string; title: string }
	| { kind: 'unknown'; stepId: string; title: string };

/** A step at the top in two runs. */
export interface ComparedStep {
	id: string;
	title: string;
	/** `open`: at least one of the two has no output yet, and both have the step. */
	state: 'same' | 'different' | 'only-before' | 'only-after' | 'open';
	before: ValueRef | null;
	after: ValueRef | null;
	/** Why its output differs, beside what comes from earlier steps. */
	causes: Cause[];
	/** Ids of earlier steps that it looks at and whose outputs differ. */
	upstream: string[];
	/** A flag or a missed note in either. */
	flagged: boolean;
}

export interface Comparison {
	/** In the order of the later definition; steps that only the earlier one has come last. */
	steps: ComparedStep[];
	/** Every cause of a different output, once each. */
	causes: Cause[];
	/** What differs and changed no output that both have. */
	idle: Cause[];
}

/** Compares two runs, of one workflow as a rule: `before` is the older one. */
export function compareRuns(before: RunState, after: RunState): Comparison {
	const given = [...inputCauses(before, after), ...sourceCauses(before, after)];
	const differing = new Set<string>();
	const steps: ComparedStep[] = [];
	const idle: Cause[] = [];
	const order = inOrder({ steps: after.definition?.steps ?? [] });
	for (const def of order) {
		const [old, now] = [before.steps[def.id], after.steps[def.id]];
		if (!now) continue;
		const upstream = [...stepsSeen(def)].filter((id) => differing.has(id));
		const found = old ? causesOf(old, now, before, after, given) : [];
		const state = old ? stateOf(old.output, now.output) : 'only-after';
		if (state === 'different' || state === 'only-after') differing.add(def.id);
		const isDifferent = state === 'different';
		if (!isDifferent) idle.push(...found);
		steps.push({
			...{ id: def.id, title: def.title, state, upstream },
			...{ before: old?.output ?? null, after: now.output },
			causes: isDifferent ? orUnexplained(found, upstream, [old, before], [now, after]) : [],
			flagged: isFlagged(old) || isFlagged(now)
		});
	}
	for (const def of before.definition?.steps ?? []) {
		if (after.steps[def.id]) continue;
		const old = before.steps[def.id];
		steps.push({
			...{ id: def.id, title: def.title, state: 'only-before', upstream: [], causes: [] },
			...{ before: old?.output ?? null, after: null, flagged: isFlagged(old) }
		});
	}
	const causes = once(steps.flatMap((step) => step.causes));
	const isNamed = (cause: Cause) => causes.some((one) => sameJson(one, cause));
	return { steps, causes, idle: once([...idle, ...given]).filter((cause) => !isNamed(cause)) };
}

function stateOf(before: ValueRef | null, after: ValueRef | null): ComparedStep['state'] {
	if (!before || !after) return 'open';
	return before.hash === after.hash ? 'same' : 'different';
}

function orUnexplained(
	found: Cause[],
	upstream: readonly string[],
	[old, before]: [StepState | undefined, RunState],
	[now, after]: [StepState, RunState]
): Cause[] {
	if (found.length > 0 || upstream.length > 0 || !old) return found;
	const [was, is] = [askedIn(old, before), askedIn(now, after)];
	// The built-in model says the same each time, and no chance makes one key of everything that goes in into another.
	const isChance = [was, is].every(({ first }) => first !== null && first.id !== BUILT_IN.id);
	const isSame = was.keys.length !== is.keys.length || sameJson(was.keys, is.keys);
	return [{ kind: isChance && isSame ? 'sampling' : 'unknown', stepId: now.id, title: now.def.title }];
}

/** What differs in what one step was given, whether or not that changed anything. */
function causesOf(
	old: StepState,
	now: StepState,
	before: RunState,
	after: RunState,
	given: readonly Cause[]
): Cause[] {
	const about = { stepId: now.id, title: now.def.title };
	const seen = seenBy(now.def);
	const causes = given.filter((cause) => isSeen(cause, now.def, seen));
	const members = changedMembers(old.def, now.def);
	if (members.length > 0) causes.push({ kind: 'definition', ...about, members });
	const [was, is] = [askedIn(old, before), askedIn(now, after)];
	const added = without(is.notes, was.notes);
	const removed = without(was.notes, is.notes);
	if (added.length + removed.length > 0) causes.push({ kind: 'notes', ...about, added, removed });
	if (was.first && is.first) causes.push(...modelCauses(was, is, about));
	if (!sameJson(personIn(old, now), personIn(now, old))) causes.push({ kind: 'person', ...about });
	causes.push(...factCauses(seen, before, after));
	if (seen.some(({ root }) => root === 'title')) causes.push(...titleCauses(before, after, given));
	return once(causes);
}

function inputCauses(before: RunState, after: RunState): Cause[] {
	const ids = new Set([...Object.keys(before.inputs), ...Object.keys(after.inputs)]);
	return [...ids].flatMap((id): Cause[] => {
		const [was, is] = [before.inputs[id] ?? null, after.inputs[id] ?? null];
		if (sameJson(was, is)) return [];
		const title = after.definition?.inputs.find((one) => one.id === id)?.title ?? id;
		return [{ kind: 'input', id, title, before: was, after: is }];
	});
}

function sourceCauses(before: RunState, after: RunState): Cause[] {
	const ids = new Set([...Object.keys(before.sources), ...Object.keys(after.sources)]);
	return [...ids].flatMap((id): Cause[] => {
		const was = without(before.sources[id] ?? [], after.sources[id] ?? []);
		const is = without(after.sources[id] ?? [], before.sources[id] ?? []);
		if (was.length + is.length === 0) return [];
		const title = after.definition?.sources.find((one) => one.id === id)?.title ?? id;
		const [gone, come] = [was.map(nameOf), is.map(nameOf)];
		return [
			{
				...{ kind: 'source', id, title },
				added: come.filter((name) => !gone.includes(name)),
				removed: gone.filter((name) => !come.includes(name)),
				changed: come.filter((name) => gone.includes(name))
			}
		];
	});
}

function nameOf(ref: ValueRef): string {
	return ref.name ?? 'unnamed';
}

/** Those of a list that the other one does not have, by hash and name, which a step is told, or by what a note says. */
function without<T extends ValueRef | GivenNote>(list: readonly T[], other: readonly T[]): T[] {
	const key = (one: T) => ('hash' in one ? `${one.hash} ${one.name ?? ''}` : one.instruction);
	const has = new Set(other.map(key));
	return list.filter((one) => !has.has(key(one)));
}

function isSeen(cause: Cause, def: Step, seen: readonly Seen[]): boolean {
	if (cause.kind === 'input') return seesInput(seen, cause.id);
	return cause.kind === 'source' && seesSource(def, seen, cause.id);
}

/** Facts of the run itself that are looked at and differ. */
function factCauses(seen: readonly Seen[], before: RunState, after: RunState): Cause[] {
	return seen.flatMap((ref): Cause[] => {
		if (ref.root !== 'run' || before[ref.field] === after[ref.field]) return [];
		return [{ kind: 'run', field: ref.field, before: before[ref.field], after: after[ref.field] }];
	});
}

/** Why the titles differ: by what they are made of, or because somebody called the run something else. */
function titleCauses(before: RunState, after: RunState, given: readonly Cause[]): Cause[] {
	if (before.title === after.title) return [];
	const seen = [...seenByTitle(before), ...seenByTitle(after)];
	const named = [
		...given.filter((cause) => cause.kind === 'input' && seesInput(seen, cause.id)),
		...factCauses(seen, before, after)
	];
	return named.length > 0
		? named
		: [{ kind: 'run', field: 'title', before: before.title, after: after.title }];
}

function modelCauses(was: Asked, is: Asked, about: { stepId: string; title: string }): Cause[] {
	const isTold = was.told !== '' && is.told !== '' && was.told !== is.told;
	if (was.model !== is.model || isTold)
		return [{ kind: 'model', ...about, before: was.shown, after: is.shown }];
	const [one, other] = [was.first?.config ?? {}, is.first?.config ?? {}];
	const members = [...new Set([...Object.keys(one), ...Object.keys(other)])].filter(
		(name) => !sameJson(one[name] ?? null, other[name] ?? null)
	);
	return members.length > 0 ? [{ kind: 'model-settings', ...about, members }] : [];
}

/** The pauses between tries say nothing about a result, nor does a title, but for a prompt, which names the step. */
const SAYS_NOTHING = new Set(['retry', 'timeoutSeconds', 'reuse', 'needs']);

function changedMembers(before: Step, after: Step): string[] {
	const [was, is] = [before, after] as unknown as Record<string, Json>[];
	const names = new Set([...Object.keys(was ?? {}), ...Object.keys(is ?? {})]);
	const counts = (name: string) => !SAYS_NOTHING.has(name) && (name !== 'title' || after.kind === 'model');
	return [...names].filter((name) => counts(name) && !sameJson(was?.[name], is?.[name]));
}

interface Asked {
	/** The provider that was asked first; null where no model was asked. */
	first: ProviderChoice | null;
	/** Which models were asked, as what they called themselves, and how that is shown. */
	model: string;
	told: string;
	shown: string;
	notes: GivenNote[];
	/** Everything that went in, as far as it was logged. */
	keys: string[];
}

/** What the attempts of a step that count had to do with; of a block those of the steps inside it. */
function askedIn(step: StepState, run: RunState): Asked {
	const inside = Object.values(run.steps).filter((other) => other.id.startsWith(`${step.id}[`));
	const attempts = [step, ...inside].flatMap((one) => lastAttempt(one) ?? []);
	const asked = attempts.filter((attempt): attempt is AttemptState => attempt.provider !== null);
	const all = (say: (attempt: AttemptState) => string) => [...new Set(asked.map(say))].sort().join(', ');
	return {
		first: asked[0]?.provider ?? null,
		model: all(({ provider }) => `${provider?.id ?? ''} ${wanted(provider)}`),
		told: all(({ model }) => model ?? ''),
		shown: all(sayModel),
		notes: attempts.flatMap((attempt) => attempt.given),
		keys: asked.flatMap(({ key }) => key ?? [])
	};
}

function wanted(provider: ProviderChoice | null): string {
	const name = provider?.config['model'];
	return typeof name === 'string' ? name : '';
}

/** A server may answer with another version than the one that was asked for. */
function sayModel({ provider, model }: AttemptState): string {
	const name = wanted(provider);
	const told = model !== null && model !== provider?.id && model !== name ? model : '';
	return [provider?.title ?? '', name, told].filter(Boolean).join(' · ');
}

/**
 * What a person had to do with a step's output, as far as it can be told apart from what they were shown: where the drafts
 * differ, that somebody edited both of them is no difference.
 */
function personIn(step: StepState, other: StepState): Json {
	const said = step.decisions.map(({ decision, reason, reviewed, draft, route = '' }, index) => {
		const isEdited = reviewed !== undefined && reviewed.hash !== draft.hash;
		const sameDraft = other.decisions[index]?.draft.hash === draft.hash;
		return [
			decision === 'approved-with-edits' ? 'approved' : decision,
			decision === 'changes' ? reason : '',
			isEdited ? (sameDraft ? reviewed.hash : 'edited') : '',
			route
		];
	});
	return {
		said,
		feedback: step.feedback?.reason ?? '',
		answers: step.answers.map((answer) => answer.output.hash),
		skipped: step.because === 'person'
	};
}

function isFlagged(step: StepState | undefined): boolean {
	const attempt = step && lastAttempt(step);
	if (!attempt) return false;
	return attempt.flags.length > 0 || attempt.verdicts.some((one) => one.verdict === 'missed');
}

function once(causes: readonly Cause[]): Cause[] {
	return causes.filter((cause, index) => causes.findIndex((one) => sameJson(one, cause)) === index);
}
