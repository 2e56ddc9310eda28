import {
	fail,
	failure,
	mediaOf,
	ok,
	type Json,
	type Money,
	type OpenItems,
	type ProviderChoice,
	type Result
} from '$lib/core';
import type { Decision, GivenSource, HeldCall, OutputChange } from '$lib/engine';
import type { LibraryEntry } from '$lib/run';
import type { Workflow } from '$lib/workflow';
import { ask } from './client.svelte';

/** What a person chose for a source. */
export type SourceChoice =
	| { kind: 'file'; file: File }
	| { kind: 'text'; name: string; text: string }
	| { kind: 'entry'; entry: LibraryEntry };

/** Starts a run; the id of it. */
export async function startRun(
	workflowId: string,
	given: { inputs: Record<string, Json>; sources: Record<string, SourceChoice[]> },
	trigger: 'person' | 'example' = 'person',
	more: { reuse?: boolean; sealed?: boolean; asRead?: boolean } = {}
): Promise<Result<string>> {
	const sources: Record<string, GivenSource[]> = {};
	for (const [id, choices] of Object.entries(given.sources)) {
		const taken = await toGiven(choices);
		if (!taken.ok) return taken;
		sources[id] = taken.value;
	}
	const started = await ask((api) =>
		api.startRun(workflowId, { inputs: given.inputs, sources, trigger, ...more })
	);
	if (started.ok && trigger === 'person') void import('./lazy/keep').then((keep) => keep.askToKeep());
	return started;
}

/** Fetches the web page of a source, now. Call it on a person's click only. */
export async function fetchPage(workflowId: string, sourceId: string): Promise<Result<File>> {
	const fetched = await ask((api) => api.fetchPage(workflowId, sourceId));
	if (!fetched.ok) return fetched;
	const { name, media, bytes } = fetched.value;
	return ok(new File([new Uint8Array(bytes)], name, { type: media }));
}

/** What goes with any decision at a gate. */
type Said = Omit<Decision, 'runId' | 'stepId' | 'draftHash'>;

/** `text` only when the person edited the draft. */
export function approve(
	runId: string,
	stepId: string,
	draftHash: string,
	given: Said & { text?: string }
): Promise<Result<void>> {
	return ask((api) => api.approve({ runId, stepId, draftHash, ...given }));
}

export function askForChanges(
	runId: string,
	stepId: string,
	draftHash: string,
	given: Said & { reason: string }
): Promise<Result<void>> {
	return ask((api) => api.askForChanges({ runId, stepId, draftHash, ...given }));
}

export function reject(
	runId: string,
	stepId: string,
	draftHash: string,
	given: Said & { reason: string }
): Promise<Result<void>> {
	return ask((api) => api.reject({ runId, stepId, draftHash, ...given }));
}

/** Puts a gate off until then, ms since 1970; null: it is looked at now after all. */
export function postpone(
	runId: string,
	stepId: string,
	draftHash: string,
	until: number | null
): Promise<Result<void>> {
	return ask((api) => api.postpone(runId, stepId, draftHash, until));
}

export function changeOutput(change: OutputChange): Promise<Result<void>> {
	return ask((api) => api.changeOutput(change));
}

export function retryStep(runId: string, stepId: string, provider?: ProviderChoice): Promise<Result<void>> {
	return ask((api) => api.retryStep(runId, stepId, provider));
}

/** Lets a call go that was held: this once, or for its whole workflow. */
export function allowCall(held: HeldCall, scope: 'once' | 'workflow', raised?: Money): Promise<Result<void>> {
	return ask((api) => api.allowCall(held, scope, raised));
}

export function refuseCall(
	held: HeldCall,
	scope: 'once' | 'workflow',
	instead: 'next' | 'on-device'
): Promise<Result<void>> {
	return ask((api) => api.refuseCall(held, scope, instead));
}

export async function replaceSource(
	runId: string,
	sourceId: string,
	choices: SourceChoice[]
): Promise<Result<void>> {
	const given = await toGiven(choices);
	return given.ok ? ask((api) => api.replaceSource(runId, sourceId, given.value)) : given;
}

export function cancelRun(runId: string, reason: string): Promise<Result<void>> {
	return ask((api) => api.cancelRun(runId, reason));
}

/** The person's own text above a step, or at the end where `before` is null. An empty one takes it away. */
export function writeProse(
	runId: string,
	given: { id: string; before: string | null; text: string }
): Promise<Result<void>> {
	return ask((api) => api.writeProse(runId, given));
}

/** What a run of these inputs would be told is open; null where none was approved before. */
export function openItems(
	workflow: Workflow,
	inputs: Record<string, Json>
): Promise<Result<OpenItems | null>> {
	return ask((api) => api.openItems(workflow, inputs));
}

/** Something that an earlier run left open is settled, or is not after all. */
export function closeItem(runId: string, key: string): Promise<Result<void>> {
	return ask((api) => api.closeItem(runId, key));
}

export function reopenItem(runId: string, key: string): Promise<Result<void>> {
	return ask((api) => api.reopenItem(runId, key));
}

export function pauseRun(runId: string, reason = ''): Promise<Result<void>> {
	return ask((api) => api.pauseRun(runId, reason));
}

export function resumeRun(runId: string): Promise<Result<void>> {
	return ask((api) => api.resumeRun(runId));
}

/** The output of a step that asks for it, or of one that failed, given by hand. */
export function answerStep(runId: string, stepId: string, content: Json, reason = ''): Promise<Result<void>> {
	return ask((api) => api.answerStep(runId, stepId, content, reason));
}

export function skipStep(runId: string, stepId: string, reason = ''): Promise<Result<void>> {
	return ask((api) => api.skipStep(runId, stepId, reason));
}

/** Says whether something that nobody was sure of went out. */
export function settleEffect(
	runId: string,
	stepId: string,
	happened: boolean,
	reason = ''
): Promise<Result<void>> {
	return ask((api) => api.settleEffect(runId, stepId, happened, reason));
}

/** What was chosen, with the bytes of files. A file can be gone or changed since it was chosen; the browser then refuses. */
async function toGiven(choices: readonly SourceChoice[]): Promise<Result<GivenSource[]>> {
	const given: GivenSource[] = [];
	for (const choice of choices) {
		if (choice.kind === 'text') given.push(choice);
		else if (choice.kind === 'entry') given.push({ kind: 'entry', id: choice.entry.id });
		else {
			const { file } = choice;
			try {
				const bytes = new Uint8Array(await file.arrayBuffer());
				given.push({ kind: 'bytes', name: file.name, media: mediaOf(file), bytes });
			} catch {
				return fail(
					failure(
						'file.vanished',
						`“${file.name}” cannot be read any more: it was moved, changed or deleted after it was chosen. Choose it again.`
					)
				);
			}
		}
	}
	return ok(given);
}
