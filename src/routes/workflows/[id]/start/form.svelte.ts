import { loadSample, startRun, type SourceChoice, type StartForm } from '$lib/app';
import { refusalOf, type Failure } from '$lib/core';
import { findsItself, nameOf } from '$lib/run';
import type { Source, Workflow } from '$lib/workflow';
import type { Unfinished } from './unfinished';

/** What a field holds. */
export type Scalar = string | number | boolean | null;

/** How a choice came to be, said beside it. */
export type Origin = 'chosen' | 'matched' | 'kept' | 'sample' | 'fetched';
export interface Choice {
	choice: SourceChoice;
	origin: Origin;
}

export function nameOfChoice(choice: SourceChoice): string {
	return choice.kind === 'file'
		? choice.file.name
		: choice.kind === 'text'
			? choice.name
			: nameOf(choice.entry.path);
}

function extensionOf(name: string): string {
	return name.includes('.') ? (name.toLowerCase().split('.').pop() ?? '') : '';
}

function scalar(value: unknown): Scalar {
	return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : '';
}

/** True when the source takes a file of this name. */
export function accepts(source: Source, name: string): boolean {
	return source.accept.length === 0 || source.accept.includes(extensionOf(name));
}

/** What a person fills in before a run. Nothing that was filled in is lost by a problem. */
export class StartState {
	inputs = $state<Record<string, Scalar>>({});
	sources = $state.raw<Record<string, Choice[]>>({});
	/** Text typed for a source and not used yet. */
	pasted = $state<Record<string, string>>({});
	/** Files that were dropped all at once and fit nowhere. */
	unplaced = $state.raw<string[]>([]);
	/** Why files that were just chosen were not taken. */
	refused = $state.raw<string[]>([]);
	/** Title of the sample set that fills the form. */
	sample = $state<string | null>(null);
	problem = $state.raw<Failure | null>(null);
	busy = $state(false);
	/** May a step into which the very same goes as in a finished run take over its result? */
	reuse = $state(true);
	/** Nothing may leave the device for this run. */
	sealed = $state(false);
	/** Fields are marked as missing only after the first try. */
	tried = $state(false);
	readonly workflow: Workflow;
	readonly #form: StartForm;
	/** Inputs that came by themselves or from a sample; others were typed. */
	#given: Record<string, Scalar> = {};
	#removed = $state(false);

	constructor(workflow: Workflow, form: StartForm) {
		this.workflow = workflow;
		this.#form = form;
		this.sealed = workflow.sealed === true;
		this.empty();
	}

	/** As the form begins: nothing but what Galley finds by itself. */
	empty(): void {
		const { workflow } = this;
		const form = this.#form;
		this.#given = Object.fromEntries(workflow.inputs.map(({ id }) => [id, scalar(form.inputs[id])]));
		this.inputs = { ...this.#given };
		this.pasted = {};
		this.unplaced = [];
		this.refused = [];
		this.sample = null;
		this.problem = null;
		this.tried = false;
		this.#removed = false;
		this.sources = Object.fromEntries(
			workflow.sources.map((source) => [
				source.id,
				(form.sources[source.id] ?? []).map((entry): Choice => ({
					choice: { kind: 'entry', entry },
					origin: source.keep ? 'kept' : 'matched'
				}))
			])
		);
	}

	/** Fills the form as it was left. What the workflow asks for no more is dropped. */
	restore(left: Unfinished): void {
		for (const id of Object.keys(this.inputs)) this.inputs[id] = left.inputs[id] ?? this.inputs[id] ?? '';
		this.sources = Object.fromEntries(
			Object.entries(this.sources).map(([id, list]) => [id, left.sources[id] ?? list])
		);
		this.pasted = { ...left.pasted };
		this.sample = left.sample;
	}

	/** What is here, for {@link restore}; null when the person has put nothing in. */
	get left(): Unfinished | null {
		if (!this.byHand && this.sample === null && !this.#removed) return null;
		const { inputs, sources, pasted, sample } = this;
		return { inputs: { ...inputs }, sources, pasted: { ...pasted }, sample };
	}

	/** True when something was typed or chosen that one click does not bring back. */
	get byHand(): boolean {
		return (
			Object.entries(this.inputs).some(([id, value]) => value !== this.#given[id]) ||
			Object.values(this.sources).some((list) => list.some((one) => one.origin === 'chosen')) ||
			Object.values(this.pasted).some((text) => text.trim() !== '')
		);
	}

	/** Ids of inputs and sources that are needed and empty. */
	get missing(): string[] {
		const inputs = this.workflow.inputs.filter((input) => {
			const value = this.inputs[input.id];
			return input.required && (value === undefined || value === null || String(value).trim() === '');
		});
		const sources = this.workflow.sources.filter(
			(source) => source.required && !findsItself(source) && !this.sources[source.id]?.length
		);
		return [...inputs, ...sources].map((one) => one.id);
	}

	/** True while nothing is chosen but what came by itself. */
	get untouched(): boolean {
		return Object.values(this.sources).every((list) => list.every((one) => one.origin === 'kept'));
	}

	add(sourceId: string, choices: SourceChoice[], origin: Origin = 'chosen'): void {
		// A choice made by hand takes the place of what Galley had put there.
		const kept = (this.sources[sourceId] ?? []).filter(
			(one) => origin === 'chosen' && one.origin === 'chosen'
		);
		this.sources = {
			...this.sources,
			[sourceId]: [...kept, ...choices.map((choice) => ({ choice, origin }))]
		};
	}

	/** What a person chose for a source by hand; files that no step could read are told at once and not taken. */
	choose(sourceId: string, choices: SourceChoice[], origin: Origin = 'chosen'): void {
		this.refused = [];
		const taken = choices.filter((choice) => choice.kind !== 'file' || this.#takes(choice.file));
		if (taken.length > 0) this.add(sourceId, taken, origin);
	}

	#takes(file: File): boolean {
		const refusal = refusalOf(file);
		if (refusal) this.refused = [...this.refused, refusal.message];
		return refusal === null;
	}

	/** Text that was typed and not handed over yet is meant as well. */
	#useTyped(): void {
		for (const { id, title } of this.workflow.sources) {
			const text = this.pasted[id] ?? '';
			if (text.trim() === '') continue;
			this.add(id, [{ kind: 'text', name: title, text }]);
			this.pasted[id] = '';
		}
	}

	remove(sourceId: string, index: number): void {
		const list = this.sources[sourceId] ?? [];
		this.sources = { ...this.sources, [sourceId]: list.filter((_, at) => at !== index) };
		this.#removed = true;
	}

	/** Puts each file where its name fits; a file that fits nowhere is named. */
	place(files: File[]): void {
		const left: string[] = [];
		this.refused = [];
		for (const file of files) {
			if (!this.#takes(file)) continue;
			const fits = this.workflow.sources.filter(
				(source) => source.kind === 'files' && accepts(source, file.name)
			);
			const name = file.name.toLowerCase();
			const named = fits.find((source) => source.match.some((word) => name.includes(word.toLowerCase())));
			const only = fits.length === 1 ? fits[0] : undefined;
			const target = named ?? only;
			if (target) this.add(target.id, [{ kind: 'file', file }]);
			else left.push(file.name);
		}
		this.unplaced = left;
	}

	async fill(sample: { id: string; title: string }): Promise<void> {
		this.busy = true;
		const before = { ...this.inputs };
		const loaded = await loadSample(this.workflow, sample.id);
		this.busy = false;
		if (!loaded.ok) {
			this.problem = loaded.failure;
			return;
		}
		this.problem = null;
		this.unplaced = [];
		this.refused = [];
		this.sample = sample.title;
		for (const [id, value] of Object.entries(loaded.value.inputs)) {
			// What was typed while the files were on their way stays.
			if (this.inputs[id] !== before[id]) continue;
			this.inputs[id] = scalar(value);
			this.#given[id] = scalar(value);
		}
		for (const [id, choices] of Object.entries(loaded.value.sources)) this.add(id, choices, 'sample');
	}

	/** Starts the run; its id, or null when something is in the way. `asRead`: without waiting for folders on disk. */
	async start(asRead = false): Promise<string | null> {
		this.tried = true;
		this.problem = null;
		this.#useTyped();
		if (this.busy || this.missing.length > 0) return null;
		this.busy = true;
		const sources = Object.fromEntries(
			Object.entries(this.sources).map(([id, list]) => [id, list.map((one) => one.choice)])
		);
		const inputs = Object.fromEntries(
			Object.entries(this.inputs).filter(([, value]) => value !== '' && value !== null)
		);
		const started = await startRun(this.workflow.id, { inputs, sources }, 'person', {
			reuse: this.reuse,
			sealed: this.sealed,
			asRead
		});
		this.busy = false;
		if (started.ok) return started.value;
		this.problem = started.failure;
		return null;
	}
}
