import { coordsOf, due, needsOf, saidRevision, type CellView, type RunState } from '$lib/run';
import type { ChipState } from '../state';
import { count, sayDuration, sayLater } from '../format';
import { sayProgress, type Attention } from './progress';
import { routeTitle } from './facts';
import { sayCell } from './say';

/** A step in the rail. */
export interface RailStep {
	word: string;
	state: ChipState;
	/** One quiet line: who did it, how long it took, notes applied. */
	line: string;
	/** Share of the longest step, 0 to 1; null when it did no work. */
	share: number | null;
	/** It waits, or waited, for a person. */
	waits: boolean;
}

/** Working time of all attempts of a step, the running one counted up to now. */
function workOf(cell: CellView, now: number): number {
	return cell.state.attempts.reduce(
		(sum, attempt) =>
			sum + (attempt.ms ?? (attempt.status === 'running' ? Math.max(0, now - attempt.startedAt) : 0)),
		0
	);
}

/** Working time of the longest step, ms, never 0: what the bars of the rail are shares of. */
export function longestOf(cells: readonly CellView[], now: number): number {
	return cells.reduce((longest, cell) => Math.max(longest, workOf(cell, now)), 1);
}

/** A step as the rail shows it. Bars are square roots of shares, so that a short step beside a long one can still be seen. */
export function railStep(
	state: RunState,
	cell: CellView,
	attention: Attention,
	now: number,
	longest: number
): RailStep {
	const share = cell.state.attempts.length ? Math.max(0.04, Math.sqrt(workOf(cell, now) / longest)) : null;
	return {
		...sayCell(cell, state, attention),
		line: lineOf(state, cell, attention, now),
		share: share === null ? null : Math.round(share * 100) / 100,
		waits: cell.step.kind === 'review' || cell.step.kind === 'ask'
	};
}

/** The quiet facts of a step. */
export function lineOf(state: RunState, cell: CellView, attention: Attention, now: number): string {
	const { step, attempt, status } = cell;
	if (status === 'skipped' && cell.state.decisions.length === 0) return '';
	if (step.kind === 'review') return gateLine(state, cell, now);
	if (status === 'waiting') return sayAge(now - (cell.state.asked?.at ?? now));
	if (status === 'sleeping' && cell.state.until !== null) return sayLater(cell.state.until, now);
	const known = state.steps[cell.id];
	if (known?.block) return sayProgress(known, attention, state.ended !== null);
	if (status === 'pending' && !cell.state.attempts.length) return afterLine(state, cell);
	const parts: string[] = [];
	if (cell.state.route) parts.push(`took “${routeTitle(step, cell.state.route)}”`);
	// Where the step failed before anything was sent, no model was asked.
	if (attempt?.provider && (attempt.prompt || !attempt.failure)) parts.push(attempt.provider.title);
	if (attempt?.given.length) parts.push(count(attempt.given.length, 'note'));
	if (attempt?.flags.length && step.job === 'flag') parts.push(count(attempt.flags.length, 'flag'));
	if (cell.state.attempts.length > 1) parts.push(`try ${cell.state.attempts.length}`);
	if (cell.state.attempts.length && cell.state.made !== 'reused') parts.push(sayDuration(workOf(cell, now)));
	return parts.join(' · ');
}

/** How long somebody is waited for. */
function sayAge(ms: number): string {
	return ms < 60_000 ? 'just now' : sayDuration(ms);
}

function gateLine(state: RunState, cell: CellView, now: number): string {
	const { request, decisions, revision, passed, expired } = cell.state;
	if (request) return sayAge(now - request.at);
	if (passed || expired) return '';
	const last = decisions.at(-1);
	if (last && (cell.status === 'done' || last.decision === 'rejected'))
		return count(decisions.length, 'decision');
	if (last) return `sent back, revision ${saidRevision(cell.state, revision)}`;
	return afterLine(state, cell);
}

/** What a step that has not begun waits for. */
function afterLine(state: RunState, cell: CellView): string {
	const known = state.steps[cell.id];
	if (!known) return '';
	const open = needsOf(state, known).flatMap((id) => {
		const before = state.steps[coordsOf(known.inside, id)];
		return before && !before.flow.settled ? [before] : [];
	});
	if (open.some((step) => step.def.kind === 'review')) return 'after approval';
	return open[0] ? `after ${open[0].def.title}` : 'next';
}

/** When pausing retries begin, by step. */
export function retriesOf(state: RunState, now: number): Map<string, number> {
	return new Map(
		due(state, now).flatMap((effect) =>
			effect.type === 'wait' ? [[effect.stepId, effect.until] as const] : []
		)
	);
}
