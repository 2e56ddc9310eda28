import { checkWorkflow, saveWorkflow, workflowFromYaml, workflowToYaml } from '$lib/app';
import { sameJson, type Failure, type Result } from '$lib/core';
import type { Problem, Step, Workflow, WorkflowRow } from '$lib/workflow';
import { copyOf, filled } from './filled';
import { stepAt, type StepPath } from './step-tree';

/** Edits of one field within this time are one step of undo. */
const ONE_EDIT_MS = 1500;
const CHECK_AFTER_MS = 200;
const KEPT = 200;

/**
 * A workflow being edited: the draft, what is wrong with it, undo and redo, and its YAML. Nothing is stored until
 * `save`. Drafts are never changed in place, so that undo is keeping the earlier ones.
 */
export class WorkflowEditor {
	draft = $state.raw<Workflow>() as Workflow;
	problems = $state.raw<readonly Problem[]>([]);
	/** The draft has the shape of a workflow, so it can be saved. */
	shaped = $state(true);
	saving = $state(false);
	failure = $state.raw<Failure | null>(null);
	/** Somebody saved another version meanwhile. */
	conflict = $state(false);
	/** The YAML as typed; null when it follows the draft. */
	yaml = $state.raw<{ text: string; failure: Failure | null } | null>(null);
	/** The draft that the YAML on the screen stands for, so that it is not written anew under the person's hands. */
	fromYaml = $state.raw<Workflow | null>(null);

	#base = $state.raw<Workflow>() as Workflow;
	#version: number;
	/** What this page saved last; its row may come back before the saving is acknowledged. */
	#ours: Workflow | null = null;
	#past = $state.raw<readonly Workflow[]>([]);
	#future = $state.raw<readonly Workflow[]>([]);
	#last = { key: '', at: 0 };
	#timer: ReturnType<typeof setTimeout> | undefined;
	#asked = 0;

	constructor(row: WorkflowRow) {
		this.draft = this.#base = row.document;
		this.#version = row.version;
		this.#checkSoon(0);
	}

	/** The version that the edits began with. */
	get base(): Workflow {
		return this.#base;
	}
	get dirty(): boolean {
		return this.draft !== this.#base || this.yaml !== null;
	}
	get canUndo(): boolean {
		return this.#past.length > 0 && this.yaml === null;
	}
	get canRedo(): boolean {
		return this.#future.length > 0 && this.yaml === null;
	}
	get canSave(): boolean {
		return this.dirty && this.shaped && this.yaml === null && !this.saving;
	}
	get errors(): readonly Problem[] {
		return this.problems.filter((one) => one.severity === 'error');
	}

	/** Changes a copy of the draft. Quick edits with one `key` (a field) are undone together. */
	edit(key: string, change: (copy: Workflow) => void): void {
		const copy = copyOf(this.draft);
		change(copy);
		this.#take(key, filled(copy));
	}
	/** The same for the step at a place, however deep. */
	editStep(path: StepPath, key: string, change: (step: Step) => void): void {
		this.edit([...path, key].join('.'), (copy) => {
			const step = stepAt(copy, path);
			if (step) change(step);
		});
	}
	undo(): void {
		const before = this.#past.at(-1);
		if (!before || !this.canUndo) return;
		this.#future = [this.draft, ...this.#future];
		this.#past = this.#past.slice(0, -1);
		this.#show(before);
	}
	redo(): void {
		const after = this.#future[0];
		if (!after || !this.canRedo) return;
		this.#past = [...this.#past, this.draft];
		this.#future = this.#future.slice(1);
		this.#show(after);
	}
	/** Goes back to the saved version; undo brings the edits back. */
	revert(): void {
		this.yaml = null;
		if (this.draft !== this.#base) this.#take('revert', this.#base);
	}

	/** The YAML to show: as typed, or of the draft. */
	async yamlText(): Promise<string> {
		return this.yaml?.text ?? (await workflowToYaml(this.draft));
	}
	/** Takes YAML as it is typed. The draft follows as soon as the text reads as a workflow. */
	typeYaml(text: string): void {
		this.yaml = { text, failure: this.yaml?.failure ?? null };
		clearTimeout(this.#timer);
		this.#asked += 1;
		this.#timer = setTimeout(() => void this.#readYaml(text), CHECK_AFTER_MS * 1.5);
	}
	/** Lets go of YAML that cannot be read. */
	dropYaml(): void {
		this.yaml = null;
		this.#checkSoon(0);
	}

	/** `reason`: why it is saved although corrections would come back. */
	async save(reason?: string): Promise<Result<void> | null> {
		if (!this.canSave) return null;
		this.saving = true;
		const draft = this.draft;
		const checked = await checkWorkflow(draft);
		this.#found(checked.workflow !== null, checked.problems);
		this.#ours = checked.workflow;
		const done = checked.workflow ? await saveWorkflow(checked.workflow, reason) : null;
		this.saving = false;
		if (!done) return null;
		this.failure = done.ok ? null : done.failure;
		if (done.ok) this.#base = draft;
		return done;
	}
	/** The stored row changed: ours is back, or somebody else's came. */
	stored(row: WorkflowRow): void {
		if (row.version === this.#version) return;
		this.#version = row.version;
		if (this.#ours && sameJson(row.document, this.#ours)) return;
		if (this.dirty) this.conflict = true;
		else this.#show((this.#base = row.document));
	}

	#take(key: string, next: Workflow): void {
		const at = Date.now();
		const same = key === this.#last.key && at - this.#last.at < ONE_EDIT_MS;
		if (!same) this.#past = [...this.#past.slice(-KEPT), this.draft];
		this.#last = { key, at };
		this.#future = [];
		this.#show(next, false);
	}
	#show(next: Workflow, ends = true): void {
		if (ends) this.#last = { key: '', at: 0 };
		this.draft = next;
		this.#checkSoon();
	}
	#checkSoon(after = CHECK_AFTER_MS): void {
		clearTimeout(this.#timer);
		const asked = (this.#asked += 1);
		this.#timer = setTimeout(() => void this.#check(asked), after);
	}
	async #check(asked: number): Promise<void> {
		const { workflow, problems } = await checkWorkflow(this.draft);
		if (asked === this.#asked) this.#found(workflow !== null, problems);
	}
	#found(shaped: boolean, problems: readonly Problem[]): void {
		this.shaped = shaped;
		this.problems = problems;
	}
	async #readYaml(text: string): Promise<void> {
		const asked = (this.#asked += 1);
		const read = await workflowFromYaml(text);
		const checked = read.ok ? await checkWorkflow(read.value) : null;
		if (asked !== this.#asked) return;
		if (!read.ok) {
			this.yaml = { text, failure: read.failure };
			return;
		}
		if (checked?.workflow) {
			if (checked.workflow.id !== this.draft.id) checked.workflow.id = this.draft.id;
			if (!sameJson(checked.workflow, this.draft)) this.#take('yaml', checked.workflow);
			clearTimeout(this.#timer);
			this.fromYaml = this.draft;
			this.yaml = null;
		} else {
			this.yaml = { text, failure: null };
		}
		this.#found(Boolean(checked?.workflow), checked?.problems ?? []);
	}
}
