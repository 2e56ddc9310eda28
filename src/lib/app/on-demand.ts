import type { Json, Result } from '$lib/core';
import type { LedgerRow, RunState } from '$lib/run';
import type { EarlierOutput } from '$lib/ui';
import type { Step, Workflow } from '$lib/workflow';
import type * as Budget from './lazy/budget';
import type { TooLong } from './lazy/budget';
import type * as ModelTools from './lazy/models';
import type * as BrowserModel from './lazy/browser-model';
import type { Pin } from './lazy/try-step';
import type * as WebllmByHand from './lazy/webllm';
import type * as FolderTools from './lazy/folders';
import type * as LibraryTools from './lazy/library';
import type * as SearchTools from './lazy/search';
import type * as ShareTools from './lazy/shared';
import type { Preview } from './lazy/preview';
import type { ExportDraft, Imported } from './lazy/transfer';
import type { StartForm } from './lazy/start-form';
import type { SourceChoice } from './run-actions';

// What is needed only after a click, loaded then: the first screen must not wait for it.

/** Makes a workflow from a template; its id. An earlier copy of the same template is left alone. */
export async function installTemplate(id: string): Promise<Result<string>> {
	return (await import('./lazy/example')).installTemplate(id);
}

/** The finished example of three weeks, made on this device; see lazy/example.ts. */
export async function openExample(): Promise<Result<{ workflowId: string; runId: string }>> {
	return (await import('./lazy/example')).openExample();
}

/** Rows of the egress ledger as a file. */
export async function ledgerAsCsv(rows: readonly LedgerRow[]): Promise<{ name: string; blob: Blob }> {
	const { ledgerCsv } = await import('./lazy/ledger-csv');
	return { name: 'galley-ledger.csv', blob: new Blob([ledgerCsv(rows)], { type: 'text/csv' }) };
}

export async function prepareStart(workflow: Workflow): Promise<Result<StartForm>> {
	return (await import('./lazy/start-form')).prepareStart(workflow);
}

/** Steps whose material is more than their model takes at once; see lazy/budget.ts. */
export async function tooLongFor(...given: Parameters<typeof Budget.tooLongFor>): Promise<TooLong[]> {
	return (await import('./lazy/budget')).tooLongFor(...given);
}

/** What trying a step alone needs: inputs of the last run, outputs of the steps before it. */
export async function prepareTry(
	workflow: Workflow,
	step: Step
): Promise<Result<{ inputs: Record<string, Json>; pins: Pin[] }>> {
	return (await import('./lazy/try-step')).prepareTry(workflow, step);
}

/** A file opened beside its text. Starts a worker of its own; close it when the preview goes. */
export async function openPreview(file: { name: string; bytes: Uint8Array }): Promise<Preview> {
	return (await import('./lazy/preview')).openPreview(file);
}

/** The data that a step made in the finished runs before this one, the oldest first. */
export async function earlierOutputs(run: RunState, stepId: string): Promise<EarlierOutput[]> {
	return (await import('./lazy/history')).earlierOutputs(run, stepId);
}

/** Everything of a sample set, as if the person had chosen it. */
export async function loadSample(
	workflow: Workflow,
	sampleId: string
): Promise<Result<{ inputs: Record<string, Json>; sources: Record<string, SourceChoice[]> }>> {
	return (await import('./lazy/start-form')).loadSample(workflow, sampleId);
}

/** A run, gathered for an export. */
export async function prepareExport(runId: string): Promise<Result<ExportDraft>> {
	return (await import('./lazy/transfer')).prepareExport(runId);
}

/** Imports a Galley file: a run's export (JSON) or a workflow (YAML or JSON). What is here already is left alone. */
export async function importFile(file: File, passphrase?: string): Promise<Result<Imported>> {
	return (await import('./lazy/transfer')).importFile(file, passphrase);
}

/** WebLLM's models by hand; see lazy/webllm.ts. */
export async function webllm(): Promise<typeof WebllmByHand> {
	return import('./lazy/webllm');
}

/** The browser's own model, as this page sees it; see lazy/browser-model.ts. */
export async function browserModel(): Promise<typeof BrowserModel> {
	return import('./lazy/browser-model');
}

/** The catalogue of models for this device, and what judges them; see lazy/models.ts. */
export async function modelTools(): Promise<typeof ModelTools> {
	return import('./lazy/models');
}

/** What changes the library, and says what takes the space; see lazy/library.ts. */
export async function libraryTools(): Promise<typeof LibraryTools> {
	return import('./lazy/library');
}

/** Folders on disk that are connected; see lazy/folders.ts. */
export async function folderTools(): Promise<typeof FolderTools> {
	return import('./lazy/folders');
}

/** What another app shared with Galley; see lazy/shared.ts. */
export async function shareTools(): Promise<typeof ShareTools> {
	return import('./lazy/shared');
}

/** Full-text search; its worker starts with the first question. See lazy/search.ts. */
export async function searchTools(): Promise<typeof SearchTools> {
	return import('./lazy/search');
}

/** Hands a file to the person through the browser's own download. */
export function download(file: { name: string; blob: Blob }): void {
	const url = URL.createObjectURL(file.blob);
	const link = document.createElement('a');
	link.href = url;
	link.download = file.name;
	link.click();
	setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
