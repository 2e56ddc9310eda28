import type { GateComment, ItemDecision } from '$lib/run';
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

export const NOTHING: GateDraft = {
	text: null,
	ticks: [],
	reason: '',
	asking: null,
	opened: false,
	comments: [],
	looked: [],
	items: []
};

function keyOf({ runId, stepId, draftHash }: GatePlace): string {
	return `gate:${runId}:${stepId}:${draftHash}`;
}

/** What is kept for a gate, every part checked: another version of Galley may have written it. */
export function keptGate(place: GatePlace): KeptGate {
	const known = readKept(keyOf(place));
	const found = known !== null && typeof known === 'object' ? (known as Record<string, unknown>) : {};
	const { text, ticks, reason, asking, left, opened, comments, looked, items } = found;
	return {
		...place,
		text: typeof text === 'string' ? text : null,
		ticks: Array.isArray(ticks) ? ticks.filter((one) => typeof one === 'string') : [],
		reason: typeof reason === 'string' ? reason : '',
		asking: typeof asking === 'string' ? asking : null,
		opened: opened === true,
		comments: listOf(comments).filter(isComment),
		looked: listOf(looked).filter((one) => typeof one === 'number'),
		items: listOf(items).filter(isItem),
		left: left === true
	};
}

/** Keeps only what changed, so that two tabs at one gate do not write over each other's other fields. */
export function keepGate(place: GatePlace, change: Partial<GateDraft & { left: boolean }>): void {
	const { left, ...draft } = { ...keptGate(place), ...change };
	const { text, ticks, reason, asking, opened, comments, looked, items } = draft;
	const lists = [ticks, comments, looked, items];
	const empty =
		text === null && reason === '' && asking === null && !opened && lists.every((list) => list.length === 0);
	writeKept(keyOf(place), empty ? null : { ...draft, ...place, left });
}

function listOf(value: unknown): unknown[] {
	return Array.isArray(value) ? value : [];
}

function isComment(value: unknown): value is GateComment {
	const { quote, before, after, at, text, replacement = '' } = (value ?? {}) as Record<string, unknown>;
	const texts = [quote, before, after, text, replacement];
	return texts.every((one) => typeof one === 'string') && typeof at === 'number';
}

function isItem(value: unknown): value is ItemDecision {
	const { index, decision, reason } = (value ?? {}) as Record<string, unknown>;
	const isSaid = decision === 'approved' || decision === 'left-out';
	return typeof index === 'number' && isSaid && (reason === undefined || typeof reason === 'string');
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
