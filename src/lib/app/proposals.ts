import { fail, ok, unexpected, type Result, type ValueRef } from '$lib/core';
import { foldAll, reviewRules, type RunEvent, type RunState } from '$lib/run';
import { readRecords, type NoteRow } from '$lib/storage';
import type { OpenProposal } from '$lib/ui';
import { database } from './database';
import { proposalsFor } from './note-actions';
import { readValue } from './values';

/** What a person made of a draft at a gate. */
export interface GateEdit {
	gateId: string;
	/** The step that made the draft. */
	stepId: string;
	draft: ValueRef;
	/** As it was approved, or as text that no decision took. */
	reviewed: ValueRef | string;
}

/** A run with the notes that its edits suggest. */
export interface RunProposals {
	run: RunState;
	proposals: OpenProposal[];
}

/** The edits that a run was approved with. */
export function editsOf(run: RunState): GateEdit[] {
	return Object.values(run.steps).flatMap((step) => {
		const last = step.decisions.at(-1);
		if (last?.decision !== 'approved-with-edits' || !last.reviewed) return [];
		const rules = reviewRules(run, step.id);
		if (!rules) return [];
		return [{ gateId: step.id, stepId: rules.draftStep, draft: last.draft, reviewed: last.reviewed }];
	});
}

/** The notes that an edit suggests, decided about or not. They come from the record, so they outlive a reload. */
export async function proposalsOf(edit: GateEdit): Promise<OpenProposal[]> {
	const draft = await readValue(edit.draft);
	const reviewed = await textOf(edit.reviewed);
	if (!draft.ok || typeof draft.value !== 'string' || reviewed === null) return [];
	const { gateId, stepId } = edit;
	return (await proposalsFor(draft.value, reviewed)).map((one) => ({
		...one,
		gateId,
		stepId,
		key: `${gateId}|${one.before}|${one.after}`
	}));
}

async function textOf(reviewed: ValueRef | string): Promise<string | null> {
	if (typeof reviewed === 'string') return reviewed;
	const read = await readValue(reviewed);
	return read.ok && typeof read.value === 'string' ? read.value : null;
}

/** The same for a run that is not on the screen. */
export async function proposalsOfRun(runId: string): Promise<Result<RunProposals>> {
	const stream = `run:${runId}`;
	try {
		const records = await readRecords(database(), stream);
		const run = foldAll(
			runId,
			records.map((record) => record.event as RunEvent)
		);
		return ok({ run, proposals: (await Promise.all(editsOf(run).map(proposalsOf))).flat() });
	} catch (cause) {
		return fail(unexpected(cause, 'reading this run'));
	}
}

/** Those that nobody has decided about: no note was made of them, and they were not dismissed. */
export function undecided(
	runId: string,
	proposals: readonly OpenProposal[],
	notes: readonly NoteRow[],
	dismissed: readonly string[]
): OpenProposal[] {
	const kept = notes.filter((note) => note.from?.runId === runId);
	return proposals.filter(
		(one) =>
			!dismissed.includes(one.key) &&
			!kept.some((note) => note.before === one.before && note.after === one.after)
	);
}
