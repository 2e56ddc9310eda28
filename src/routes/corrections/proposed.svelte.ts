import { proposalsOfRun, undecided, type NoteRow, type RunProposals } from '$lib/app';
import type { RunRow } from '$lib/run';
import type { OpenProposal } from '$lib/ui';
import { untrack } from 'svelte';
import { dismissedIn, dismissIn, undismissIn } from '../_kept/dismissed';

/** Notes that the edits of many runs suggest and that nobody has decided about, by run. */
export class Proposed {
	#found = $state.raw<RunProposals[]>([]);
	#dismissed = $state.raw<Record<string, string[]>>({});
	readonly #notes: () => NoteRow[] | undefined;

	constructor(runs: () => RunRow[] | undefined, notes: () => NoteRow[] | undefined) {
		this.#notes = notes;
		// Runs that go on change their rows all the time; only a decision changes what is proposed.
		const mark = $derived((runs() ?? []).map((run) => `${run.id} ${run.decision ?? ''}`).join());
		$effect(() => {
			void mark;
			let gone = false;
			const ids = untrack(runs)?.map((run) => run.id) ?? [];
			void this.#find(ids, () => gone);
			return () => (gone = true);
		});
	}

	async #find(ids: readonly string[], gone: () => boolean): Promise<void> {
		const found: RunProposals[] = [];
		for (const id of ids) {
			if (gone()) return;
			const one = await proposalsOfRun(id);
			if (one.ok) found.push(one.value);
		}
		if (gone()) return;
		this.#dismissed = Object.fromEntries(found.map(({ run }) => [run.id, dismissedIn(run.id)]));
		this.#found = found;
	}

	/** Empty until the notes are known, so that what was kept already never shows up again. */
	get open(): RunProposals[] {
		const notes = this.#notes();
		if (!notes) return [];
		return this.#found
			.map(({ run, proposals }) => ({
				run,
				proposals: undecided(run.id, proposals, notes, this.#dismissed[run.id] ?? [])
			}))
			.filter(({ proposals }) => proposals.length > 0);
	}

	/** Puts a proposal away for good; the way back. */
	dismiss(runId: string, { key }: OpenProposal): () => void {
		dismissIn(runId, key);
		this.#look(runId);
		return () => {
			undismissIn(runId, key);
			this.#look(runId);
		};
	}

	#look(runId: string): void {
		this.#dismissed = { ...this.#dismissed, [runId]: dismissedIn(runId) };
	}
}
