import { nameOfItem, type Result, type ValueRef } from '$lib/core';
import type { RunState, StepState } from '$lib/run';
import { SvelteMap } from 'svelte/reactivity';
import type { Content } from './context';

/** An item of a block, as a key. */
const keyOf = (block: string, index: number) => `${block}[${index}]`;

/**
 * Which items of blocks are unfolded: as the person left them, else the one that somebody is waited for in, so that its
 * question is on the page. A called workflow has one item only, which is unfolded while it is at work.
 */
export class Opening {
	readonly #chosen = new SvelteMap<string, boolean>();
	readonly #names = new SvelteMap<string, string[]>();
	readonly #run: () => RunState;
	readonly #first: string | null;
	readonly #byItself: readonly string[];

	/** What was waited for at the last look: it stays until it is settled, however many others wait by then. */
	#kept: string | null = null;

	constructor(run: () => RunState) {
		this.#run = run;
		this.#first = $derived((this.#kept = firstNeed(run(), this.#kept)));
		this.#byItself = $derived(this.#first === null ? [] : itemsAround(run(), this.#first));
	}

	isOpen(block: string, index: number): boolean {
		const key = keyOf(block, index);
		const chosen = this.#chosen.get(key);
		if (chosen !== undefined) return chosen;
		if (this.#byItself.includes(key)) return true;
		const step = this.#run().steps[block];
		return step?.def.kind === 'workflow' && step.status !== 'done';
	}

	set(block: string, index: number, open: boolean): void {
		this.#chosen.set(keyOf(block, index), open);
	}

	/** Unfolds everything around a step, so that it has a cell. */
	reveal(stepId: string): void {
		for (const key of itemsAround(this.#run(), stepId)) this.#chosen.set(key, true);
	}

	/** Reads the names of the items of a list, once. */
	async learn(list: ValueRef, read: (ref: ValueRef) => Promise<Result<Content>>): Promise<void> {
		if (this.#names.has(list.hash)) return;
		this.#names.set(list.hash, []);
		const found = await read(list);
		if (found.ok && Array.isArray(found.value))
			this.#names.set(
				list.hash,
				found.value.map((item) => nameOfItem(item))
			);
	}

	/** `Item 3 of 40 · Acme`, `Round 2`; of a called workflow its title. */
	sayItem({ block, index }: { block: string; index: number }): string {
		const step = this.#run().steps[block];
		if (!step) return '';
		if (step.def.kind === 'workflow') return step.def.title;
		if (step.def.kind === 'loop') return `Round ${index + 1}`;
		const name = this.nameOf(step, index);
		return `Item ${index + 1} of ${step.block?.count ?? 0}${name ? ` · ${name}` : ''}`;
	}

	/** The same with the title of the block, for where the block itself may be out of sight. */
	sayWhere(inside: { block: string; index: number }): string {
		const step = this.#run().steps[inside.block];
		const item = this.sayItem(inside);
		return !step || item === step.def.title
			? item
			: `${step.def.title} · ${item.toLowerCase().slice(0, 1)}${item.slice(1)}`;
	}

	nameOf({ block }: StepState, index: number): string {
		return (block?.list && this.#names.get(block.list.hash)?.[index]) ?? '';
	}
}

/** The step inside a block that somebody is waited for; null when a step at the top is waited for. */
function firstNeed(run: RunState, kept: string | null): string | null {
	let waiting: string | null = null;
	let failed: string | null = null;
	for (const id in run.steps) {
		const step = run.steps[id];
		if (step?.status === 'waiting') {
			if (!step.inside) return null;
			waiting = waiting === null || id === kept ? id : waiting;
		} else if (step?.inside && step.status === 'failed' && !step.flow.settled) {
			failed = failed === null || id === kept ? id : failed;
		}
	}
	return waiting ?? failed;
}

/** The items that a step lies in, the innermost first. */
function itemsAround(run: RunState, stepId: string): string[] {
	const keys: string[] = [];
	for (let inside = run.steps[stepId]?.inside ?? null; inside;) {
		keys.push(keyOf(inside.block, inside.index));
		inside = run.steps[inside.block]?.inside ?? null;
	}
	return keys;
}
