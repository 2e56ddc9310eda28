import type { GivenNote, ValueRef } from '$lib/core';
import { cellsOf, foldAll, valuesOf, type LogRecord, type RunEvent, type RunState } from '$lib/run';
import type { ExportSource } from './contract';

/** One thing that goes into an export or stays out of it. */
export interface ExportItem {
	id: string;
	group:
		'Files and texts given' | 'Made by steps' | 'Sent to models' | 'Notes' | 'Your own texts' | 'Library';
	title: string;
	bytes: number;
	/** It is for this device only, so it stays out unless it is chosen. */
	localOnly: boolean;
}

/** What stands in the place of a text that was left out. */
export const LEFT_OUT = 'left out by the sender';

type Item = ExportItem & { hashes: string[] };

/** Everything that an export of a run would hold beside the skeleton of its record. */
export function itemsOf(source: ExportSource): ExportItem[] {
	return allItems(source).map(({ hashes: _hashes, ...item }) => item);
}

/** What is chosen when nobody has chosen: all that is not for this device only. */
export function chosenByDefault(items: readonly ExportItem[]): Set<string> {
	return new Set(items.filter(({ localOnly }) => !localOnly).map(({ id }) => id));
}

/**
 * The source with only what was chosen. The skeleton stays: every record keeps its place and its hash. A record that
 * quotes something left out is redacted: its content goes, its hash stays, so the chain can still be followed.
 */
export function withOnly(source: ExportSource, chosen: ReadonlySet<string>): ExportSource {
	const items = allItems(source);
	const out = items.filter(({ id }) => !chosen.has(id));
	if (out.length === 0) return source;
	// What two things share goes when either is left out.
	const omitted = new Set(out.flatMap(({ hashes }) => hashes));
	const isOut = (kind: string, id: string) => out.some((item) => item.id === `${kind}:${id}`);
	const notes = new Set(source.notes.filter(({ id }) => isOut('note', id)).map(({ id }) => id));
	for (const item of out) if (item.id.startsWith('note:')) notes.add(item.id.slice('note:'.length));
	const saw = new Map<string, string>();
	const events = source.records.map(({ event }) => {
		const one = event as RunEvent;
		// Every version of a text that was left out goes.
		if (one.type === 'prose.written' && isOut('text', one.id)) return { ...one, text: '' };
		if ('attemptId' in one && seenIn(one).some(({ hash }) => omitted.has(hash)))
			saw.set(one.attemptId, one.stepId);
		return redacted(one, { omitted, notes, saw });
	});
	return {
		...source,
		state: foldAll(source.state.id, events),
		records: source.records.map((record, index) =>
			events[index] === record.event ? record : withoutContent(record)
		),
		notes: source.notes.filter(({ id }) => !notes.has(id)),
		entries: source.entries.filter(({ id, value }) => !isOut('entry', id) && !omitted.has(value.hash)),
		values: new Map([...source.values].filter(([hash]) => !omitted.has(hash))),
		omitted
	};
}

/** True for a record whose content was taken out. */
export function isRedacted(record: LogRecord): boolean {
	return record.event.type === 'redacted';
}

function withoutContent(record: LogRecord): LogRecord {
	return { ...record, event: { type: 'redacted', at: record.event.at } };
}

/** What is left out: values by their hash, notes by their id; and the attempts that had seen such a value, with their steps. */
interface Out {
	omitted: ReadonlySet<string>;
	notes: ReadonlySet<string>;
	saw: ReadonlyMap<string, string>;
}

/** The values that an attempt was given, as its facts name them. */
function seenIn(event: RunEvent): ValueRef[] {
	if (event.type === 'attempt.started') return Object.values(event.inputs).flat();
	if (event.type === 'attempt.prepared' || event.type === 'call.held') return [event.prompt];
	return event.type === 'attempt.failed' && event.kept ? [event.kept] : [];
}

const GONE = `[${LEFT_OUT}]`;

/** The event without what quotes something left out; the same one where nothing does. */
function redacted(event: RunEvent, { omitted, notes, saw }: Out): RunEvent {
	const quiet = (given: GivenNote[]) =>
		given.map((note) => (notes.has(note.id) ? { ...note, instruction: GONE } : note));
	switch (event.type) {
		case 'attempt.prepared': {
			if (!toldIn(event).some(({ id }) => notes.has(id))) return event;
			const withheld = event.withheldNotes ? { withheldNotes: quiet(event.withheldNotes) } : {};
			const beside = event.besideNotes ? { besideNotes: quiet(event.besideNotes) } : {};
			return { ...event, given: quiet(event.given), cut: quiet(event.cut), ...withheld, ...beside };
		}
		case 'call.held':
			if (!event.withheldNotes?.some(({ id }) => notes.has(id))) return event;
			return { ...event, withheldNotes: quiet(event.withheldNotes) };
		case 'attempt.failed':
		case 'block.failed': {
			// What went wrong is often told with a piece of what it went wrong with.
			const { code, retryable } = event.failure;
			return saw.has(event.attemptId) ? { ...event, failure: { code, message: GONE, retryable } } : event;
		}
		case 'round.judged':
			return saw.has(event.attemptId) ? { ...event, because: GONE } : event;
		case 'effect.intended':
			return saw.has(event.attemptId) ? { ...event, says: GONE } : event;
		case 'rung.switched':
			return [...saw.values()].includes(event.stepId) ? { ...event, says: GONE } : event;
		case 'review.requested':
			return omitted.has(event.draft.hash) && event.because ? { ...event, because: GONE } : event;
		case 'review.passed':
		case 'review.expired':
			return omitted.has(event.draft.hash) ? { ...event, because: GONE } : event;
		case 'review.decided': {
			const isOut = omitted.has(event.draft.hash) || omitted.has(event.reviewed?.hash ?? '');
			if (!isOut || !event.comments?.length) return event;
			// A remark quotes the place that it is about.
			const { comments: _comments, ...rest } = event;
			return rest;
		}
		case 'attempt.succeeded':
		case 'step.reused': {
			const isOut = omitted.has(event.output.hash);
			const quotes = event.verdicts.some(({ noteId }) => notes.has(noteId));
			if (!quotes && !(isOut && event.evidence.length + event.flags.length + event.verdicts.length > 0))
				return event;
			return {
				...event,
				evidence: isOut ? [] : event.evidence,
				flags: isOut ? [] : event.flags,
				verdicts: event.verdicts.map((verdict) =>
					isOut || notes.has(verdict.noteId) ? { ...verdict, reason: '' } : verdict
				)
			};
		}
		default:
			return event;
	}
}

/** Every note that an attempt had to do with, given or not. */
function toldIn(one: {
	given: GivenNote[];
	cut: GivenNote[];
	withheldNotes?: GivenNote[] | undefined;
	besideNotes?: GivenNote[] | undefined;
}): GivenNote[] {
	return [...one.given, ...one.cut, ...(one.withheldNotes ?? []), ...(one.besideNotes ?? [])];
}

/** Ids of the notes that a run had to do with, whether it was given them or not. */
export function notesTold({ steps }: Pick<RunState, 'steps'>): Set<string> {
	const attempts = Object.values(steps).flatMap((step) => step.attempts);
	return new Set(attempts.flatMap(toldIn).map(({ id }) => id));
}

/** Ids of the chosen items that were made of something that stays out, step by step: they may still say what it says. */
export function madeOfLeftOut(source: ExportSource, chosen: ReadonlySet<string>): string[] {
	const items = allItems(source);
	const out = new Set(items.filter(({ id }) => !chosen.has(id)).flatMap(({ hashes }) => hashes));
	const made = new Map<string, string[]>();
	const add = (ref: ValueRef | null | undefined, from: readonly string[]) => {
		if (ref) made.set(ref.hash, [...(made.get(ref.hash) ?? []), ...from]);
	};
	for (const { attempts, output, decisions } of Object.values(source.state.steps)) {
		for (const one of attempts) {
			const seen = Object.values(one.inputs).flatMap((refs) => refs.map(({ hash }) => hash));
			for (const ref of [one.prompt, one.output, one.kept, one.repaired?.answer, one.mended?.raw])
				add(ref, seen);
		}
		add(output, output?.from ?? []);
		for (const { draft, reviewed } of decisions) add(reviewed, [draft.hash]);
	}
	for (let before = -1; before !== out.size;) {
		before = out.size;
		for (const [hash, from] of made) if (from.some((one) => out.has(one))) out.add(hash);
	}
	return items
		.filter(({ id, hashes }) => chosen.has(id) && hashes.some((one) => out.has(one)))
		.map(({ id }) => id);
}

function allItems(source: ExportSource): Item[] {
	const { state, values, notes, entries } = source;
	const refs = new Map(valuesOf(state).map((ref) => [ref.hash, ref]));
	const items = new Map<string, Item>();
	const taken = new Set<string>();
	const add = (id: string, group: ExportItem['group'], title: string, more: readonly (ValueRef | null)[]) => {
		const found = more.filter((ref): ref is ValueRef => ref !== null && values.has(ref.hash));
		const item = items.get(id) ?? { id, group, title, bytes: 0, localOnly: false, hashes: [] };
		for (const ref of found) {
			taken.add(ref.hash);
			if (item.hashes.includes(ref.hash)) continue;
			item.hashes.push(ref.hash);
			item.bytes += ref.bytes;
			item.localOnly ||= ref.labels.reach === 'local-only';
		}
		if (item.hashes.length > 0) items.set(id, item);
	};
	for (const [name, given] of Object.entries(state.sources)) {
		const title = state.definition?.sources.find((one) => one.id === name)?.title ?? name;
		for (const ref of given)
			add(`source:${ref.hash}`, 'Files and texts given', ref.name ? `${title}: ${ref.name}` : title, [ref]);
	}
	for (const { id, step, state: known } of cellsOf(state)) {
		const title = id === step.id ? step.title : `${step.title} (${id})`;
		const prompts = known.attempts.map(({ prompt }) => prompt);
		add(`prompt:${id}`, 'Sent to models', title, prompts);
		const made = [
			known.output,
			known.request?.draft ?? null,
			known.feedback?.draft ?? null,
			...known.attempts.flatMap(({ output, kept }) => [output, kept]),
			...known.decisions.flatMap(({ draft, reviewed }) => [draft, reviewed ?? null]),
			...known.answers.map(({ output }) => output)
		];
		add(
			`made:${id}`,
			'Made by steps',
			title,
			made.filter((ref) => ref && !taken.has(ref.hash))
		);
	}
	const rest = [...refs.values()].filter(({ hash }) => !taken.has(hash));
	add('made:*', 'Made by steps', 'Other values that steps were handed', rest);
	for (const entry of entries) {
		const { id, path, value } = entry;
		// A saved output is the output of a step, which is in the list.
		if (!taken.has(value.hash)) add(`entry:${id}`, 'Library', path, [value]);
	}
	for (const { id, text } of state.prose)
		items.set(`text:${id}`, {
			...{ id: `text:${id}`, group: 'Your own texts', title: text.split('\n', 1)[0] ?? '' },
			...{ bytes: new TextEncoder().encode(text).length, localOnly: false, hashes: [] }
		});
	for (const note of notesIn(source))
		items.set(`note:${note.id}`, {
			id: `note:${note.id}`,
			group: 'Notes',
			title: note.instruction,
			bytes: note.instruction.length,
			localOnly: notes.find(({ id }) => id === note.id)?.reach === 'local-only',
			hashes: []
		});
	return [...items.values()];
}

/** Notes as they are now, and those that the run was given and are no more. */
function notesIn({ state, notes }: ExportSource): { id: string; instruction: string }[] {
	const found = new Map(notes.map(({ id, instruction }) => [id, { id, instruction }]));
	for (const step of Object.values(state.steps))
		for (const attempt of step.attempts)
			for (const { id, instruction } of toldIn(attempt))
				if (instruction !== '' && !found.has(id)) found.set(id, { id, instruction });
	return [...found.values()];
}
