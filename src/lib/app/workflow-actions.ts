import { ok, type Json, type Result } from '$lib/core';
import type { Problem, Workflow } from '$lib/workflow';
import { ask } from './client.svelte';

/** A step kind, for forms drawn from schemas. */
export interface KindInfo {
	kind: string;
	title: string;
	summary: string;
	jobs: string[];
	/** JSON Schema (2020-12) of `step.with`. */
	config: Record<string, Json>;
	example: Record<string, Json>;
	gate: boolean;
	acts: boolean;
	requiredInputs: string[];
}

export interface ProviderInfo {
	id: string;
	title: string;
	summary: string;
	onDevice: boolean;
	takesKey: boolean;
	/** JSON Schema (2020-12) of its settings. */
	config: Record<string, Json>;
	example: Record<string, Json>;
}

export function saveWorkflow(document: Workflow): Promise<Result<void>> {
	return ask((api) => api.saveWorkflow(document));
}

export function deleteWorkflow(id: string): Promise<Result<void>> {
	return ask((api) => api.deleteWorkflow(id));
}

export function restoreWorkflow(id: string): Promise<Result<void>> {
	return ask((api) => api.restoreWorkflow(id));
}

/** A workflow with a first step, to be filled in; its id. */
export async function newWorkflow(): Promise<Result<string>> {
	const { workflowSchema } = await import('$lib/workflow');
	const id = `workflow-${crypto.randomUUID().slice(0, 8)}`;
	const document = workflowSchema.parse({
		format: 1,
		id,
		title: 'New workflow',
		steps: [{ id: 'collect', title: 'Collect', kind: 'collect', job: 'collect' }]
	});
	const saved = await saveWorkflow(document);
	return saved.ok ? ok(id) : saved;
}

/** Every problem of a document, those of the step kinds included. */
export async function checkWorkflow(
	document: unknown
): Promise<{ workflow: Workflow | null; problems: Problem[] }> {
	const [{ validate }, { kindRules }] = await Promise.all([import('$lib/workflow'), import('$lib/steps')]);
	return validate(document, kindRules());
}

export async function workflowFromYaml(text: string): Promise<Result<unknown>> {
	const { fromYaml } = await import('$lib/workflow');
	return fromYaml(text);
}

export async function workflowToYaml(document: unknown): Promise<string> {
	const { toYaml } = await import('$lib/workflow');
	return toYaml(document);
}

/** The step kinds that this Galley has. */
export async function stepKinds(): Promise<KindInfo[]> {
	const [{ stepKinds: kinds }, { toJSONSchema }] = await Promise.all([import('$lib/steps'), import('zod')]);
	return kinds().map((kind) => ({
		kind: kind.kind,
		title: kind.title,
		summary: kind.summary,
		jobs: kind.jobs,
		config: toJSONSchema(kind.config, { io: 'input', unrepresentable: 'any' }) as Record<string, Json>,
		example: kind.example as Record<string, Json>,
		gate: kind.gate ?? false,
		acts: kind.acts ?? false,
		requiredInputs: kind.requiredInputs ?? []
	}));
}

/** The providers that a person can choose from, nearest first. */
export async function providers(): Promise<ProviderInfo[]> {
	const [{ providers: all }, { toJSONSchema }] = await Promise.all([import('$lib/models'), import('zod')]);
	return all
		.filter((provider) => !provider.hidden)
		.map((provider) => ({
			id: provider.id,
			title: provider.title,
			summary: provider.summary,
			onDevice: provider.onDevice,
			takesKey: provider.takesKey,
			config: toJSONSchema(provider.config, { io: 'input', unrepresentable: 'any' }) as Record<string, Json>,
			example: provider.example as Record<string, Json>
		}));
}
