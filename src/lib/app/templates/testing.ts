import {
	fail,
	failure,
	hashOf,
	hashOfJson,
	type Evidence,
	type Flag,
	type GivenNote,
	type Json,
	type Value
} from '$lib/core';
import { readFile } from '$lib/files';
import { generate } from '$lib/models';
import { runStep, type StepContext, type StepOutcome } from '$lib/steps';
import { inOrder, parseRef, renderTemplate, type Workflow } from '$lib/workflow';

/** What a person brings to a run of a workflow in a test. */
export interface TestRun {
	workflow: Workflow;
	inputs: Record<string, string>;
	/** Files by source id. */
	files: Record<string, { name: string; text: string }[]>;
	/** The report that was approved last; null for a first run. */
	previous: string | null;
	notes?: string[];
	/** Asked of the draft step, with the draft that it is about. */
	feedback?: { reason: string; draft: string };
	/** What a person makes of the draft; left out, it is approved as it is. */
	review?: (draft: string) => string;
}

/** What came of it, by step id. */
export interface TestOutcome {
	outcomes: Record<string, StepOutcome>;
	/** Texts as sent. */
	sent: Record<string, string>;
	draft: string;
	approved: string;
	flags: Flag[];
}

const MARKER = 'k3v9q7m2x5t8w4z6';

/** Runs every step of a workflow with the built-in provider and the real file reader, without engine and workers. */
export async function runWorkflow(run: TestRun): Promise<TestOutcome> {
	const outcomes: Record<string, StepOutcome> = {};
	const sent: Record<string, string> = {};
	const values = new Map<string, Value>();
	for (const step of inOrder(run.workflow)) {
		if (step.kind === 'review') {
			const draft = values.get('draft');
			const text = typeof draft?.content === 'string' ? draft.content : '';
			if (draft) values.set(step.id, { ...draft, content: run.review ? run.review(text) : text });
			continue;
		}
		const context = contextOf(run, step, values, outcomes);
		context.prepared = async (prompt) => {
			sent[step.id] = prompt;
		};
		const { result } = await runStep(step.kind, context);
		if (!result.ok) throw new Error(`${step.id}: ${result.failure.code}: ${result.failure.message}`);
		outcomes[step.id] = result.value;
		values.set(step.id, result.value.output);
	}
	const text = (id: string) => {
		const content = values.get(id)?.content;
		return typeof content === 'string' ? content : '';
	};
	const flags = Object.values(outcomes).flatMap((outcome) => outcome.flags ?? []);
	return { outcomes, sent, draft: text('draft'), approved: text('review'), flags };
}

function contextOf(
	run: TestRun,
	step: Workflow['steps'][number],
	values: ReadonlyMap<string, Value>,
	outcomes: Record<string, StepOutcome>
): Omit<StepContext, 'config'> {
	const inputs: Record<string, Value[]> = {};
	const evidence: Record<string, Evidence[]> = {};
	const schemas: Record<string, Record<string, Json>> = {};
	for (const [name, reference] of Object.entries(step.inputs)) {
		const read = parseRef(reference);
		const id = 'ref' in read && read.ref.root === 'steps' ? read.ref.id : '';
		const value = values.get(id);
		inputs[name] = value ? [value] : [];
		evidence[name] = outcomes[id]?.evidence ?? [];
		const schema = run.workflow.steps.find((one) => one.id === id)?.output.schema;
		if (schema) schemas[name] = schema;
	}
	const fill = (template: string) => {
		const rendered = renderTemplate(template, (ref) =>
			ref.root === 'inputs' ? run.inputs[ref.id] : undefined
		);
		return rendered.ok ? rendered.value : template;
	};
	return {
		run: {
			id: 'run',
			number: 1,
			date: '2026-11-23',
			title: fill(run.workflow.output.title),
			inputs: run.inputs
		},
		step,
		sources: sourcesOf(run),
		inputs,
		evidence,
		schemas,
		instructions: fill(step.instructions),
		notes: step.id === 'draft' ? given(run.notes ?? []) : [],
		feedback: step.id === 'draft' ? (run.feedback ?? null) : null,
		provider: { id: 'built-in', title: 'Built-in', onDevice: true, config: {} },
		marker: MARKER,
		signal: new AbortController().signal,
		generate: (request, onText) =>
			generate(request, {
				fetch: () => Promise.reject(new Error('no network')),
				signal: new AbortController().signal,
				onText
			}),
		readFile,
		runCode: async () => fail(failure('code.none', 'There is no interpreter for code in this test.')),
		prepared: async () => undefined,
		emit: () => undefined
	};
}

function given(instructions: readonly string[]): GivenNote[] {
	return instructions.map((instruction, index) => ({ id: `note-${index + 1}`, instruction }));
}

function sourcesOf(run: TestRun): StepContext['sources'] {
	return run.workflow.sources.map((source) => {
		if (source.kind === 'last-approved') {
			const value: Value = {
				content: run.previous ?? '',
				media: 'text/markdown',
				labels: { trust: 'untrusted', reach: 'local-only' },
				from: [],
				name: 'Weekly report.md'
			};
			return { source, values: run.previous === null ? [] : [{ value, hash: hashOfJson(value.content) }] };
		}
		const files = run.files[source.id] ?? [];
		return {
			source,
			values: files.map(({ name, text }) => {
				const content = new TextEncoder().encode(text);
				const labels = { trust: 'untrusted', reach: 'local-only' } as const;
				return {
					value: { content, media: 'application/octet-stream', labels, from: [], name },
					hash: hashOf(content)
				};
			})
		};
	});
}
