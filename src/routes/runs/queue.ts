import { riskOf, type RunRow, type WaitingGate } from '$lib/run';

/** Something that waits for the person: a gate, or a question. */
export interface Waiting {
	key: string;
	run: RunRow;
	stepId: string;
	question: string;
	since: number;
	why: NonNullable<RunRow['waiting']>['why'];
	/** Why it stands where it stands, the weightiest first. */
	reasons: string[];
	weight: number;
	/** Put off until then; null: it waits now. */
	later: number | null;
}

/** What a question weighs, beside the gates, and why. */
const ASKED: Record<string, [weight: number, reason: string]> = {
	unknown: [900, 'something may have gone out'],
	budget: [350, 'would go beyond a budget'],
	consent: [350, 'would leave this device'],
	escalation: [200, 'could not be done']
};

/** Everything that waits in some runs, what could go wrong most first; what was put off stands by itself, soonest first. */
export function queueOf(rows: readonly RunRow[], now: number): { now: Waiting[]; later: Waiting[] } {
	const all = rows.flatMap((run) => entriesOf(run, now));
	const isLater = (one: Waiting) => one.later !== null && one.later > now;
	return {
		now: all.filter((one) => !isLater(one)).sort((a, b) => b.weight - a.weight || a.since - b.since),
		later: all.filter(isLater).sort((a, b) => (a.later ?? 0) - (b.later ?? 0))
	};
}

function entriesOf(run: RunRow, now: number): Waiting[] {
	const gates = (run.gates ?? []).map((gate) => fromGate(run, gate, now));
	const { waiting } = run;
	if (!waiting || gates.some(({ stepId }) => stepId === waiting.stepId)) return gates;
	const [weight, reason] = ASKED[waiting.why] ?? [0, ''];
	const { stepId, question, since, why } = waiting;
	const asked = { stepId, question, since, why, weight, reasons: reason ? [reason] : [] };
	return [{ key: `${run.id} ${stepId}`, run, ...asked, later: null }, ...gates];
}

function fromGate(run: RunRow, gate: WaitingGate, now: number): Waiting {
	const { stepId, question, since, later } = gate;
	const { weight, reasons } = riskOf(gate, now);
	return { key: `${run.id} ${stepId}`, run, stepId, question, since, why: 'review', reasons, weight, later };
}
