import { sayName, type Json, type Result, type ValueRef } from '$lib/core';
import { cellsOf, type CellView, type RunState } from '$lib/run';
import type { Content } from './context';
import { sayScalar } from './shapes';
import type { CellTab } from './tabs';

/** A cell that has what is looked for, and where the first of it is. */
export interface Found {
	cellId: string;
	/** Id of the person's own text above that cell, or after the last one, that it stands in; null: in the cell itself. */
	prose: string | null;
	title: string;
	/** The tab that shows it; null when it stands in the cell whatever tab is open. */
	tab: CellTab | null;
	/** What the tab is called. */
	where: string;
	/** Some words around the first place. */
	before: string;
	hit: string;
	after: string;
	/** How often it stands there. */
	count: number;
}

/** One text of a cell. */
interface Place {
	tab: CellTab | null;
	where: string;
	text: string | Pick<ValueRef, 'hash' | 'media'>;
}

/** Characters shown on either side of what was found. */
const AROUND = 48;
/** Longer values are searched to here only; a notebook does not show more of them either. */
const LONGEST = 2_000_000;

type Read = (ref: Pick<ValueRef, 'hash' | 'media'>) => Promise<Result<Content>>;

/**
 * Looks for a text in everything that a run shows: titles, outputs, failures, questions, decisions, remarks, prompts, inputs,
 * notes, the person's own texts, and what stands inside items that are folded. Case does not matter. What it has found so far comes cell by cell; it ends
 * early when `signal` says so. Values that cannot be read are left out.
 */
export async function* findIn(
	run: RunState,
	query: string,
	read: Read,
	signal: AbortSignal
): AsyncGenerator<Found, void> {
	const pattern = patternOf(query);
	if (!pattern) return;
	const cells = cellsOf(run);
	for (const cell of cells) {
		if (signal.aborted) return;
		yield* inProse(run, cell, cell.id, pattern);
		const seen = new Set<string>();
		for (const { tab, where, text } of placesOf(cell)) {
			// What one tab has shown is not told again of another, such as an input that is the output before.
			const key = typeof text === 'string' ? text : text.hash;
			if (seen.has(key)) continue;
			seen.add(key);
			const content = typeof text === 'string' ? text : await textFrom(text, read);
			if (signal.aborted) return;
			const found = content === null ? null : firstIn(content, pattern);
			if (found) yield { cellId: cell.id, prose: null, title: cell.step.title, tab, where, ...found };
		}
	}
	const last = cells.at(-1);
	if (last && !signal.aborted) yield* inProse(run, last, null, pattern);
}

/** The person's own texts above a step; `before` null: those at the end, where the last cell leads to. */
function* inProse(
	run: RunState,
	{ id, step }: CellView,
	before: string | null,
	pattern: RegExp
): Generator<Found> {
	for (const { id: prose, text } of run.prose.filter((one) => one.before === before)) {
		const found = firstIn(text, pattern);
		const where = before === null ? 'At the end' : `Above ${step.title}`;
		if (found) yield { cellId: id, prose, title: 'Your text', tab: null, where, ...found };
	}
}

/** What a query looks for; null when it looks for nothing. Any white space matches any other. */
export function patternOf(query: string): RegExp | null {
	const words = query.trim().split(/\s+/).filter(Boolean);
	if (words.length === 0) return null;
	return new RegExp(words.map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('\\s+'), 'giu');
}

/** The texts of a cell in the order in which its tabs show them. */
function placesOf({ step, state, attempt }: CellView): Place[] {
	const places: Place[] = [{ tab: null, where: 'Title', text: step.title }];
	const { question, criteria } = step.with;
	if (typeof question === 'string') places.push({ tab: null, where: 'Question', text: question });
	for (const text of Array.isArray(criteria) ? criteria : [])
		if (typeof text === 'string') places.push({ tab: null, where: 'Criterion', text });
	if (attempt?.failure) places.push({ tab: 'error', where: 'Error', text: attempt.failure.message });
	for (const decision of state.decisions) {
		places.push({ tab: null, where: 'Decision', text: decision.reason });
		for (const remark of decision.comments ?? [])
			places.push({ tab: null, where: 'Remark', text: `${remark.text}\n${remark.replacement ?? ''}` });
		if (decision.reviewed) places.push({ tab: null, where: 'Reviewed', text: decision.reviewed });
	}
	if (state.request) places.push({ tab: null, where: 'Draft', text: state.request.draft });
	if (state.output) places.push({ tab: 'output', where: 'Output', text: state.output });
	for (const flag of attempt?.flags ?? []) places.push({ tab: 'output', where: 'Flag', text: flag.text });
	if (attempt?.prompt) places.push({ tab: 'sent', where: 'As sent', text: attempt.prompt });
	for (const note of attempt?.given ?? [])
		places.push({ tab: 'notes', where: 'Note', text: note.instruction });
	for (const input of Object.values(attempt?.inputs ?? {}).flat())
		places.push({ tab: 'input', where: 'Input', text: input });
	return places.filter(({ text }) => text !== '');
}

async function textFrom(ref: Pick<ValueRef, 'hash' | 'media'>, read: Read): Promise<string | null> {
	const found = await read(ref);
	if (!found.ok || found.value instanceof Uint8Array) return null;
	const { value } = found;
	return (typeof value === 'string' ? value : linesOf(value).join('\n')).slice(0, LONGEST);
}

/** Data as lines of name and value, texts as they read; a large number also as it is shown, with its commas. */
function linesOf(value: Json, name = ''): string[] {
	if (Array.isArray(value)) return value.flatMap((inner) => linesOf(inner, name));
	if (typeof value === 'object' && value !== null)
		return Object.entries(value).flatMap(([key, inner]) => linesOf(inner, sayName(key)));
	const shown = sayScalar(value);
	const text = typeof value === 'number' && shown !== String(value) ? `${value} (${shown})` : String(value);
	return [name ? `${name}: ${text}` : text];
}

function firstIn(text: string, pattern: RegExp): Pick<Found, 'before' | 'hit' | 'after' | 'count'> | null {
	const all = [...text.matchAll(pattern)];
	const first = all[0];
	if (!first) return null;
	const end = first.index + first[0].length;
	const start = Math.max(0, first.index - AROUND);
	return {
		before: (start > 0 ? '…' : '') + text.slice(start, first.index),
		hit: first[0],
		after: text.slice(end, end + AROUND) + (text.length > end + AROUND ? '…' : ''),
		count: all.length
	};
}
