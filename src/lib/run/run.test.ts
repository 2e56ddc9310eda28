import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attemptId } from './due';
import {
	approvedHashes,
	cellsOf,
	chain,
	decide,
	due,
	egressOf,
	emptyHead,
	emptyRun,
	foldMore,
	isReady,
	firstBroken,
	fold,
	foldAll,
	hasArrived,
	headAfter,
	rowOf,
	runEventSchema,
	statusOf,
	type Command,
	type RunEvent
} from './index';
import { refTo, Story } from './testing';

const kinds = (story: Story, now = story.now) =>
	due(story.state, now).map((effect) =>
		'stepId' in effect ? `${effect.type} ${effect.stepId}` : `${effect.type} ${effect.status}`
	);

describe('a run from start to end', () => {
	it('is due step by step, waits at the gate and finishes', () => {
		const story = new Story().start();
		expect(kinds(story)).toEqual(['execute collect']);
		story.succeed('collect', 'c');
		expect(kinds(story)).toEqual(['execute draft']);
		story.succeed('draft', 'd');
		expect(kinds(story)).toEqual(['ask review']);
		story.ask('d');
		expect(kinds(story)).toEqual([]);
		expect(statusOf(story.state)).toBe('waiting');
		expect(rowOf(story.state).waiting?.question).toBe('Ready?');
		story.do({ type: 'approve', stepId: 'review', draftHash: refTo('d').hash, ticks: ['True'] });
		expect(kinds(story)).toEqual(['execute save']);
		story.succeed('save', 's');
		expect(kinds(story)).toEqual(['finish done']);
		story.say({ type: 'run.finished', at: story.now, status: 'done' });
		expect(statusOf(story.state)).toBe('done');
		expect(kinds(story)).toEqual([]);
	});

	it('lists independent steps together', () => {
		const story = new Story();
		const definition = new Story().start().state.definition;
		if (!definition) throw new Error('no definition');
		const steps = definition.steps.slice(0, 2).map((step) => ({ ...step, inputs: {} }));
		story.start({ ...definition, steps });
		expect(kinds(story)).toEqual(['execute collect', 'execute draft']);
	});

	it('names an attempt that nobody carries out any more, so that it can be told and tried anew', () => {
		const story = new Story().start().begin('collect');
		const [effect] = due(story.state, story.now);
		expect(effect).toMatchObject({ type: 'execute', resume: true, attemptId: 'r1/collect/1.1' });
		story.say({ type: 'attempt.interrupted', at: 2, attemptId: 'r1/collect/1.1', stepId: 'collect' });
		expect(due(story.state, story.now)[0]).toMatchObject({ attemptId: 'r1/collect/1.2', resume: false });
	});
});

describe('failing', () => {
	it('waits longer before each further try, then stops and can be retried', () => {
		const story = new Story().start().fail('collect', true);
		const [wait] = due(story.state, story.now);
		// One second and up to a quarter of it, which its name decides: the same at every look.
		const until = wait?.type === 'wait' ? wait.until - story.now : 0;
		expect(until).toBeGreaterThanOrEqual(1000);
		expect(until).toBeLessThanOrEqual(1250);
		expect(kinds(story, story.now + until - 1)).toEqual(['wait collect']);
		expect(kinds(story, story.now + until)).toEqual(['execute collect']);
		story.fail('collect', true, 2);
		expect(statusOf(story.state)).toBe('failed');
		expect(rowOf(story.state).failure?.message).toBe('It failed.');
		story.do({ type: 'retry', stepId: 'collect' });
		expect(due(story.state, story.now)[0]).toMatchObject({ attemptId: 'r1/collect/1.3' });
	});

	it('does not hold a person up while it waits for the next try: it is begun at once, or left out', () => {
		const pausing = () => new Story().start().fail('collect', true);
		const tried = pausing().do({ type: 'retry', stepId: 'collect' });
		expect(due(tried.state, tried.now)[0]).toMatchObject({ type: 'execute', attemptId: 'r1/collect/1.2' });
		const left = pausing().do({ type: 'skip', stepId: 'collect', reason: '' });
		expect(left.state.steps['collect']).toMatchObject({ status: 'skipped', because: 'person' });
		const fresh = new Story().start();
		expect(decide(fresh.state, { type: 'retry', stepId: 'collect' }, { now: 1 }).ok).toBe(false);
	});

	it('does not try again what cannot help itself', () => {
		expect(statusOf(new Story().start().fail('collect', false).state)).toBe('failed');
	});
});

describe('deciding at a gate', () => {
	const atGate = () => new Story().start().succeed('collect', 'c').succeed('draft', 'd').ask('d');
	const refused = (story: Story, command: Parameters<typeof decide>[1]) => {
		const decided = decide(story.state, command, { now: 1 });
		return decided.ok ? 'accepted' : decided.failure.code;
	};

	it('binds the approval to the exact bytes', () => {
		const story = atGate().do({
			type: 'approve',
			stepId: 'review',
			draftHash: refTo('d').hash,
			reviewed: refTo('edited'),
			ticks: []
		});
		expect([...approvedHashes(story.state)]).toEqual([refTo('edited').hash]);
		expect(story.events.at(-1)).toMatchObject({ decision: 'approved-with-edits' });
	});

	it('refuses a decision about an older draft, a second one, and one without a reason', () => {
		const story = atGate();
		const base = { stepId: 'review', ticks: [] };
		expect(refused(story, { type: 'approve', ...base, draftHash: refTo('old').hash })).toBe('review.stale');
		const hash = refTo('d').hash;
		expect(refused(story, { type: 'reject', ...base, draftHash: hash, reason: ' ' })).toBe('reason.missing');
		story.do({ type: 'approve', ...base, draftHash: hash });
		expect(refused(story, { type: 'approve', ...base, draftHash: hash })).toBe('review.not-waiting');
	});

	it('refuses an approval before everything that is flagged was opened', () => {
		const flag = { kind: 'anomaly' as const, text: 'Odd.' };
		const story = new Story().start().succeed('collect', 'c').begin('draft');
		const id = attemptId(story.state.id, 'draft', 1, 1);
		story.say({
			...{ type: 'attempt.succeeded', at: 1, attemptId: id, stepId: 'draft', output: refTo('d'), ms: 1 },
			...{ evidence: [], flags: [flag, flag, { ...flag, text: 'Odder.' }], verdicts: [], egress: [] }
		});
		story.ask('d');
		const approve = { type: 'approve' as const, stepId: 'review', draftHash: refTo('d').hash, ticks: [] };
		expect(refused(story, approve)).toBe('review.flags-unseen');
		expect(refused(story, { ...approve, flagsSeen: 1 })).toBe('review.flags-unseen');
		expect(refused(story, { ...approve, flagsSeen: 2 })).toBe('accepted');
		expect(refused(story, { ...approve, type: 'reject', reason: 'No.' })).toBe('accepted');
	});

	it('what was changed by hand uses up no revision that a person may ask for', () => {
		const story = atGate();
		const collected = story.state.steps['collect']?.output;
		if (!collected) throw new Error('nothing was collected');
		story.do({
			...{ type: 'change-output', stepId: 'collect', wasHash: collected.hash },
			...{ output: refTo('c2'), reason: '' }
		});
		story.succeed('draft', 'd2').ask('d2');
		expect(story.state.steps['review']?.revision).toBe(2);
		expect(rowOf(story.state).waiting?.revision).toBe(1);
		const again = { type: 'ask-for-changes' as const, stepId: 'review', ticks: [], reason: 'Again.' };
		// The definition allows two: the first draft, and one that is asked for.
		story.do({ ...again, draftHash: refTo('d2').hash });
		story.succeed('draft', 'd3').ask('d3');
		expect(rowOf(story.state).waiting?.revision).toBe(2);
		expect(refused(story, { ...again, draftHash: refTo('d3').hash })).toBe('review.no-more-revisions');
	});

	it('keeps when a person was waited for, and says so of what was put off', () => {
		const story = atGate();
		const asked = story.now;
		const draftHash = refTo('d').hash;
		const waits = () => story.state.steps['review']?.waits;
		expect(waits()).toEqual([{ for: 'person', from: asked, to: null }]);
		story.do({ type: 'postpone', stepId: 'review', draftHash, until: 90_000 });
		expect(rowOf(story.state).waiting?.later).toBe(90_000);
		story.do({ type: 'ask-for-changes', stepId: 'review', draftHash, ticks: [], reason: 'Again.' });
		const decided = story.now;
		expect(waits()).toEqual([{ for: 'person', from: asked, to: decided }]);
		story.succeed('draft', 'd2').ask('d2');
		expect(rowOf(story.state).waiting?.later).toBeUndefined();
		expect(waits()).toHaveLength(2);
		story.do({ type: 'cancel', reason: '' });
		expect(waits()?.at(-1)?.to).toBe(story.now);
	});

	it('runs the drafting step again with the reason, as often as the definition allows', () => {
		const story = atGate().do({
			type: 'ask-for-changes',
			stepId: 'review',
			draftHash: refTo('d').hash,
			reason: 'Shorter.',
			ticks: []
		});
		expect(kinds(story)).toEqual(['execute draft']);
		expect(story.state.steps['draft']).toMatchObject({ revision: 2, feedback: { reason: 'Shorter.' } });
		expect(story.state.steps['collect']?.status).toBe('done');
		story.succeed('draft', 'd2').ask('d2');
		const again: Command = {
			type: 'ask-for-changes',
			stepId: 'review',
			draftHash: refTo('d2').hash,
			reason: 'More.',
			ticks: []
		};
		expect(refused(story, again)).toBe('review.no-more-revisions');
	});

	it('ends the run when it is rejected', () => {
		const story = atGate().do({
			type: 'reject',
			stepId: 'review',
			draftHash: refTo('d').hash,
			reason: 'No.',
			ticks: []
		});
		expect(kinds(story)).toEqual(['finish rejected']);
	});

	it('refuses everything once the run has ended', () => {
		const story = atGate().do({ type: 'cancel', reason: '' });
		expect(statusOf(story.state)).toBe('cancelled');
		expect(refused(story, { type: 'cancel', reason: '' })).toBe('run.ended');
		expect(cellsOf(story.state).map((cell) => cell.status)).toEqual(['done', 'done', 'skipped', 'skipped']);
	});
});

describe('the log', () => {
	const events = new Story().start().succeed('collect', 'c').succeed('draft', 'd').ask('d').events;

	it('is made of facts that the schema knows', () => {
		for (const event of events) expect(runEventSchema.parse(event)).toEqual(event);
	});

	it('chains, continues and shows any change', () => {
		const first = chain(emptyHead('run:r1'), events.slice(0, 3));
		const all = [...first, ...chain(headAfter(emptyHead('run:r1'), first), events.slice(3))];
		expect(firstBroken(all)).toBeNull();
		fc.assert(
			fc.property(fc.nat(all.length - 1), (index) => {
				const edited = all.map((record, place) =>
					place === index ? { ...record, event: { ...record.event, at: record.event.at + 1 } } : record
				);
				expect(firstBroken(edited)).toBe(index);
				if (index < all.length - 1)
					expect(firstBroken(all.filter((_, place) => place !== index))).toBe(index);
			})
		);
	});

	it('folds the same one by one, at once, and again after any order of events, without touching the past', () => {
		fc.assert(
			fc.property(fc.shuffledSubarray(events, { minLength: 1 }), (shuffled: RunEvent[]) => {
				const frozen = shuffled.map((event) => deepFreeze(structuredClone(event)));
				let state = emptyRun('r1');
				for (const event of frozen) state = fold(deepFreeze(state), event);
				expect(state).toEqual(foldAll('r1', structuredClone(shuffled)));
			})
		);
	});

	it('knows where the work stands after any events, as if every step were looked at', () => {
		fc.assert(
			fc.property(fc.shuffledSubarray(events), fc.nat(events.length), (shuffled: RunEvent[], cut: number) => {
				const first = foldAll('r1', [...events.slice(0, cut), ...shuffled]);
				const steps = Object.values(first.steps).filter((step) => step.status !== 'done');
				const isNext = (id: string, status: string) => status === 'pending' && isReady(first, id);
				const front = steps.filter(({ id, status }) => status === 'running' || isNext(id, status));
				expect([...first.front.steps].sort()).toEqual(front.map((step) => step.id).sort());
				expect(first.front.open).toBe(steps.length);
				expect(foldMore(foldAll('r1', events.slice(0, cut)), shuffled)).toEqual(first);
			})
		);
	});
});

function deepFreeze<T>(value: T): T {
	if (value !== null && typeof value === 'object' && !Object.isFrozen(value)) {
		Object.freeze(value);
		for (const inner of Object.values(value)) deepFreeze(inner);
	}
	return value;
}

describe('what left the device', () => {
	const remote = {
		id: 'openai-compatible',
		title: 'Server',
		onDevice: false,
		config: { baseUrl: 'http://localhost:1/v1' }
	};
	const prompt = { ...refTo('a prompt'), bytes: 2_000 };
	const asked = () => {
		const story = new Story().start().succeed('collect', 'c').begin('draft');
		story.say({ type: 'step.retried', at: story.now, stepId: 'draft', provider: remote });
		const attemptId = 'r1/draft/1.1';
		return story.say({
			type: 'attempt.prepared',
			at: 9,
			attemptId,
			stepId: 'draft',
			prompt,
			given: [],
			cut: []
		});
	};

	it('counts what is under way, and what was broken off, as what may have left', () => {
		const story = asked();
		expect(egressOf(story.state)).toEqual([
			{ origin: 'http://localhost:1', method: 'POST', status: null, sent: 2_000, received: null }
		]);
		expect(rowOf(story.state).bytesOut).toBe(2_000);
		story.say({ type: 'attempt.interrupted', at: 10, attemptId: 'r1/draft/1.1', stepId: 'draft' });
		expect(egressOf(story.state).map(hasArrived)).toEqual([false]);
	});

	it('counts nothing for a model on the device', () => {
		const story = new Story().start().succeed('collect', 'c').begin('draft');
		story.say({
			type: 'attempt.prepared',
			at: 9,
			attemptId: 'r1/draft/1.1',
			stepId: 'draft',
			prompt,
			given: [],
			cut: []
		});
		expect(egressOf(story.state)).toEqual([]);
	});
});
