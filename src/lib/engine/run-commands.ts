import {
	DONE,
	fail,
	failure,
	ok,
	OPEN,
	type Failure,
	type Json,
	type Labels,
	type Result,
	type ValueRef
} from '$lib/core';
import { diffCounts, diffWords, reviewRules, type Command } from '$lib/run';
import { isProposalMedia, readAnswer, readProposal, unconfirmed, type Proposal } from '$lib/steps';
import type { StoredValue } from '$lib/storage';
import { routeNamed } from '$lib/workflow';
import type { Decision, GivenSource, OutputChange } from './api';
import type { Engine } from './engine';
import { itemsLeft } from './item-decisions';
import { labelledBy, valueOfEntry } from './labels';

/** Values that are stored already, or will be with the facts that refer to them. */
export interface Chosen {
	refs: ValueRef[];
	stored: StoredValue[];
}

/** What a person gives is believed no more than any text. Where it may go, the workflow and the person say. */
export const GIVEN: Labels = { trust: 'untrusted', reach: 'may-leave' };

/** Stores what a person gave; entries of the library are taken by reference. */
export async function takeIn(engine: Engine, given: readonly GivenSource[]): Promise<Result<Chosen>> {
	const chosen: Chosen = { refs: [], stored: [] };
	for (const one of given) {
		if (one.kind === 'entry') {
			const entry = await engine.ports.database.entries.get(one.id);
			if (!entry)
				return fail(failure('entry.unknown', 'A chosen file is no longer in the library. Choose it again.'));
			chosen.refs.push({ ...valueOfEntry(entry), name: entry.value.name ?? entry.path });
			continue;
		}
		const packed = engine.values.put({
			content: one.kind === 'text' ? one.text : one.bytes,
			media:
				one.kind === 'text'
					? 'text/plain'
					: one.media === 'application/json'
						? 'application/octet-stream'
						: one.media,
			labels: GIVEN,
			from: [],
			name: one.name
		});
		chosen.refs.push(packed.ref);
		chosen.stored.push(packed.stored);
	}
	return ok(chosen);
}

/** Approves a draft, as it stands or with the person's edits; both texts are kept. */
export async function approve(
	engine: Engine,
	given: Decision & { text?: string },
	from?: { by: string; packet: string }
): Promise<Result<void>> {
	const { runId, text: _text, ...said } = given;
	const { stepId, confirmed, items } = said;
	const base = { type: 'approve' as const, ...said, ...(from ? { packet: from.packet } : {}) };
	const log = await engine.log(runId);
	const draftRef = log.state.steps[stepId]?.request?.draft;
	const isProposal = draftRef !== undefined && isProposalMedia(draftRef.media);
	const isEach = reviewRules(log.state, stepId)?.each === true;
	if (!draftRef || (given.text === undefined && !isProposal && !isEach))
		return engine.command(runId, base, [], from?.by);
	const draft = await engine.values.get(draftRef);
	if (!draft.ok) return draft;
	if (isEach && Array.isArray(draft.value.content)) {
		const left = itemsLeft(draft.value.content, items ?? []);
		if (!left.ok) return left;
		if (left.value.length === draft.value.content.length) return engine.command(runId, base, [], from?.by);
		const kept = engine.values.put({ ...draft.value, content: left.value, from: [draftRef.hash] });
		return engine.command(runId, { ...base, reviewed: kept.ref }, [kept.stored], from?.by);
	}
	if (isProposal) {
		const sound = checkProposal(draft.value.content, given.text, confirmed ?? []);
		if (!sound.ok) return sound;
	}
	if (given.text === undefined) return engine.command(runId, base, [], from?.by);
	const before = typeof draft.value.content === 'string' ? draft.value.content : '';
	const packed = engine.values.put({
		...draft.value,
		content: given.text,
		labels: draftRef.labels ?? OPEN,
		from: [draftRef.hash]
	});
	const command: Command = {
		...base,
		reviewed: packed.ref,
		words: diffCounts(diffWords(before, given.text))
	};
	return engine.command(runId, command, [packed.stored], from?.by);
}

/**
 * What could not be carried out is refused here, where it can still be mended. Editing a proposal takes nothing off the
 * list of what has to be confirmed.
 */
function checkProposal(draft: unknown, text: string | undefined, confirmed: string[]): Result<void> {
	const proposed = text === undefined ? null : readProposal(text);
	if (proposed && !proposed.ok) return proposed;
	// A draft that is no proposal can be approved as it stands; nothing is done with it then.
	const before = readProposal(draft);
	const parts = [before, ...(proposed ? [proposed] : [])].flatMap((read) => (read.ok ? [read.value] : []));
	const missing = [...new Set(parts.flatMap((one) => unconfirmed(one, confirmed)))];
	const dropped = proposed && before.ok ? unconfirmed(before.value, fieldsOf(proposed.value)) : [];
	if (dropped.length > 0) return fail(confirmDropped(dropped));
	return missing.length > 0 ? fail(confirmMissing(missing)) : DONE;
}

function fieldsOf({ confirm }: Proposal): string[] {
	return confirm.map(({ field }) => field);
}

function confirmMissing(fields: string[]): Failure {
	return failure(
		'confirm.missing',
		`A document or a model has filled in ${named(fields)}. Nothing was approved; look at what it says and confirm it, then approve.`
	);
}

function confirmDropped(fields: string[]): Failure {
	return failure(
		'confirm.dropped',
		`The changed text no longer says that a document or a model has filled in ${named(fields)}. Nothing was approved; leave “confirm” as it was.`
	);
}

function named(fields: string[]): string {
	return fields.map((field) => `“${field}”`).join(', ');
}

/** The output of a step, typed by the person: trusted, and theirs to say where it may go. */
export async function answer(
	engine: Engine,
	runId: string,
	stepId: string,
	content: Json,
	reason: string
): Promise<Result<void>> {
	const step = (await engine.log(runId)).state.steps[stepId];
	const def = step?.def;
	const schema = step?.asked?.why === 'ask' ? def?.with['schema'] : undefined;
	const isForm = schema !== null && typeof schema === 'object' && !Array.isArray(schema);
	const read = isForm ? await readAnswer(schema, content) : ok(content);
	if (!read.ok) return read;
	const route = def?.kind === 'branch' ? routeNamed(def, content) : null;
	// As the branch itself says it.
	const said = route === null ? read.value : { route, because: reason || 'It was chosen by hand.' };
	const media = typeof said === 'string' ? 'text/markdown' : 'application/json';
	const packed = engine.values.put({ content: said, media, labels: OPEN, from: [] });
	const way = route === null ? {} : { route };
	return engine.command(runId, { type: 'answer', stepId, output: packed.ref, reason, ...way }, [
		packed.stored
	]);
}

/** Something else in the place of an output. It is believed, and may go, no further than what it takes the place of. */
export async function changeOutput(engine: Engine, change: OutputChange): Promise<Result<void>> {
	const { runId, stepId, wasHash, content, reason } = change;
	const was = (await engine.log(runId)).state.steps[stepId]?.output;
	const { media, labels } = was ?? { media: 'text/markdown', labels: OPEN };
	const packed = engine.values.put({ content, media, labels, from: was ? [was.hash] : [] });
	const command: Command = { type: 'change-output', stepId, wasHash, output: packed.ref, reason };
	return engine.command(runId, command, [packed.stored]);
}

/** Puts other files in the place of a source; a failed collect can then be tried again. */
export async function replaceSource(
	engine: Engine,
	runId: string,
	sourceId: string,
	given: readonly GivenSource[]
): Promise<Result<void>> {
	const taken = await takeIn(engine, given);
	if (!taken.ok) return taken;
	if (taken.value.refs.length === 0) return DONE;
	const sources = (await engine.log(runId)).state.definition?.sources;
	const source = sources?.find((one) => one.id === sourceId);
	const values = taken.value.refs.map((ref) => labelledBy(source, ref));
	return engine.command(runId, { type: 'replace-source', sourceId, values }, taken.value.stored);
}
