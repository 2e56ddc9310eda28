import { editsOf, proposalsOf, undecided, type GateEdit, type NoteRow } from '$lib/app';
import { reviewRules, type RunState } from '$lib/run';
import type { LeftText, OpenProposal } from '$lib/ui';
import { dismissedIn, dismissIn, undismissIn } from '../../_kept/dismissed';

/** Notes that the edits of a run suggest and that nobody has decided about. */
export class Proposals {
	#found = $state.raw<OpenProposal[]>([]);
	/** Asked for of text that no decision took. */
	#asked = $state.raw<OpenProposal[]>([]);
	#dismissed = $state.raw<string[]>([]);
	readonly #run: () => RunState | null;
	readonly #notes: () => NoteRow[] | undefined;

	constructor(run: () => RunState | null, notes: () => NoteRow[] | undefined) {
		this.#run = run;
		this.#notes = notes;
		const edits = $derived.by(() => {
			const state = run();
			return state ? editsOf(state) : [];
		});
		const mark = $derived(edits.map((edit) => `${edit.draft.hash}>${hashOf(edit)}`).join());
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
		const asked = this.#asked.filter((one) => !this.#found.some((other) => other.key === one.key));
		return undecided(run.id, [...asked, ...this.#found], notes, this.#dismissed);
	}

	/** Proposes notes from text that was left over; how many there are. */
	async ask(left: LeftText): Promise<number> {
		const run = this.#run();
		const rules = run && reviewRules(run, left.stepId);
		const draft = left.decision?.draft;
		if (!rules || !draft || left.text === null) return 0;
		this.#asked = await proposalsOf({
			gateId: left.stepId,
			stepId: rules.draftStep,
			draft,
			reviewed: left.text
		});
		return this.#asked.length;
	}

	/** Puts a proposal away for good; the way back. */
	dismiss({ key }: OpenProposal): () => void {
		const id = this.#run()?.id ?? '';
		dismissIn(id, key);
		this.#dismissed = dismissedIn(id);
		return () => {
			undismissIn(id, key);
			if (this.#run()?.id === id) this.#dismissed = dismissedIn(id);
		};
	}
}

function hashOf({ reviewed }: GateEdit): string {
	return typeof reviewed === 'string' ? reviewed : reviewed.hash;
}
