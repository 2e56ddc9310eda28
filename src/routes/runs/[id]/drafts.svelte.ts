import { untrack } from 'svelte';
import type { Result } from '$lib/core';
import { saySentBack, type RunState } from '$lib/run';
import type { GateDraft, LeftText } from '$lib/ui';
import { forgetGate, keepGate, keptGate, keptGatesOf, NOTHING, type GatePlace } from '../../_kept/gates';

/**
 * What is typed at the gates of a run. It lies outside the run on purpose: it is nobody's fact yet. A crash, a closed
 * tab and “Later” lose nothing; a decision made here forgets what it contains. A decision from another tab contains
 * none of it, so it stays, marked as left over, until the person puts it away.
 */
export class GateDrafts {
	/** What this tab's gates hold; another tab may have written over what lies on the device. */
	readonly #own: Record<string, GatePlace & GateDraft> = {};
	/** Gates that this tab is deciding about. */
	#deciding: string[] = [];
	#kept = $state.raw<ReturnType<typeof keptGatesOf>>([]);
	readonly #run: () => RunState | null;

	constructor(run: () => RunState | null) {
		this.#run = run;
		const id = $derived(run()?.id);
		$effect(() => {
			this.#kept = id === undefined ? [] : keptGatesOf(id);
		});
		$effect(() => {
			if (run()) this.#look();
		});
	}

	/** What nobody decided about and no open gate shows. */
	get left(): LeftText[] {
		const run = this.#run();
		if (!run) return [];
		return (
			this.#kept
				.filter((one) => !isOpen(run, one) && hasWords(one))
				.map(({ left, stepId, draftHash, text, ...kept }) => {
					const reason = saySentBack(kept);
					const decided = run.steps[stepId]?.decisions.findLast(({ draft }) => draft.hash === draftHash);
					return { left, stepId, draftHash, text, reason, decision: decided ?? null };
				})
				// No tab may have been there to see it when the run was cancelled.
				.filter((one) => one.left || (run.ended !== null && one.decision === null))
		);
	}

	begin(stepId: string, draftHash: string): GateDraft {
		const place = this.#place(stepId, draftHash);
		const kept = keptGate(place);
		this.#own[keyOf(place)] = kept;
		return kept;
	}

	keep(stepId: string, draftHash: string, change: Partial<GateDraft>): void {
		const place = this.#place(stepId, draftHash);
		const key = keyOf(place);
		this.#own[key] = { ...NOTHING, ...this.#own[key], ...place, ...change };
		keepGate(place, { ...change, left: false });
	}

	/** Carries a decision of this tab out and, when it counts, forgets what it settled. */
	async decide(
		stepId: string,
		draftHash: string,
		work: () => Promise<Result<void>>,
		sentBack = false
	): Promise<Result<void>> {
		const place = this.#place(stepId, draftHash);
		const key = keyOf(place);
		this.#deciding.push(key);
		const result = await work();
		this.#deciding = this.#deciding.filter((one) => one !== key);
		if (result.ok) {
			const kept = keptGate(place);
			const others = kept.text !== null && kept.text !== this.#own[key]?.text;
			delete this.#own[key];
			if (others) keepGate(place, { left: true });
			// Sent back, the person's own words may be wanted again: the next draft can be the same one.
			else if (sentBack) keepGate(place, { ...NOTHING, text: kept.text });
			else forgetGate(place);
			this.#kept = keptGatesOf(place.runId);
		}
		this.#look();
		return result;
	}

	/** Puts text away that was left over; the way back. */
	putAway({ stepId, draftHash, text, reason }: LeftText): () => void {
		const place = this.#place(stepId, draftHash);
		forgetGate(place);
		this.#kept = keptGatesOf(place.runId);
		return () => {
			keepGate(place, { text, reason, left: true });
			this.#kept = keptGatesOf(place.runId);
		};
	}

	/** Finds gates that this tab held open and somebody else closed. */
	#look(): void {
		const run = this.#run();
		if (!run) return;
		for (const [key, own] of Object.entries(this.#own)) {
			if (own.runId !== run.id || isOpen(run, own) || this.#deciding.includes(key)) continue;
			delete this.#own[key];
			const { text, reason, asking } = own;
			if (!hasWords(own)) forgetGate(own);
			else keepGate(own, { text, reason, asking, left: true });
			this.#kept = keptGatesOf(run.id);
		}
	}

	#place(stepId: string, draftHash: string): GatePlace {
		// Gates call this while they follow what is typed; events of the run are nothing to them.
		return { runId: untrack(this.#run)?.id ?? '', stepId, draftHash };
	}
}

/** True for what somebody wrote, and not only opened or ticked. */
function hasWords({ text, reason, comments }: GateDraft): boolean {
	return text !== null || reason.trim() !== '' || comments.length > 0;
}

function keyOf({ runId, stepId, draftHash }: GatePlace): string {
	return `${runId}:${stepId}:${draftHash}`;
}

function isOpen(run: RunState, { stepId, draftHash }: Pick<GatePlace, 'stepId' | 'draftHash'>): boolean {
	const step = run.steps[stepId];
	return step?.status === 'waiting' && step.request?.draft.hash === draftHash;
}
