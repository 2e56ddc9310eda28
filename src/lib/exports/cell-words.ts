import {
	coordsOf,
	lastAttempt,
	questionOf,
	saidRevision,
	sayLadder,
	unseenBy,
	type CellView,
	type EventOf,
	type RunState,
	type StepState
} from '$lib/run';

/** The state of a cell in words, for people who read a run without Galley. */

const WORD: Record<CellView['status'], string> = {
	pending: 'not begun',
	running: 'working',
	waiting: 'waits for a person',
	sleeping: 'waits for its time',
	done: 'done',
	failed: 'failed',
	skipped: 'left out',
	'waiting-retry': 'tries again'
};

export function wordOf({ status, state }: CellView): string {
	const last = state.decisions.at(-1)?.decision;
	if (state.expired) return 'rejected: nobody answered';
	if (status === 'done' && state.passed)
		return state.passed.why === 'condition' ? 'nobody was asked' : 'went on by itself';
	if ((status === 'done' || status === 'skipped') && last === 'rejected') return 'rejected';
	if (status !== 'skipped') return WORD[status];
	if (state.because === 'route') return 'not on this way';
	if (state.because === 'person') return 'skipped by a person';
	return state.because === 'ended' ? 'not run' : WORD.skipped;
}

/** The class that its colour goes by. */
export function markOf(cell: CellView): string {
	return wordOf(cell).startsWith('rejected') ? 'failed' : cell.status;
}

/** What changes how its output is read: the way a branch took, how far a block came, what was missing or typed by hand. */
export function factsOf({ state }: CellView, run: RunState): string[] {
	const { block, def, made, reused, route, until, without } = state;
	const unseen = unseenBy(state);
	const failed = block?.items.filter((item) => item.failed).length ?? 0;
	const taken = def.when && run.steps[coordsOf(state.inside, def.when.step)];
	const intent = lastAttempt(state)?.intent;
	const facts: (string | false | null | undefined)[] = [
		state.status === 'waiting' && state.asked !== null && questionOf(state),
		state.status === 'sleeping' && until !== null && `until ${new Date(until).toISOString()}`,
		route !== null && `took the way “${route}”`,
		state.because === 'route' && taken?.route && `“${taken.def.title}” took the way “${taken.route}”`,
		state.because === 'need' && 'something that it needs was left out',
		state.because === 'item' && 'its item failed, or was begun anew',
		block && def.kind === 'map' && `${block.ended} of ${block.count} items ended`,
		failed > 0 && `${failed} failed`,
		block && def.kind === 'loop' && `${block.count} ${block.count === 1 ? 'round' : 'rounds'}`,
		block?.because,
		unseen.length > 0 && `did not see: ${unseen.join(', ')}`,
		made === 'default' && 'default value used',
		made === 'person' && (state.changed.length > 0 ? 'changed by a person' : 'filled in by a person'),
		state.passed?.because,
		state.expired?.because,
		state.request?.because && `asked because ${state.request.because}`,
		state.voided?.how === 'approved' && 'an approval of something else does not hold',
		made === 'reused' && reused && `reused from run ${reused.number}`,
		...sayLadder(run, state),
		without && 'the run went on without it',
		intent && `did outside: ${intent.says}`
	];
	return facts.filter((fact): fact is string => typeof fact === 'string' && fact !== '');
}

/** Who decided, when, by which button, and what of: one line, part by part. */
export function sayDecision(decision: EventOf<'review.decided'>, step: Pick<StepState, 'voids'>): string[] {
	const { at, by, button, words, items, flagsSeen } = decision;
	const revision = saidRevision(step, decision.revision);
	const out = items?.filter((one) => one.decision === 'left-out').length ?? 0;
	return [
		button ? decision.decision.replaceAll('-', ' ') : '',
		by ?? '',
		`${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`,
		revision > 1 ? `revision ${revision}` : '',
		words ? `+${words.added} −${words.removed} words` : '',
		items ? `${items.length - out} approved, ${out} left out` : '',
		flagsSeen ? `${flagsSeen} flags seen` : ''
	].filter((part) => part !== '');
}
