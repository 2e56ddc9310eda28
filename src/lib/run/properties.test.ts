import { needsIn, workflowSchema, type Workflow } from '$lib/workflow';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coordsOf } from './coords';
import { decide } from './decide';
import { due } from './due';
import type { RunEvent } from './event';
import { apply, foldAll, foldMore } from './fold';
import { lastAttempt, statusOf, type RunState } from './state';
import { refTo } from './testing';
import { Simulation } from './testing-simulation';
import { listOf, type Shape } from './testing-workflows';
import { cellsOf, rowOf } from './view';

const KINDS = ['check', 'check', 'check', 'branch', 'map', 'loop', 'review', 'wait', 'ask'];

const shape = fc.letrec<{ shape: Shape; leaf: Shape }>((tie) => {
	const fields = { needs: fc.nat(63), when: fc.nat(20), more: fc.nat(255) };
	return {
		leaf: fc.record({
			kind: fc.constantFrom('check', 'check', 'branch', 'review', 'wait'),
			...fields,
			inner: fc.constant([])
		}),
		shape: fc.record({
			kind: fc.constantFrom(...KINDS),
			...fields,
			inner: fc.array(fc.oneof({ maxDepth: 1 }, tie('leaf'), tie('shape')), {
				minLength: 1,
				maxLength: 3
			})
		})
	};
}).shape;

/** Workflows of every shape. */
const anyWorkflow: fc.Arbitrary<Workflow> = fc
	.array(shape, { minLength: 1, maxLength: 6 })
	.map((shapes) =>
		workflowSchema.parse({ format: 1, id: 'made', title: 'Made', steps: listOf(shapes, 's') })
	);

const choices = fc.array(fc.nat(10_000), { minLength: 0, maxLength: 120 });
const RUNS = { numRuns: 200 };

function play(
	definition: Workflow,
	numbers: readonly number[],
	watch?: (state: RunState, event: RunEvent) => void
): Simulation {
	const simulation = new Simulation(definition, watch);
	for (const number of numbers) simulation.step(number);
	return simulation;
}

/** Everything about a state but how many events it has seen, and when. */
function facts({ length: _length, updatedAt: _updatedAt, ...rest }: RunState) {
	return structuredClone(rest);
}

/** To be called before each event: what begins may. */
function beginsInItsPlace(state: RunState, event: RunEvent): void {
	if (event.type !== 'attempt.started' && event.type !== 'review.requested') return;
	const step = state.steps[event.stepId];
	if (!step || step.status !== 'pending') return;
	expect(event.revision, `${step.id} in an earlier revision`).toBe(step.revision);
	const at = (id: string) => state.steps[coordsOf(step.inside, id)];
	const { when, join } = step.def;
	if (when?.route) expect(when.route).toContain(at(when.step)?.route);
	if (when?.outcome) expect(when.outcome).toContain(at(when.step)?.status);
	const needs = needsIn(step.def).flatMap((need) => {
		const before = at(need.id);
		return before && need.id !== when?.step ? [{ ...need, before }] : [];
	});
	for (const { before } of needs)
		expect(['done', 'skipped', 'failed'], `${before.id} before ${step.id}`).toContain(before.status);
	if (join === 'any' && needs.length > 0)
		expect(needs.some(({ before }) => before.status === 'done')).toBe(true);
	if (join !== 'any')
		for (const { before, optional } of needs) if (!optional) expect(before.status).toBe('done');
}

it('the made runs go down ladders, are held, let go and refused', () => {
	const seen = new Set<string>();
	const watch = (_state: RunState, event: RunEvent) => seen.add(event.type);
	const one = { kind: 'check', needs: 0, when: 20, more: 32 + 16, inner: [] };
	const made = workflowSchema.parse({ format: 1, id: 'made', title: 'Made', steps: listOf([one, one], 's') });
	for (let seed = 0; seed < 200; seed++)
		play(
			made,
			Array.from({ length: 60 }, (_, index) => (index * 37 + seed * 101) % 9_973),
			watch
		);
	for (const type of ['rung.switched', 'call.held', 'call.allowed', 'call.refused'])
		expect(seen, type).toContain(type);
});

it('the made blocks are given up, and then nothing inside them is at work or asks', () => {
	let given = 0;
	const watch = (state: RunState, event: RunEvent) => {
		given += Number(event.type === 'attempt.failed' && event.failure.code === 'block.stuck');
		for (const id of state.front.steps) {
			const around = state.steps[id]?.inside?.block;
			if (around !== undefined) expect(state.steps[around]?.block, `around ${id}`).not.toBeNull();
		}
	};
	const leaf = { kind: 'check', needs: 0, when: 20, more: 1, inner: [] };
	const block = { ...leaf, kind: 'map', more: 0, inner: [leaf, leaf] };
	const made = workflowSchema.parse({
		...{ format: 1, id: 'made', title: 'Made' },
		steps: listOf([{ ...block, kind: 'loop', inner: [block] }, leaf], 's')
	});
	for (let seed = 0; seed < 200; seed++)
		finish(
			play(
				made,
				Array.from({ length: 60 }, (_, index) => (index * 37 + seed * 101) % 9_973),
				watch
			)
		);
	expect(given).toBeGreaterThan(20);
});

it('the made gates pass unasked, run out of time, are put off, lead on after a no, and are void', () => {
	const seen = new Set<string>();
	const watch = (state: RunState, event: RunEvent) => {
		seen.add(event.type);
		if (event.type === 'review.decided' && event.decision === 'rejected' && event.route)
			seen.add('no, and on');
		for (const { voided } of Object.values(state.steps)) if (voided) seen.add(`void ${voided.how}`);
	};
	const leaf = { kind: 'check', needs: 1, when: 20, more: 0, inner: [] };
	for (const more of [0, 1, 3, 4, 7, 8, 10]) {
		const gate = { ...leaf, kind: 'review', more };
		const steps = listOf([leaf, gate, { ...leaf, needs: 2 }, { ...leaf, kind: 'wait', needs: 4 }], 's');
		const made = workflowSchema.parse({ format: 1, id: 'made', title: 'Made', steps });
		for (let seed = 0; seed < 60; seed++)
			play(
				made,
				Array.from({ length: 60 }, (_, index) => (index * 37 + seed * 101) % 9_973),
				watch
			);
	}
	const wanted = ['review.passed', 'review.expired', 'review.postponed', 'output.changed', 'no, and on'];
	for (const one of [...wanted, 'void approved', 'void shown', 'void passed'])
		expect(seen, one).toContain(one);
});

describe('whatever happens to whatever workflow', () => {
	it('any prefix of the log gives the state and the due work that were there then', () => {
		fc.assert(
			fc.property(anyWorkflow, choices, fc.nat(200), (definition, numbers, cut) => {
				const then: { state: RunState; due: unknown }[] = [];
				const simulation = play(definition, numbers, (state) => {
					then.push({ state: structuredClone(state), due: due(state, 5_000) });
				});
				const length = cut % then.length;
				const again = foldAll('r1', simulation.events.slice(0, length));
				expect(again).toEqual(then[length]?.state);
				expect(due(again, 5_000)).toEqual(then[length]?.due);
				const more = foldMore(again, simulation.events.slice(length));
				expect(more).toEqual(simulation.state);
				expect(again, 'the copy left the original alone').toEqual(then[length]?.state);
			}),
			RUNS
		);
	});

	it('nothing begins before what it needs has ended well, and nothing on a way that was not taken', () => {
		fc.assert(
			fc.property(anyWorkflow, choices, (definition, numbers) => {
				play(definition, numbers, beginsInItsPlace);
			}),
			RUNS
		);
	});

	it('nor does what waited for its turn while that was sent back or changed by hand', () => {
		const leaf = { kind: 'check', needs: 1, when: 20, more: 0, inner: [] };
		const steps = listOf([leaf, { ...leaf, kind: 'review' }, leaf, leaf, { ...leaf, needs: 4 }], 's');
		const made = workflowSchema.parse({ format: 1, id: 'made', title: 'Made', steps });
		// Every fourth time an output is changed by hand, if one is there.
		const change = fc.nat(300).map((times) => [29 * times, 0] as const);
		const other = fc.tuple(fc.nat(10_000), fc.nat(20));
		const one = fc.oneof({ weight: 1, arbitrary: change }, { weight: 3, arbitrary: other });
		const many = fc.array(one, { minLength: 40, maxLength: 120 });
		let outdated = 0;
		fc.assert(
			fc.property(many, (numbers) => {
				const simulation = play(made, [], beginsInItsPlace);
				for (const [choice, pick] of numbers) simulation.step(choice, pick);
				outdated += simulation.outdated;
			}),
			RUNS
		);
		expect(outdated).toBeGreaterThan(0);
	});

	it('no revision of a step succeeds twice, and a block works at no more items than it may', () => {
		fc.assert(
			fc.property(anyWorkflow, choices, (definition, numbers) => {
				const simulation = play(definition, numbers, (state) => {
					for (const step of Object.values(state.steps)) {
						if (step.def.kind !== 'map' || !step.block) continue;
						const { next, count, ended, items, active } = step.block;
						expect(next).toBeLessThanOrEqual(count);
						expect(ended).toBe(items.slice(0, next).filter((item) => item.open === 0).length);
						expect(active).toBe(items.filter((item) => item.busy > 0).length);
					}
				});
				for (const step of Object.values(simulation.state.steps)) {
					const good = step.attempts.filter((attempt) => attempt.status === 'succeeded');
					expect(new Set(good.map((attempt) => attempt.revision)).size, step.id).toBe(good.length);
				}
			}),
			RUNS
		);
	});

	it('a gate that is done holds the very bytes that were decided about, in the revision that they were decided in', () => {
		fc.assert(
			fc.property(anyWorkflow, choices, (definition, numbers) => {
				play(definition, numbers, (state) => {
					for (const step of Object.values(state.steps)) {
						if (step.def.kind !== 'review' || step.status !== 'done' || !step.output) continue;
						const last = step.decisions.at(-1);
						const decided = step.passed ? step.passed.draft : (last?.reviewed ?? last?.draft);
						expect(step.output.hash, step.id).toBe(decided?.hash);
						expect((step.passed ?? last)?.revision, step.id).toBe(step.revision);
						expect(step.voided).toBeNull();
					}
				});
			}),
			RUNS
		);
	});

	it('a late answer of an attempt that is over changes nothing', () => {
		fc.assert(
			fc.property(anyWorkflow, choices, fc.nat(1000), (definition, numbers, pick) => {
				const { state } = play(definition, numbers);
				const over = Object.values(state.steps).flatMap((step) =>
					step.attempts
						.filter((attempt) => attempt !== lastAttempt(step) || attempt.status !== 'running')
						.map((attempt) => ({ stepId: step.id, attemptId: attempt.id }))
				);
				const late = over[pick % Math.max(1, over.length)];
				if (!late) return;
				const before = facts(state);
				const at = 9_999;
				const failure = { code: 'late', message: 'Late.', retryable: true };
				apply(state, { type: 'attempt.failed', at, ...late, failure, egress: [], ms: 1 });
				apply(state, { type: 'attempt.interrupted', at, ...late });
				apply(state, { type: 'block.opened', at, ...late, count: 3 });
				apply(state, {
					type: 'attempt.succeeded',
					at,
					...late,
					output: refTo('late'),
					evidence: [],
					flags: [],
					verdicts: [],
					egress: [],
					ms: 1
				});
				expect(facts(state)).toEqual(before);
			}),
			RUNS
		);
	});

	it('the fold takes the events of any run on any other', () => {
		fc.assert(
			fc.property(anyWorkflow, anyWorkflow, choices, fc.nat(1000), (one, other, numbers, seed) => {
				const { events } = play(one, numbers);
				const foreign = play(other, numbers).events;
				const mixed = [...events, ...foreign].sort((a, b) => mix(a, seed) - mix(b, seed));
				const state = foldAll('r1', mixed);
				expect(state.length).toBe(mixed.length);
				expect(() => due(state, 5_000)).not.toThrow();
			}),
			RUNS
		);
	});

	it('the fold takes any record, whatever names are in it', () => {
		const names = fc.constantFrom('s1', 'nobody', '', ...Object.getOwnPropertyNames(Object.prototype));
		const members = ['type', 'stepId', 'attemptId', 'sourceId', 'key'];
		fc.assert(
			fc.property(anyWorkflow, choices, fc.array(names, { minLength: 3 }), (definition, numbers, given) => {
				const { events } = play(definition, numbers);
				const renamed = events.slice(1).map((event, index): RunEvent => {
					const member = members[index % members.length] ?? '';
					return Object.assign({ ...event }, member in event && { [member]: given[index % given.length] });
				});
				const state = foldAll('r1', [...events.slice(0, 1), ...renamed]);
				expect(state.length).toBe(events.length);
				expect(() => [due(state, 5_000), statusOf(state), rowOf(state), cellsOf(state)]).not.toThrow();
			}),
			RUNS
		);
	});

	it('never says that it runs while nothing is due, and comes to an end when everybody does their part', () => {
		fc.assert(
			fc.property(anyWorkflow, choices, (definition, numbers) => {
				const simulation = play(definition, numbers, (state) => {
					if (statusOf(state) === 'running' && state.definition)
						expect(due(state, Infinity).length).toBeGreaterThan(0);
				});
				finish(simulation);
				expect(simulation.state.ended).not.toBeNull();
				expect(due(simulation.state, Infinity)).toEqual([]);
				expect(decide(simulation.state, { type: 'cancel', reason: '' }, { now: 1 }).ok).toBe(false);
			}),
			RUNS
		);
	});
});

/** Everybody does their part, whatever is next: 1 succeeds, answers and approves. */
function finish(simulation: Simulation): void {
	for (let tries = 0; tries < 2_000 && !simulation.state.ended; tries++) simulation.step(1, tries);
}

/** An order that a seed chooses. */
function mix(event: RunEvent, seed: number): number {
	return Math.sin(event.at * 12.9898 + seed * 78.233);
}
