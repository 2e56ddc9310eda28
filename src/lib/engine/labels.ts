import { failure, stricter, type Failure, type Labels, type ValueRef } from '$lib/core';
import type { LibraryEntry, Rung, StepState } from '$lib/run';
import { mayBeMissing, type Source } from '$lib/workflow';
import type { Resolved } from './resolve';

/**
 * What stays on this device. A source is called `local-only` by its workflow; everything made from it inherits that. Here
 * it is kept: such a value is never handed to a step whose model is elsewhere.
 */

/** What a source gave, labelled as its workflow says. Never loosened: what is `local-only` stays so. */
export function labelledBy(source: Pick<Source, 'reach'> | undefined, ref: ValueRef): ValueRef {
	if (source?.reach !== 'local-only') return ref;
	return { ...ref, labels: { ...ref.labels, reach: 'local-only' } };
}

/**
 * A reference from a run or library of a release that called every file `local-only` and let it go all the same. It says
 * nothing about what the person wants, so it is taken as not said.
 */
export function unsaid<R extends { labels: Labels }>(ref: R): R {
	return { ...ref, labels: { ...ref.labels, reach: 'may-leave' } };
}

/** The value of a library entry, with labels that mean something. */
export function valueOfEntry(entry: LibraryEntry): ValueRef {
	return entry.labelsHold ? entry.value : unsaid(entry.value);
}

/** The labels of what is made of all that a step is given. */
export function labelsOf({ inputs, refs, said, around }: Omit<Resolved, 'labels'>): Labels {
	const given = [...Object.values(inputs), ...Object.values(refs)].flat();
	return stricter([said, ...given.map(({ labels }) => labels), ...around]);
}

/** What a step may be given with a model that is elsewhere, and the names of the inputs that were left out for it. */
export interface Shareable {
	resolved: Resolved;
	withheld: string[];
}

/**
 * Takes out what may not leave: inputs that may be missing are left out, and for any other the step cannot be done by
 * this model. On the device everything stays in.
 */
export function shareable(
	step: StepState,
	rung: Rung | null,
	resolved: Resolved
): { ok: true; value: Shareable } | { ok: false; failure: Failure } {
	if (!rung || rung.choice.onDevice) return { ok: true, value: { resolved, withheld: [] } };
	const kept = Object.keys(resolved.inputs).filter((name) => isLocal(labelsOfInput(resolved, name)));
	const needed = kept.filter((name) => !mayBeMissing(step.def, name));
	const others = [
		...(isLocal([resolved.said]) ? ['its instructions'] : []),
		...(step.feedback && isLocal([step.feedback.draft.labels]) ? ['the draft that you sent back'] : [])
	];
	const named = [...needed.map((name) => `“${name}”`), ...others];
	if (named.length > 0) {
		return {
			ok: false,
			failure: failure(
				'label.local-only',
				`“${step.def.title}” sees what may not leave this device (${named.join(', ')}), and ${rung.title} is elsewhere. Nothing was sent. Use a model on this device, or do the step by hand.`,
				{ details: { inputs: named } }
			)
		};
	}
	return { ok: true, value: { resolved: without(step, resolved, kept), withheld: kept } };
}

function without(step: StepState, resolved: Resolved, names: readonly string[]): Resolved {
	if (names.length === 0) return resolved;
	const next = { ...resolved, inputs: { ...resolved.inputs }, refs: { ...resolved.refs } };
	next.evidence = { ...resolved.evidence };
	for (const name of names) {
		const instead = step.def.defaults?.[name];
		next.refs[name] = [];
		next.evidence[name] = [];
		next.inputs[name] =
			instead === undefined
				? []
				: [
						{
							content: instead,
							media: typeof instead === 'string' ? 'text/plain' : 'application/json',
							labels: { trust: 'trusted', reach: 'may-leave' },
							from: []
						}
					];
	}
	// What is made without them is not made of them.
	return { ...next, labels: labelsOf(next) };
}

function labelsOfInput(resolved: Resolved, name: string): Labels[] {
	return [...(resolved.inputs[name] ?? []), ...(resolved.refs[name] ?? [])].map(({ labels }) => labels);
}

function isLocal(labels: Labels[]): boolean {
	return stricter(labels).reach === 'local-only';
}
