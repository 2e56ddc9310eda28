import type { KindInfo } from '$lib/app';
import { toast } from '$lib/ui';
import { tick } from 'svelte';
import type { WorkflowEditor } from './editor.svelte';
import { newStep } from './filled';
import { countInside } from './flow-words';
import { renameStep } from './rename';
import { addStep, moveIn, moveOut, moveStep, removeStep, stepAt, type StepPath } from './step-tree';

/** The id of the field that belongs to a place in the document; a problem leads there. */
export function fieldId(path: StepPath): string {
	return ['f', ...path].join('.');
}

/** The list of steps on the screen: which forms are open, and what is done to whole steps. */
export class Outline {
	/** Ids of the steps whose forms are open. */
	open = $state.raw<readonly string[]>([]);
	/** The list that a step is being chosen for. */
	picking = $state.raw<StepPath | null>(null);
	#editor: WorkflowEditor;

	constructor(editor: WorkflowEditor) {
		this.#editor = editor;
	}

	toggle(id: string): void {
		this.open = this.open.includes(id) ? this.open.filter((one) => one !== id) : [...this.open, id];
	}
	reveal(id: string): void {
		if (!this.open.includes(id)) this.open = [...this.open, id];
	}
	async add(kind: KindInfo): Promise<void> {
		const list = this.picking;
		this.picking = null;
		if (!list) return;
		const step = newStep(kind, this.#editor.draft, list);
		let path: StepPath = list;
		this.#editor.edit(`add ${step.id}`, (copy) => (path = addStep(copy, list, step)));
		this.reveal(step.id);
		await focus([...path, 'title']);
	}
	rename(from: string, to: string): void {
		this.open = this.open.map((id) => (id === from ? to : id));
		this.#editor.edit('rename', (copy) => renameStep(copy, from, to));
	}
	remove(path: StepPath): void {
		const step = stepAt(this.#editor.draft, path);
		if (!step) return;
		const inside = countInside(step);
		const lost =
			inside === 0 ? '' : inside === 1 ? ', with the step inside it' : `, with the ${inside} steps inside it`;
		this.#editor.edit(`remove ${Date.now()}`, (copy) => removeStep(copy, path));
		toast(`“${step.title}” is removed from the draft${lost}.`, () => this.#editor.undo());
	}
	move(path: StepPath, by: 1 | -1): Promise<void> {
		return this.#moved((copy) => moveStep(copy, path, by));
	}
	moveIn(path: StepPath): Promise<void> {
		return this.#moved((copy) => moveIn(copy, path));
	}
	moveOut(path: StepPath): Promise<void> {
		return this.#moved((copy) => moveOut(copy, path));
	}
	/** The focus goes along with the step, so that it can be moved on by keys. */
	async #moved(change: (copy: WorkflowEditor['draft']) => StepPath): Promise<void> {
		let path: StepPath = [];
		this.#editor.edit('move', (copy) => (path = change(copy)));
		await focus(path);
	}
}

async function focus(path: StepPath): Promise<void> {
	await tick();
	document.getElementById(fieldId(path))?.focus();
}
