import { everyStep, type Step, type Workflow } from '$lib/workflow';

/** Where a step stands in its document: `['steps', 2, 'steps', 0]`. */
export type StepPath = readonly (string | number)[];

type Steps = Pick<Workflow, 'steps'>;

/** Steps are put inside these by hand; a called workflow brings its own. */
const HOLDERS = ['map', 'loop'];

/** True for a step that takes other steps in. */
export function holdsSteps(step: Pick<Step, 'kind'>): boolean {
	return HOLDERS.includes(step.kind);
}

/** True where the list inside a step is shown: a block, or a step that still has what was inside it as one. */
export function showsInside(step: Pick<Step, 'kind' | 'steps'>): boolean {
	return holdsSteps(step) || (step.kind !== 'workflow' && (step.steps?.length ?? 0) > 0);
}

/** The steps of a list by its place, `['steps']` or `['steps', 2, 'steps']`; null when the place leads nowhere. */
export function listAt(draft: Steps, path: StepPath): Step[] | null {
	let list: Step[] | null = draft.steps;
	for (let at = 1; at < path.length; at += 2) list = list?.[Number(path[at])]?.steps ?? null;
	return list;
}

export function stepAt(draft: Steps, path: StepPath): Step | undefined {
	return listAt(draft, path.slice(0, -1))?.[Number(path.at(-1))];
}

/** The place of a step; null when there is none of that id. */
export function pathOf(draft: Steps, id: string): StepPath | null {
	for (const { step, path } of everyStep(draft.steps)) if (step.id === id) return path;
	return null;
}

/** The step that a place in the document belongs to, such as that of a problem; null outside the steps. */
export function ownerOf(path: StepPath): StepPath | null {
	let end = 0;
	while (path[end] === 'steps' && typeof path[end + 1] === 'number') end += 2;
	return end === 0 ? null : path.slice(0, end);
}

/** The blocks around a step or a list, the outermost first, each with its place. */
export function blocksAbove(draft: Steps, path: StepPath): { step: Step; path: StepPath }[] {
	const found: { step: Step; path: StepPath }[] = [];
	for (let end = 2; end < path.length; end += 2) {
		const step = stepAt(draft, path.slice(0, end));
		if (step) found.push({ step, path: path.slice(0, end) });
	}
	return found;
}

/** Puts a step at the end of a list, which a block may not have yet; its place. */
export function addStep(draft: Steps, list: StepPath, step: Step): StepPath {
	const block = list.length > 1 ? stepAt(draft, list.slice(0, -1)) : null;
	if (block) block.steps ??= [];
	const steps = listAt(draft, list);
	steps?.push(step);
	return [...list, (steps?.length ?? 1) - 1];
}

export function removeStep(draft: Steps, path: StepPath): Step | undefined {
	return listAt(draft, path.slice(0, -1))?.splice(Number(path.at(-1)), 1)[0];
}

/** Moves a step up or down among its neighbours; its new place. */
export function moveStep(draft: Steps, path: StepPath, by: 1 | -1): StepPath {
	const list = listAt(draft, path.slice(0, -1));
	const from = Number(path.at(-1));
	const to = from + by;
	if (!list?.[from] || to < 0 || to >= list.length) return path;
	const [step] = list.splice(from, 1);
	if (step) list.splice(to, 0, step);
	return [...path.slice(0, -1), to];
}

/** The block right before a step, which it can be moved into. */
export function blockBefore(draft: Steps, path: StepPath): Step | null {
	const before = listAt(draft, path.slice(0, -1))?.[Number(path.at(-1)) - 1];
	return before && holdsSteps(before) ? before : null;
}

/** Moves a step to the end of the block right before it; its new place. */
export function moveIn(draft: Steps, path: StepPath): StepPath {
	const block = blockBefore(draft, path);
	const step = block && removeStep(draft, path);
	if (!step) return path;
	return addStep(draft, [...path.slice(0, -1), Number(path.at(-1)) - 1, 'steps'], step);
}

/** Moves a step out of its block, to the place right after it; its new place. */
export function moveOut(draft: Steps, path: StepPath): StepPath {
	if (path.length < 4) return path;
	const block = path.slice(0, -2);
	const step = removeStep(draft, path);
	const list = listAt(draft, block.slice(0, -1));
	if (!step || !list) return path;
	const to = Number(block.at(-1)) + 1;
	list.splice(to, 0, step);
	return [...block.slice(0, -1), to];
}

/** An id that no step of the document has. */
export function freeId(draft: Steps, wanted: string): string {
	const taken = new Set([...everyStep(draft.steps)].map(({ step }) => step.id));
	let id = wanted;
	for (let n = 2; taken.has(id); n += 1) id = `${wanted}-${n}`;
	return id;
}

/** What a step at a place can refer to, the nearest first. */
export function offersAt(draft: Workflow, path: StepPath): string[] {
	const around = blocksAbove(draft, path).reverse();
	const mine = stepAt(draft, path)?.id;
	// Around a step: its neighbours, then those of the blocks that it is in, without these blocks themselves.
	const outer = around.flatMap((block) =>
		(listAt(draft, block.path.slice(0, -1)) ?? []).filter((step) => step.id !== block.step.id)
	);
	const steps = [
		...(listAt(draft, path.slice(0, -1)) ?? []).filter((step) => step.id !== mine),
		...outer
	].map((step) => `steps.${step.id}.output`);
	const has = (kind: string) => around.some((block) => block.step.kind === kind);
	return [
		...(has('map') ? ['item', 'map.number'] : []),
		...(has('loop') ? ['loop.last', 'loop.round'] : []),
		...steps,
		...draft.sources.map((source) => `sources.${source.id}`),
		...draft.inputs.map((input) => `inputs.${input.id}`),
		'run.date',
		'run.number'
	];
}
