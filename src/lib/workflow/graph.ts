import { parseRef } from './refs';
import { refsIn } from './template';
import type { Step, Workflow } from './schema';

/** What a step waits for. An optional one may have been skipped, or have failed for good, and the step runs without it. */
export interface Need {
	id: string;
	optional: boolean;
}

/** Kinds whose `steps` run inside them. A called workflow is a document of its own: nothing in it looks outside. */
const SEALED = 'workflow';

/**
 * What a step waits for, each once: its `needs`, the steps that its inputs, instructions and `when` refer to, and, for a
 * block, whatever the steps inside it refer to outside it.
 */
export function needsIn(step: Step): Need[] {
	const found = new Map<string, boolean>();
	const add = (id: string, optional: boolean) => found.set(id, optional && (found.get(id) ?? true));
	for (const id of step.needs) add(id, false);
	for (const [name, text] of Object.entries(step.inputs)) {
		const read = parseRef(text);
		if ('ref' in read && read.ref.root === 'steps') add(read.ref.id, mayBeMissing(step, name));
	}
	for (const ref of refsIn(step.instructions)) if (ref.root === 'steps') add(ref.id, false);
	for (const one of step.fallback ?? []) {
		const read = one.use === 'source' ? parseRef(one.from) : null;
		if (read && 'ref' in read && read.ref.root === 'steps') add(read.ref.id, true);
	}
	// How it ended is asked, so it may have ended in any way.
	if (step.when) add(step.when.step, true);
	if (step.steps && step.kind !== SEALED) {
		const inner = new Set(step.steps.map((one) => one.id));
		for (const one of step.steps)
			for (const need of needsIn(one)) if (!inner.has(need.id)) add(need.id, need.optional);
	}
	return [...found].map(([id, optional]) => ({ id, optional }));
}

/** True for an input that a step can do without. */
export function mayBeMissing(step: Step, input: string): boolean {
	return step.optional?.includes(input) === true || Object.hasOwn(step.defaults ?? {}, input);
}

/** Ids of the steps a step waits for. */
export function needsOf(step: Step): string[] {
	return needsIn(step).map((need) => need.id);
}

/** One cycle as a path that begins and ends with the same id, or null. */
export function findCycle(needs: ReadonlyMap<string, readonly string[]>): string[] | null {
	const done = new Set<string>();
	for (const start of needs.keys()) {
		const path: string[] = [];
		const onPath = new Set<string>();
		const cycle = walk(start, needs, done, path, onPath);
		if (cycle) return cycle;
	}
	return null;
}

/** Depth first without recursion, so that a chain of ten thousand steps is no problem. */
function walk(
	start: string,
	needs: ReadonlyMap<string, readonly string[]>,
	done: Set<string>,
	path: string[],
	onPath: Set<string>
): string[] | null {
	const stack: { id: string; next: number }[] = [];
	const enter = (id: string) => {
		stack.push({ id, next: 0 });
		path.push(id);
		onPath.add(id);
	};
	if (done.has(start)) return null;
	enter(start);
	while (stack.length > 0) {
		const top = stack[stack.length - 1];
		if (!top) break;
		const next = (needs.get(top.id) ?? [])[top.next];
		top.next += 1;
		if (next === undefined) {
			done.add(top.id);
			onPath.delete(top.id);
			path.pop();
			stack.pop();
		} else if (onPath.has(next)) {
			return [...path.slice(path.indexOf(next)), next];
		} else if (!done.has(next) && needs.has(next)) {
			enter(next);
		}
	}
	return null;
}

/** Needs by step id, in document order. With two steps of one id, the first counts. */
export function needsMap(steps: readonly Step[]): Map<string, string[]> {
	const map = new Map<string, string[]>();
	for (const step of steps) if (!map.has(step.id)) map.set(step.id, needsOf(step));
	return map;
}

/** Everything that is upstream of a step, the step itself left out. */
export function ancestors(id: string, needs: ReadonlyMap<string, readonly string[]>): Set<string> {
	const found = new Set<string>();
	const open = [...(needs.get(id) ?? [])];
	for (let next = open.pop(); next !== undefined; next = open.pop()) {
		if (found.has(next)) continue;
		found.add(next);
		open.push(...(needs.get(next) ?? []));
	}
	return found;
}

/** Everything downstream of a step, the step itself left out. */
export function descendants(id: string, needs: ReadonlyMap<string, readonly string[]>): Set<string> {
	const after = new Map<string, string[]>();
	for (const [step, list] of needs)
		for (const need of list) after.set(need, [...(after.get(need) ?? []), step]);
	return ancestors(id, after);
}

/** Steps in an order in which every need comes first; document order breaks ties. Steps on a cycle come last. */
export function inOrder(workflow: Pick<Workflow, 'steps'>): Step[] {
	const needs = needsMap(workflow.steps);
	const left = new Set(workflow.steps);
	const placed = new Set<string>();
	const order: Step[] = [];
	for (let moved = true; moved;) {
		moved = false;
		for (const step of left) {
			if ((needs.get(step.id) ?? []).some((need) => needs.has(need) && !placed.has(need))) continue;
			left.delete(step);
			placed.add(step.id);
			order.push(step);
			moved = true;
		}
	}
	return [...order, ...left];
}
