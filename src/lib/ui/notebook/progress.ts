import { blockRules, isThrough, type BlockState, type RunState, type StepState } from '$lib/run';
import { count } from '../format';
import type { ChipState } from '../state';

/** A state in a word and the colour that goes with it. */
export interface Said {
	word: string;
	state: ChipState;
}

/** What an item or round of a block is doing. */
export type ItemStatus =
	'pending' | 'running' | 'waiting' | 'sleeping' | 'failed' | 'rejected' | 'done' | 'ended';

/** What an item is told by, whatever else goes on in it. */
type Telling = 'failed' | 'waiting' | 'sleeping' | 'rejected';

/** By block, by number of the item: what in it needs somebody, waits for its time, or was rejected. */
export type Attention = ReadonlyMap<string, ReadonlyMap<number, Telling>>;

const WEIGHT: Record<Telling, number> = { rejected: 0, sleeping: 1, waiting: 2, failed: 3 };

/** One pass over the steps of a run, so that a list of a thousand items is told without looking at each for itself. */
export function attentionIn(run: RunState): Attention {
	const found = new Map<string, Map<number, Telling>>();
	for (const id in run.steps) {
		const step = run.steps[id];
		if (!step?.inside) continue;
		const what = needOf(step);
		if (!what) continue;
		for (let inside: StepState['inside'] = step.inside; inside;) {
			const around: StepState | undefined = run.steps[inside.block];
			if (!around?.block || inside.index >= around.block.next) break;
			const items = found.get(inside.block) ?? new Map<number, Telling>();
			const known = items.get(inside.index);
			if (!known || WEIGHT[what] > WEIGHT[known]) items.set(inside.index, what);
			found.set(inside.block, items);
			// A rejected item is done for those around it.
			inside = what === 'rejected' ? null : around.inside;
		}
	}
	return found;
}

function needOf(step: StepState): Telling | null {
	if (step.status === 'waiting' || step.status === 'sleeping') return step.status;
	if (step.status === 'skipped')
		return step.because === 'person' && step.decisions.at(-1)?.decision === 'rejected' ? 'rejected' : null;
	return step.status === 'failed' && !step.flow.settled ? 'failed' : null;
}

export function itemStatus(
	{ id, block }: StepState,
	index: number,
	attention: Attention,
	ended: boolean
): ItemStatus {
	const item = block?.items[index];
	if (!block || !item || index >= block.next) return ended ? 'ended' : 'pending';
	if (item.failed) return 'failed';
	const need = attention.get(id)?.get(index);
	if (need && need !== 'rejected') return need;
	if (item.open === 0) return need ?? 'done';
	return ended ? 'ended' : 'running';
}

export const SAID_ITEM: Record<ItemStatus, Said> = {
	pending: { word: 'Not begun', state: 'plain' },
	running: { word: 'Working', state: 'run' },
	waiting: { word: 'Waiting for you', state: 'wait' },
	sleeping: { word: 'Waiting for its time', state: 'plain' },
	failed: { word: 'Failed', state: 'bad' },
	rejected: { word: 'Rejected', state: 'plain' },
	done: { word: 'Done', state: 'ok' },
	ended: { word: 'Not run', state: 'plain' }
};

/** What is open in a paused run: nothing may look as if it worked that does not. */
export const PAUSED: Said = { word: 'Paused', state: 'wait' };

/** What a block that is open does: it works, or everything in it waits for somebody, or for its time. */
export function sayBlock({ id, block }: StepState, paused: boolean, attention: Attention): Said | null {
	if (!block || isThrough(block)) return null;
	if (paused) return PAUSED;
	if (block.active > 0) return SAID_ITEM.running;
	const told = [...(attention.get(id)?.values() ?? [])].filter((one) => one !== 'rejected');
	const [first] = told.sort((a, b) => WEIGHT[b] - WEIGHT[a]);
	return first ? SAID_ITEM[first] : SAID_ITEM.running;
}

/** Numbers of the items of a block that are in a state. */
export function itemsThat(
	step: StepState,
	wanted: ItemStatus,
	attention: Attention,
	ended: boolean
): number[] {
	const found: number[] = [];
	for (let index = 0; index < (step.block?.count ?? 0); index++)
		if (itemStatus(step, index, attention, ended) === wanted) found.push(index);
	return found;
}

/** What one pass through a block is called. */
export function passWord(kind: string): string {
	return kind === 'loop' ? 'round' : kind === 'map' ? 'item' : 'run';
}

/** How far a block is: `12 of 40 items, 2 failed, 3 waiting for you`. Empty while it is not open. */
export function sayProgress(step: StepState, attention: Attention, ended: boolean): string {
	const { block, def } = step;
	if (!block) return '';
	if (def.kind === 'loop') return sayRounds(step, block, ended);
	if (def.kind !== 'map') return '';
	if (block.count === 0) return 'the list is empty';
	const failed = itemsThat(step, 'failed', attention, ended).length;
	const waiting = itemsThat(step, 'waiting', attention, ended).length;
	const done = itemsThat(step, 'done', attention, ended).length;
	const rejected = itemsThat(step, 'rejected', attention, ended).length;
	return [
		done === block.count
			? count(block.count, 'item')
			: `${done.toLocaleString()} of ${count(block.count, 'item')}`,
		rejected > 0 && `${rejected.toLocaleString()} rejected`,
		failed > 0 && `${failed.toLocaleString()} failed`,
		waiting > 0 && `${waiting.toLocaleString()} waiting for you`
	]
		.filter(Boolean)
		.join(', ');
}

function sayRounds(step: StepState, block: BlockState, ended: boolean): string {
	const isOver = ended || step.status === 'done' || step.status === 'failed';
	const rounds = isOver
		? count(block.count, 'round')
		: `Round ${block.count} of at most ${blockRules(step.def).max}`;
	return block.because ? `${rounds}: ${block.because}` : rounds;
}
