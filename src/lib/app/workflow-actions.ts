import { ok, type ProviderChoice, type Result } from '$lib/core';
import type { DiffPart } from '$lib/run';
import type { Problem, Workflow } from '$lib/workflow';
import { ask } from './client.svelte';
import { currentSettings, saveSettings } from './settings-actions';
import type { KindInfo, ProviderInfo } from './catalogue-info';

/** Says what a workflow that came from a file may do: see `powersOf`. */
export async function allowPowers(workflowId: string, allowed: string[]): Promise<Result<void>> {
	const { imported } = await currentSettings();
	const next = imported.map((one) => (one.workflowId === workflowId ? { ...one, allowed } : one));
	return saveSettings({ imported: next });
}

/** `reason`: why it is saved although corrections would come back. */
export function saveWorkflow(document: Workflow, reason?: string): Promise<Result<void>> {
	return ask((api) => api.saveWorkflow(document, reason));
}

export function deleteWorkflow(id: string): Promise<Result<void>> {
	return ask((api) => api.deleteWorkflow(id));
}

export function restoreWorkflow(id: string): Promise<Result<void>> {
	return ask((api) => api.restoreWorkflow(id));
}

/** A workflow with a first step, to be filled in; its id. */
export async function newWorkflow(): Promise<Result<string>> {
	const { blankWorkflow } = await import('./lazy/workflow-tools');
	const document = blankWorkflow(`workflow-${crypto.randomUUID().slice(0, 8)}`);
	const saved = await saveWorkflow(document);
	return saved.ok ? ok(document.id) : saved;
}

/** Every problem of a document, those of the step kinds included. */
export async function checkWorkflow(
	document: unknown
): Promise<{ workflow: Workflow | null; problems: Problem[] }> {
	return (await import('./lazy/workflow-tools')).checkWorkflow(document);
}

export async function workflowFromYaml(text: string): Promise<Result<unknown>> {
	return (await import('./lazy/workflow-tools')).fromYaml(text);
}

export async function workflowToYaml(document: unknown): Promise<string> {
	return (await import('./lazy/workflow-tools')).toYaml(document);
}

/** What changed between two versions of a workflow; [] when nothing did. */
export async function compareDefinitions(before: Workflow, after: Workflow): Promise<DiffPart[]> {
	return (await import('./lazy/workflow-tools')).compareDefinitions(before, after);
}

/** Names of the step kinds that this Galley has; the engine knows them, so that a page need not load them all. */
export function knownKinds(): Promise<Result<string[]>> {
	return ask(async (api) => ok(await api.kinds()), false);
}

/** The step kinds that this Galley has. */
export async function stepKinds(): Promise<KindInfo[]> {
	return (await import('./lazy/catalogue')).kindInfos();
}

/** What is wrong with the settings of a provider, by the path of each member; empty when nothing is. */
export async function providerProblems(choice: ProviderChoice): Promise<Record<string, string>> {
	return (await import('./lazy/catalogue')).providerProblems(choice);
}

/** The providers that a person can choose from, nearest first. */
export async function providers(): Promise<ProviderInfo[]> {
	return (await import('./lazy/catalogue')).providerInfos();
}
