import {
	canonicalJson,
	hashOf,
	nameOfItem,
	ok,
	type Json,
	type OpenItem,
	type Result,
	type ValueRef
} from '$lib/core';
import type { EventOf, RunEvent } from './event';
import { no, signed, type Occasion } from './occasion';
import { reviewRules } from './review';
import { sayRemark } from './sent-back';
import type { RunState, StepState } from './state';
import { foundBefore, upstreamOf } from './upstream';

/**
 * What an approved run left open, and what became of it in the next one: criteria that nobody ticked, flags that were there
 * all the same, members of a list that were left out, remarks made with an approval, tasks (`- [ ]`) in the approved text.
 */

/** Contents of values of a run, by hash, as far as they are at hand. */
export type Contents = (hash: string) => string | Json | undefined;

/** How an item was settled in a run. */
export interface Settled {
	how: 'closed' | 'ticked' | 'not-flagged' | 'approved' | 'task-done' | 'not-asked';
	/** When, and by whom where a name was given. */
	at: number;
	by: string | null;
}

export interface ItemClosing {
	type: 'close-item' | 'reopen-item';
	key: string;
}

export function decideItem(state: RunState, { type, key }: ItemClosing, when: Occasion): Result<RunEvent[]> {
	const isClosed = Object.hasOwn(state.closed, key);
	if (type === 'close-item')
		return isClosed
			? no('item.closed', 'This was closed already, perhaps in another tab.')
			: ok([{ type: 'item.closed', ...signed(when), key }]);
	return isClosed
		? ok([{ type: 'item.reopened', ...signed(when), key }])
		: no('item.open', 'This is open already. Nothing was changed.');
}

export function foldItem(state: RunState, event: EventOf<'item.closed' | 'item.reopened'>): void {
	const { [event.key]: _, ...others } = state.closed;
	state.closed = event.type === 'item.closed' ? { ...others, [event.key]: event } : others;
}

/** The values that hold what was carried into a run. */
export function carriedInto({ definition, sources }: Pick<RunState, 'definition' | 'sources'>): ValueRef[] {
	return (definition?.sources ?? [])
		.filter(({ kind }) => kind === 'open-items')
		.flatMap(({ id }) => sources[id] ?? []);
}

/** What settled an item in a run; null while it is open. Until the run's gates are approved only a person settles anything. */
export function settledIn(run: RunState, item: OpenItem, contents: Contents): Settled | null {
	const { key, kind } = item;
	const closed = Object.hasOwn(run.closed, key) ? run.closed[key] : undefined;
	if (closed) return { how: 'closed', at: closed.at, by: closed.by ?? null };
	const all = approvals(run);
	const [newest] = all.map(({ last }) => last).sort((a, b) => b.at - a.at);
	if (!newest) return null;
	const said = (how: Settled['how'], { at, by = null }: Settling = newest) => ({ how, at, by });
	if (kind === 'criterion') {
		const asking = all.filter(({ gate }) => criteriaOf(run, gate).some((one) => keyOf(kind, one) === key));
		if (asking.length === 0) return isDecided(run) ? said('not-asked') : null;
		const isTicked = asking.every(({ last }) => last.ticks.some((tick) => keyOf(kind, tick) === key));
		return isTicked ? said('ticked', asking[0]?.last) : null;
	}
	if (kind === 'flag') {
		const isThere = all.some(({ gate }) => flagsBefore(run, gate).some((flag) => flag.key === key));
		return isThere || !isDecided(run) ? null : said('not-flagged');
	}
	if (kind === 'remark') return null;
	const by = all.find(({ last }) =>
		kind === 'task' ? doneIn(contents, last, key) : approvedIn(contents, last, key)
	);
	return by ? said(kind === 'task' ? 'task-done' : 'approved', by.last) : null;
}

/** True when no gate of a run is still to come. */
function isDecided(run: RunState): boolean {
	return Object.values(run.steps).every(
		({ def, status }) => def.kind !== 'review' || status === 'done' || status === 'skipped'
	);
}

type Settling = { at: number; by?: string | null | undefined };

/** What is open after an approved run: of what was carried into it what is not settled, and what it left open itself. */
export function openAfter(run: RunState, carried: readonly OpenItem[], contents: Contents): OpenItem[] {
	const still = carried
		.filter((item) => settledIn(run, item, contents) === null)
		.map((item) => ({ ...item, runs: item.runs + 1 }));
	const known = new Set([...still.map(({ key }) => key), ...Object.keys(run.closed)]);
	const since = { runId: run.id, number: run.number, title: run.title, at: run.startedAt };
	const fresh: OpenItem[] = [];
	for (const { key, kind, text } of leftOpen(run, contents)) {
		if (known.size === known.add(key).size) continue;
		fresh.push({ key, kind, text, since, runs: 1 });
	}
	return [...still, ...fresh];
}

type Left = Pick<OpenItem, 'key' | 'kind' | 'text'>;

function leftOpen(run: RunState, contents: Contents): Left[] {
	return approvals(run).flatMap(({ gate, last }) => [
		...criteriaOf(run, gate)
			.filter((criterion) => !last.ticks.includes(criterion))
			.map((criterion) => left('criterion', criterion)),
		...flagsBefore(run, gate),
		...leftOutOf(contents, last),
		...(last.comments ?? []).map((one) => left('remark', `“${one.quote}”: ${sayRemark(one)}`)),
		...tasksOf(contents((last.reviewed ?? last.draft).hash))
			.filter(({ done }) => !done)
			.map(({ text }) => left('task', text))
	]);
}

interface Approval {
	gate: StepState;
	last: EventOf<'review.decided'>;
}

/** The gates of a run that ended in an approval. */
function approvals(run: RunState): Approval[] {
	return Object.values(run.steps).flatMap((gate) => {
		const last = gate.decisions.at(-1);
		return gate.status === 'done' && last?.decision.startsWith('approved') ? [{ gate, last }] : [];
	});
}

function criteriaOf(run: RunState, gate: StepState): string[] {
	return reviewRules(run, gate.id)?.criteria ?? [];
}

function flagsBefore(run: RunState, gate: StepState): Left[] {
	return foundBefore(run, upstreamOf(run, gate.id)).flags.map(({ text }) => left('flag', text));
}

function leftOutOf(contents: Contents, { draft, items = [] }: Approval['last']): Left[] {
	const list = contents(draft.hash);
	return items.flatMap(({ index, decision, reason }) => {
		const member = Array.isArray(list) ? list[index] : undefined;
		if (decision !== 'left-out' || member === undefined) return [];
		const name = nameOfItem(member) || `Number ${index + 1}`;
		const text = reason ? `${name}: ${reason}` : name;
		return [{ ...left('left-out', text), key: keyOf('left-out', canonicalJson(member)) }];
	});
}

function approvedIn(contents: Contents, { draft, items = [] }: Approval['last'], key: string): boolean {
	const list = contents(draft.hash);
	return items.some(({ index, decision }) => {
		const member = Array.isArray(list) ? list[index] : undefined;
		return (
			decision === 'approved' && member !== undefined && keyOf('left-out', canonicalJson(member)) === key
		);
	});
}

function doneIn(contents: Contents, { reviewed, draft }: Approval['last'], key: string): boolean {
	return tasksOf(contents((reviewed ?? draft).hash)).some(
		({ text, done }) => done && keyOf('task', text) === key
	);
}

const TASK = /^[ \t]*(?:[-*+]|\d+[.)])[ \t]+\[([ xX])\][ \t]+(.+)$/gm;

function tasksOf(content: string | Json | undefined): { text: string; done: boolean }[] {
	if (typeof content !== 'string') return [];
	return [...content.matchAll(TASK)].map(([, box = ' ', text = '']) => ({
		text: text.trim(),
		done: box !== ' '
	}));
}

function left(kind: OpenItem['kind'], text: string): Left {
	return { key: keyOf(kind, text), kind, text };
}

/**
 * The same words in another run are the same thing, however they are spaced or capitalised. A hash, since a key goes into the
 * log, and what it quotes may be left out of an export.
 */
function keyOf(kind: OpenItem['kind'], text: string): string {
	return hashOf(`${kind}\n${text.replace(/\s+/g, ' ').trim().toLowerCase()}`);
}
