import { ok, type Value } from '$lib/core';
import type { ModelAnswer, ModelOutcome, ModelRequest } from '$lib/models';
import { workflowSchema, type Source, type Step } from '$lib/workflow';
import type * as z from 'zod';
import type { StepContext } from './contract';

type StepInput = NonNullable<z.input<typeof workflowSchema>['steps']>[number];

/** A step context for tests: no notes, no inputs, a model that answers what it is told to, files read as text, code that returns its inputs. */
export interface FakeContext {
	context: Omit<StepContext, 'config'>;
	/** Prompts told to the host, in order. */
	prepared: string[];
	/** Requests made of the model. */
	requests: ModelRequest[];
	emitted: string[];
}

export const MARKER = 'm4rk3r0123456789';

/** A fake context around a step; `answer` is what the model says. */
export function fakeContext(
	step: Partial<StepInput>,
	more: Partial<Omit<StepContext, 'config'>> = {},
	answer: Partial<ModelAnswer> | ModelOutcome = {}
): FakeContext {
	const fake = { prepared: [] as string[], requests: [] as ModelRequest[], emitted: [] as string[] };
	const context: Omit<StepContext, 'config'> = {
		run: {
			id: 'r1',
			number: 3,
			date: '2026-11-23',
			title: 'Performance, week 47',
			inputs: { week: '2026-W47' }
		},
		step: aStep(step),
		sources: [],
		inputs: {},
		evidence: {},
		schemas: {},
		instructions: step.instructions ?? '',
		notes: [],
		feedback: null,
		provider: { id: 'test', title: 'Test model', onDevice: true, config: {} },
		marker: MARKER,
		signal: new AbortController().signal,
		async generate(request, onText) {
			fake.requests.push(request);
			if ('ok' in answer) return answer;
			const value = { ...ANSWER, ...answer };
			onText(value.text);
			return { ok: true, value, egress: [] };
		},
		readFile: async ({ name, bytes }) =>
			ok({
				name,
				media: 'text/plain',
				text: new TextDecoder().decode(bytes),
				unit: 'line',
				table: null,
				warnings: []
			}),
		runCode: async ({ data }) => ok({ value: data.inputs, console: [] }),
		async prepared(prompt) {
			// The host has to know before the model does.
			fake.prepared.push(`${fake.requests.length}:${prompt}`);
		},
		emit: (piece) => fake.emitted.push(piece),
		...more
	};
	return { context, ...fake };
}

const ANSWER: ModelAnswer = {
	text: 'An answer.',
	finish: 'stop',
	usage: { input: 10, output: 3 },
	model: 'test-1',
	evidence: [],
	warnings: []
};

/** A step with everything that a test does not care about filled in. */
export function aStep(step: Partial<StepInput>): Step {
	const whole = {
		id: 'one',
		title: 'One',
		kind: 'model',
		job: 'draft' as const,
		permissions: { model: 'any' as const }
	};
	const [read] = workflowSchema.parse({
		format: 1,
		id: 'w',
		title: 'W',
		steps: [{ ...whole, ...step }]
	}).steps;
	if (!read) throw new Error('a workflow with a step has a step');
	return read;
}

/** An untrusted value that stays on the device. */
export function aValue(content: Value['content'], media = 'text/plain', name?: string): Value {
	const value: Value = { content, media, labels: { trust: 'untrusted', reach: 'local-only' }, from: [] };
	return name === undefined ? value : { ...value, name };
}

/** A source of a workflow. */
export function aSource(source: Partial<Source> & Pick<Source, 'id'>): Source {
	return { title: source.id, kind: 'files', accept: [], match: [], required: true, keep: false, ...source };
}
