import type { Workflow } from '$lib/workflow';
import { blockRules, isGivenUp } from './blocks';
import { coordsOf, localId } from './coords';
import { planOf, type Plan } from './plan';
import {
	freshStep,
	lastAttempt,
	type Because,
	type BlockState,
	type RunState,
	type StepState,
	type StepStatus,
	type Wait
} from './state';

/**
 * How a change of one step reaches the others: what may begin, what is skipped, which item is over, which one begins.
 * For the fold only. All of it follows from the events, so none of it is logged.
 */

/** What one event has set moving and is not settled yet. */
interface Wave {
	steps: StepState[];
	/** Blocks that may begin further items, each once. A list: most waves have none, and there is one wave for each event. */
	blocks: StepState[];
}

/** Puts the steps at the top of a run in their places. */
export function beginRun(state: RunState, definition: Workflow): void {
	const plan = planOf(definition);
	state.steps = {};
	state.front = { steps: new Set(), open: plan.steps.size, timed: new Set() };
	const wave: Wave = { steps: [], blocks: [] };
	enter(state, plan, null, wave);
	roll(state, wave);
}

/** Changes a step's status and everything that follows from it. */
export function setStatus(
	state: RunState,
	step: StepState,
	status: StepStatus,
	because: Because | null = null
): void {
	noteWait(step, status, state.updatedAt);
	step.status = status;
	step.because = status === 'skipped' ? because : null;
	roll(state, { steps: [step], blocks: [] });
}

const WAITS_FOR: Partial<Record<StepStatus, Wait['for']>> = { waiting: 'person', sleeping: 'clock' };

/** Keeps when a step began to wait and when that was over, before its status becomes another. */
export function noteWait(step: StepState, next: StepStatus, at: number): void {
	if (next === step.status) return;
	if (WAITS_FOR[step.status]) {
		step.waits = step.waits.map((wait) =>
			wait.to === null ? { ...wait, to: Math.max(wait.from, at) } : wait
		);
	}
	const what = WAITS_FOR[next];
	if (what) step.waits = [...step.waits, { for: what, from: at, to: null }];
}

/** Begins a block: as many items as may be worked at together, at once. */
export function openBlock(state: RunState, step: StepState, block: BlockState): void {
	step.block = block;
	for (let index = block.items.length; index < block.count; index++)
		block.items.push({ open: 0, busy: 0, failed: false });
	roll(state, { steps: [step], blocks: [step] });
}

/** Begins the next round of a loop. */
export function nextRound(state: RunState, step: StepState): void {
	if (!step.block) return;
	step.block.count += 1;
	step.block.items.push({ open: 0, busy: 0, failed: false });
	roll(state, { steps: [step], blocks: [step] });
}

/** Lets go of a block that has to be gone through anew; what happened inside stays to be read. */
export function dropBlock(state: RunState, step: StepState): void {
	const { block } = step;
	if (!block) return;
	step.block = null;
	for (let index = 0; index < block.next; index++) {
		for (const id of planOf(step.def).steps.keys()) {
			const inner = state.steps[coordsOf({ block: step.id, index }, id)];
			if (!inner) continue;
			dropBlock(state, inner);
			state.front.steps.delete(inner.id);
			if (inner.flow.busy) bump(state, inner, 'busy', -1, null);
			if (inner.flow.stuck) bump(state, inner, 'stuck', -1, null);
			inner.flow = { ...inner.flow, ready: false, settled: true, busy: false, stuck: false };
			if (inner.status !== 'done' && inner.status !== 'failed') leave(state, inner);
		}
	}
}

/** Nobody waits for what a step is at any more. What may have gone out stays open until that is known. */
export function breakOff(step: StepState, at: number): void {
	const open = lastAttempt(step);
	if (open?.status !== 'running' || open.intent) return;
	open.status = 'interrupted';
	open.endedAt = at;
}

/** What is left of an item that is over goes with it. */
function leave(state: RunState, step: StepState): void {
	breakOff(step, state.updatedAt);
	noteWait(step, 'skipped', state.updatedAt);
	state.front.timed.delete(step.id);
	step.status = 'skipped';
	step.because = 'item';
	step.request = null;
	step.asked = null;
}

/** True when every item of a block has ended. */
export function isThrough(block: BlockState): boolean {
	return block.next === block.count && block.ended === block.count;
}

function roll(state: RunState, wave: Wave): void {
	for (;;) {
		const step = wave.steps.pop();
		if (step) {
			pass(state, step, wave);
			continue;
		}
		const block = wave.blocks.shift();
		if (!block) return;
		refill(state, block, wave);
	}
}

/** Tells the followers of a step whether it has ended, and its item and block too. */
function pass(state: RunState, step: StepState, wave: Wave): void {
	const plan = planAround(state, step);
	const settled = isSettled(state, step, plan);
	if (settled !== step.flow.settled) {
		step.flow.settled = settled;
		for (const id of plan?.followers.get(localId(step.id)) ?? []) {
			const follower = state.steps[coordsOf(step.inside, id)];
			if (!follower) continue;
			follower.flow.missing += settled ? -1 : 1;
			reach(state, follower, plan, wave);
		}
		count(state, step, settled ? -1 : 1, wave);
	}
	const stuck = step.status === 'failed' && !settled;
	if (stuck !== step.flow.stuck) {
		step.flow.stuck = stuck;
		bump(state, step, 'stuck', stuck ? 1 : -1, wave);
	}
	place(state, step, wave);
}

function isSettled(state: RunState, step: StepState, plan: Plan | null): boolean {
	if (step.status === 'done' || step.status === 'skipped') return true;
	if (step.status !== 'failed') return false;
	if (step.without || plan?.answered.has(localId(step.id))) return true;
	const block = step.inside && state.steps[step.inside.block];
	return block ? blockRules(block.def).onFail !== 'stop' : false;
}

/** Looks whether a step may begin, or never will. */
function reach(state: RunState, step: StepState, plan: Plan | null, wave: Wave): void {
	step.flow.ready = false;
	if (step.status === 'pending' && step.flow.missing === 0) {
		const because = whyNot(state, step, plan);
		if (because) {
			step.status = 'skipped';
			step.because = because;
			wave.steps.push(step);
			return;
		}
		step.flow.ready = true;
	}
	place(state, step, wave);
}

/** Why a step whose needs have all ended is skipped, or null when it may begin. */
function whyNot(state: RunState, step: StepState, plan: Plan | null): Because | null {
	const at = (id: string) => state.steps[coordsOf(step.inside, id)];
	const { when, join } = step.def;
	if (when) {
		const before = at(when.step);
		if (when.route && !when.route.includes(before?.route ?? '')) return 'route';
		const how = before?.status;
		// A button that says no may open a way of its own: the gate is skipped then, and has a route all the same.
		const onRoute = before?.def.kind === 'review' ? ['done', 'skipped'] : ['done'];
		const wanted: readonly string[] = when.outcome ?? (when.route ? onRoute : ['done', 'failed', 'skipped']);
		if (!how || !wanted.includes(how)) return 'route';
	}
	let [waited, done] = [false, false];
	for (const need of plan?.needs.get(localId(step.id)) ?? []) {
		if (need.id === when?.step) continue;
		waited = true;
		if (at(need.id)?.status === 'done') done = true;
		else if (join !== 'any' && !need.optional) return 'need';
	}
	return join === 'any' && waited && !done ? 'need' : null;
}

/** Keeps the front: steps that can be begun, run, sleep, and blocks that are through. */
function place(state: RunState, step: StepState, wave: Wave): void {
	const atFront =
		step.status === 'sleeping' ||
		(step.status === 'running' && (!step.block || isThrough(step.block) || isGivenUp(step))) ||
		(step.status === 'pending' && step.flow.ready);
	if (atFront) state.front.steps.add(step.id);
	else state.front.steps.delete(step.id);
	const busy = atFront && step.status !== 'sleeping';
	if (busy === step.flow.busy) return;
	step.flow.busy = busy;
	bump(state, step, 'busy', busy ? 1 : -1, wave);
}

/** Counts a step in, or out of, everything around it that is not over. */
function count(state: RunState, step: StepState, by: 1 | -1, wave: Wave): void {
	if (!step.inside) {
		state.front.open += by;
		return;
	}
	const around = state.steps[step.inside.block];
	const item = around?.block?.items[step.inside.index];
	if (!around?.block || !item) return;
	item.open += by;
	if (by === -1 && step.status === 'failed' && !step.without) failItem(state, around, step, wave);
	if (item.open === 0) around.block.ended += 1;
	else if (item.open === 1 && by === 1) around.block.ended -= 1;
	tend(wave, around);
	wave.steps.push(around);
}

/**
 * With a rule that goes on after a failed item, the rest of that item is left; what may have gone out is asked about all
 * the same. A failure that was answered is none.
 */
function failItem(state: RunState, around: StepState, step: StepState, wave: Wave): void {
	const item = around.block?.items[step.inside?.index ?? -1];
	if (!item || item.failed || planOf(around.def).answered.has(localId(step.id))) return;
	item.failed = true;
	for (const id of planOf(around.def).steps.keys()) {
		const other = state.steps[coordsOf(step.inside, id)];
		if (!other || other.status === 'running' || other.flow.settled || other === step) continue;
		if (other.asked?.why === 'unknown') continue;
		leave(state, other);
		wave.steps.push(other);
	}
}

/** Counts up or down in every item around a step. */
function bump(state: RunState, step: StepState, what: 'busy' | 'stuck', by: number, wave: Wave | null): void {
	for (let { inside } = step; inside;) {
		const around = state.steps[inside.block];
		if (!around) return;
		const { block } = around;
		const item = block?.items[inside.index];
		if (block && what === 'stuck') block.stuck += by;
		if (block && item && what === 'busy') {
			const was = item.busy > 0;
			item.busy += by;
			if (was !== item.busy > 0) block.active += was ? -1 : 1;
		}
		if (block && wave) tend(wave, around);
		inside = around.inside;
	}
}

function tend(wave: Wave, block: StepState): void {
	if (!wave.blocks.includes(block)) wave.blocks.push(block);
}

/** Begins items while there is room. */
function refill(state: RunState, step: StepState, wave: Wave): void {
	const { block } = step;
	if (!block || step.status !== 'running') return;
	const { concurrency, onFail } = blockRules(step.def);
	while (
		block.next < block.count &&
		block.active < concurrency &&
		!(onFail === 'stop' && block.stuck > 0) &&
		wave.steps.length === 0
	) {
		const index = block.next;
		block.next += 1;
		const plan = planOf(step.def);
		const item = block.items[index];
		if (item) item.open = plan.steps.size;
		enter(state, plan, { block: step.id, index }, wave);
	}
	if (wave.steps.length > 0 && block.next < block.count) tend(wave, step);
	place(state, step, wave);
}

/** Puts the steps of a list in their places. Those that were there before (the block is gone through anew) go on. */
function enter(state: RunState, plan: Plan, inside: StepState['inside'], wave: Wave): void {
	const entered: StepState[] = [];
	for (const def of plan.steps.values()) {
		const id = coordsOf(inside, def.id);
		const before = state.steps[id];
		const step = freshStep(id, def, inside);
		if (before) {
			const { attempts, decisions, foreign, answers, changed } = before;
			Object.assign(step, { attempts, decisions, foreign, answers, changed, revision: before.revision + 1 });
		}
		step.flow.missing = plan.needs.get(def.id)?.length ?? 0;
		state.steps[id] = step;
		entered.push(step);
	}
	for (const step of entered) if (step.flow.missing === 0) reach(state, step, plan, wave);
}

function planAround(state: RunState, step: StepState): Plan | null {
	if (step.inside) {
		const around = state.steps[step.inside.block];
		return around ? planOf(around.def) : null;
	}
	return state.definition ? planOf(state.definition) : null;
}

/** Steps that see each other with one: those of its list, in its item. */
export function siblingsOf(state: RunState, step: StepState): StepState[] {
	const plan = planAround(state, step);
	return [...(plan?.steps.keys() ?? [])].flatMap((id) => state.steps[coordsOf(step.inside, id)] ?? []);
}

/** Ids of the steps that a step waits for. */
export function needsOf(state: RunState, step: StepState): string[] {
	const needs = planAround(state, step)?.needs.get(localId(step.id)) ?? [];
	return needs.map((need) => need.id);
}

/** What the steps around one wait for, by id. */
export function needsAround(state: RunState, step: StepState): Map<string, string[]> {
	const plan = planAround(state, step);
	return new Map([...(plan?.needs ?? [])].map(([id, needs]) => [id, needs.map((need) => need.id)]));
}

/** Looks anew at steps that were made pending again. */
export function reopen(state: RunState, steps: readonly StepState[]): void {
	const wave: Wave = { steps: [...steps], blocks: [] };
	roll(state, wave);
	for (const step of steps) reach(state, step, planAround(state, step), wave);
	roll(state, wave);
}
