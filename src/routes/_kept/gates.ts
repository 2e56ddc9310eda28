import type { GateDraft } from '$lib/ui';
import { keptUnder, readKept, writeKept } from './store';

/** Which gate, and the draft that was on the screen there. */
export interface GatePlace {
	runId: string;
	stepId: string;
	draftHash: string;
}

/** A gate's draft as it lies on this device. */
export interface KeptGate extends GatePlace, GateDraft {
	/** Somebody decided without it: it belongs to no open gate any more. */
	left: boolean;
}

export const NOTHING: GateDraft = { text: null, ticks: [], reason: '', asking: null };

function keyOf({ runId, stepId, draftHash }: GatePlace): string {
	return `gate:${runId}:${stepId}:${draftHash}`;
}

/** What is kept for a gate, every part checked: another version of Galley may have written it. */
export function keptGate(place: GatePlace): KeptGate {
	const known = readKept(keyOf(place));
	const found = known !== null && typeof known === 'object' ? (known as Record<string, unknown>) : {};
	const { text, ticks, reason, asking, left } = found;
	return {
		...place,
		text: typeof text === 'string' ? text : null,
		ticks: Array.isArray(ticks) ? ticks.filter((one) => typeof one === 'string') : [],
		reason: typeof reason === 'string' ? reason : '',
		asking: asking === 'changes' || asking === 'reject' ? asking : null,
		left: left === true
	};
}

/** Keeps only what changed, so that two tabs at one gate do not write over each other's other fields. */
export function keepGate(place: GatePlace, change: Partial<GateDraft & { left: boolean }>): void {
	const { text, ticks, reason, asking, left } = { ...keptGate(place), ...change };
	const empty = text === null && ticks.length === 0 && reason === '' && asking === null;
	writeKept(keyOf(place), empty ? null : { ...place, text, ticks, reason, asking, left });
}

export function forgetGate(place: GatePlace): void {
	writeKept(keyOf(place), null);
}

/** Everything that is kept for the gates of a run. */
export function keptGatesOf(runId: string): KeptGate[] {
	return keptUnder(`gate:${runId}:`).flatMap((key) => {
		const known = readKept(key) as Partial<GatePlace> | null;
		if (typeof known?.stepId !== 'string' || typeof known.draftHash !== 'string') return [];
		return [keptGate({ runId, stepId: known.stepId, draftHash: known.draftHash })];
	});
}
