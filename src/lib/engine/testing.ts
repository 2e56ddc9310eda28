import { fail, failure, ok, type Json } from '$lib/core';
import type { Acted } from '$lib/egress';
import type { ModelOutcome, ModelRequest } from '$lib/models';
import { runStep } from '$lib/steps';
import {
	DexieStore,
	GalleyDatabase,
	MemoryBlobs,
	MemoryDisk,
	MemoryJournal,
	MemoryShelf,
	type Scratch
} from '$lib/storage';
import { workflowSchema, type Workflow } from '$lib/workflow';
import type { StreamPiece } from './api';
import { Engine, type EnginePorts } from './engine';
import type { Executor, Outgoing, StepSpec } from './protocol';
import { engineService } from './service';

/** A model that answers with whatever a test says. */
export type Answer = (request: ModelRequest, spec: StepSpec) => Promise<ModelOutcome> | ModelOutcome;

export const says = (text: string): ModelOutcome => ({
	ok: true,
	value: { text, finish: 'stop', usage: { input: 1, output: 1 }, model: 'test', evidence: [], warnings: [] },
	egress: []
});

/** Real steps, no workers: files are taken as plain text and the model is the test's. Counts what was executed. */
export class TestExecutor implements Executor {
	ran: string[] = [];
	/** What was handed to the world outside, in order. */
	acted: Outgoing[] = [];
	constructor(
		public answer: Answer,
		/** The world outside. */
		public outside: (out: Outgoing, signal: AbortSignal) => Promise<Acted> | Acted = () => ({
			how: 'unknown',
			reason: 'There is no world outside in this test.',
			egress: []
		})
	) {}

	async act(_id: string, out: Outgoing, signal: AbortSignal) {
		this.acted.push(out);
		return this.outside(out, signal);
	}

	run(spec: StepSpec, host: Parameters<Executor['run']>[1], signal: AbortSignal) {
		this.ran.push(spec.attemptId);
		return runStep(spec.step.kind, {
			...spec,
			signal,
			generate: (request) => Promise.resolve(this.answer(request, spec)),
			readFile: async ({ name, bytes }) =>
				ok({
					name,
					media: 'text/plain',
					text: new TextDecoder().decode(bytes),
					unit: 'line',
					table: null,
					warnings: []
				}),
			runCode: async () => fail(failure('code.none', 'There is no interpreter for code in this test.')),
			prepared: (prompt) => host.prepared(prompt),
			emit: (piece) => host.emit(piece)
		});
	}
	page() {
		return Promise.resolve(fail(failure('page.none', 'There are no web pages in this test.')));
	}
	setKey(_name: string, _key: string, _origin: string | null): Promise<void> {
		return Promise.resolve();
	}
	test() {
		return Promise.resolve(ok([]));
	}
	files() {
		return Promise.reject(new Error('There are no model files in this test.'));
	}
	close() {}
}

/** Web Locks for one lock among engines of a test: first come, first served, with stealing left out. */
export class TestLocks {
	#turn: Promise<unknown> = Promise.resolve();
	request(_name: string, _options: unknown, hold: () => Promise<unknown>): Promise<unknown> {
		const mine = this.#turn.then(hold);
		this.#turn = mine.catch(() => undefined);
		return mine;
	}
}

/** A device: what survives a tab. Each `tab` is an engine of its own on it. */
export class TestDevice {
	readonly #disk = new MemoryDisk();
	readonly #blobs = new MemoryBlobs();
	readonly locks = new TestLocks();
	readonly shelf = new MemoryShelf();
	#count = 0;

	constructor(readonly name = `engine-test-${Math.random().toString(36).slice(2)}`) {}

	async tab(
		executor: TestExecutor,
		onPieces: (pieces: StreamPiece[]) => void = () => undefined,
		more: Partial<EnginePorts> = {}
	) {
		const store = new DexieStore({
			name: this.name,
			journal: new MemoryJournal(this.#disk),
			blobs: this.#blobs
		});
		const database = new GalleyDatabase(this.name);
		const engine = new Engine({
			store,
			database,
			executor,
			clock: { now: () => Date.now() },
			random: { id: () => `id-${(this.#count += 1)}`, marker: () => `marker${(this.#count += 1)}` },
			channel: new BroadcastChannel(this.name),
			stream: onPieces,
			locks: this.locks as unknown as LockManager,
			shelf: this.shelf,
			scratch: () => this.#scratch(),
			...more
		});
		const opened = await engine.open(() => undefined);
		if (!opened.ok) throw new Error(opened.failure.message);
		return { engine, api: engineService(engine), store, database };
	}

	#scratch(): Scratch {
		const name = `${this.name}-scratch`;
		const store = new DexieStore({ name, journal: new MemoryJournal(), blobs: new MemoryBlobs() });
		const database = new GalleyDatabase(name);
		return {
			store,
			database,
			async remove() {
				await store.close();
				await database.delete();
			}
		};
	}
}

/** collect -> draft -> review -> save, with one pasted source. */
export function reportWorkflow(more: Partial<Workflow> = {}, draft: Record<string, Json> = {}): Workflow {
	return workflowSchema.parse({
		format: 1,
		id: 'report',
		title: 'Report',
		inputs: [{ id: 'week', title: 'Week' }],
		sources: [{ id: 'notes', title: 'Notes', kind: 'text' }],
		steps: [
			{ id: 'collect', title: 'Collect', kind: 'collect', job: 'collect' },
			{
				id: 'draft',
				title: 'Draft',
				kind: 'model',
				job: 'draft',
				inputs: { documents: 'steps.collect.output' },
				instructions: 'Report on {{inputs.week}}.',
				retry: { attempts: 2, delaySeconds: 0 },
				permissions: { model: 'any' },
				...draft
			},
			{
				id: 'review',
				title: 'Review',
				kind: 'review',
				job: 'decide',
				inputs: { draft: 'steps.draft.output' },
				with: { question: 'Ready?', criteria: ['True'] }
			},
			{
				id: 'save',
				title: 'Save',
				kind: 'save',
				job: 'act',
				inputs: { value: 'steps.review.output' },
				with: { path: 'Reports/{{inputs.week}}.md' }
			}
		],
		...more
	});
}

/** Waits until something holds; fails with what was being waited for. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
	for (let tries = 0; tries < 400; tries++) {
		if (await holds()) return;
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
	throw new Error(`waited for ${what} in vain`);
}
