import { proposalsFor, readValue, type NoteRow } from '$lib/app';
import { reviewRules, type RunState } from '$lib/run';
import type { OpenProposal } from '$lib/ui';
import { dismissedIn, dismissIn } from '../../_kept/dismissed';

/**
 * Notes that the edits of a run suggest and that nobody has decided about. They are worked out from the record (draft
 * and reviewed text), so they outlive a reload.
 */
export class Proposals {
	#found = $state.raw<OpenProposal[]>([]);
	#dismissed = $state.raw<string[]>([]);
	readonly #run: () => RunState | null;
	readonly #notes: () => NoteRow[] | undefined;

	constructor(run: () => RunState | null, notes: () => NoteRow[] | undefined) {
		this.#run = run;
		this.#notes = notes;
		const edits = $derived(editsOf(run()));
		const mark = $derived(edits.map((edit) => `${edit.draft.hash}>${edit.reviewed.hash}`).join());
		$effect(() => {
			// Only a new decision asks again; other events of the run change nothing here.
			void mark;
			let gone = false;
			this.#dismissed = dismissedIn(run()?.id ?? '');
			void Promise.all(edits.map(proposalsOf)).then((lists) => {
				if (!gone) this.#found = lists.flat();
			});
			return () => (gone = true);
		});
	}

	/** Empty until the notes are known, so that what was kept already never shows up again. */
	get open(): OpenProposal[] {
		const notes = this.#notes();
		const run = this.#run();
		if (!notes || !run) return [];
		const kept = notes.filter((note) => note.from?.runId === run.id);
		return this.#found.filter(
			(one) =>
				!this.#dismissed.includes(one.key) &&
				!kept.some((note) => note.before === one.before && note.after === one.after)
		);
	}

	dismiss(proposal: OpenProposal): void {
		const run = this.#run();
		if (!run) return;
		dismissIn(run.id, proposal.key);
		this.#dismissed = dismissedIn(run.id);
	}
}

type Edit = ReturnType<typeof editsOf>[number];

function editsOf(run: RunState | null) {
	return Object.values(run?.steps ?? {}).flatMap((step) => {
		const last = step.decisions.at(-1);
		const rules = run && reviewRules(run, step.id);
		if (last?.decision !== 'approved-with-edits' || !last.reviewed || !rules) return [];
		return [{ gateId: step.id, stepId: rules.draftStep, draft: last.draft, reviewed: last.reviewed }];
	});
}

async function proposalsOf(edit: Edit): Promise<OpenProposal[]> {
	const [draft, reviewed] = await Promise.all([readValue(edit.draft), readValue(edit.reviewed)]);
	if (!draft.ok || !reviewed.ok) return [];
	if (typeof draft.value !== 'string' || typeof reviewed.value !== 'string') return [];
	const { gateId, stepId } = edit;
	return (await proposalsFor(draft.value, reviewed.value)).map((one) => ({
		...one,
		gateId,
		stepId,
		key: `${gateId}|${one.before}|${one.after}`
	}));
}
