import 'fake-indexeddb/auto';
import { ok, type Json, type Result } from '$lib/core';
import { firstBroken, type LogRecord } from '$lib/run';
import type { Workflow } from '$lib/workflow';
import { describe, expect, it } from 'vitest';
import { actWorkflow, answered, approve as approveAct, outside } from './testing-act';
import { says, TestExecutor } from './testing';
import {
	open,
	outputOf,
	start,
	stateOf,
	status,
	transform,
	workflow,
	type Made,
	type Tab
} from './testing-flow';

const draft = (more: Made = {}): Made => ({
	id: 'draft',
	kind: 'model',
	job: 'draft',
	inputs: { facts: 'steps.facts.output' },
	instructions: 'Write.',
	permissions: { model: 'any' },
	...more
});
const review: Made = {
	id: 'review',
	kind: 'review',
	job: 'decide',
	inputs: { draft: 'steps.draft.output' },
	with: { question: 'Fine?' }
};
const save: Made = {
	id: 'save',
	kind: 'save',
	job: 'act',
	inputs: { value: 'steps.review.output' },
	with: { path: 'Out/{{inputs.topic}}.md' }
};
const facts = transform('facts', '{ "topic": run.inputs.topic }');

/** A model that writes something new each time, and counts. */
function counting() {
	const model: { calls: number; executor: TestExecutor } = {
		calls: 0,
		executor: new TestExecutor(() => {
			model.calls += 1;
			return says(`# Draft ${model.calls}`);
		})
	};
	return model;
}

async function approveAt(tab: Awaited<ReturnType<typeof open>>['tab'], runId: string) {
	await status(tab, runId, 'waiting');
	const draftHash = (await stateOf(tab, runId)).steps['review']?.request?.draft.hash ?? '';
	expect(await tab.api.approve({ runId, stepId: 'review', draftHash, ticks: [] })).toEqual(ok(undefined));
	await status(tab, runId, 'done');
}

describe('repeating a run', () => {
	it('is a new run that names its parent; what acts is approved again; the parent stays', async () => {
		const model = counting();
		const { tab } = await open(model.executor);
		const first = await start(tab, workflow([facts, draft(), review, save]));
		await approveAt(tab, first);
		const before = await tab.store.records(`run:${first}`);
		const wish = { runId: first, stepId: 'review', definition: 'then' as const };
		expect(await tab.api.planReplay(wish)).toEqual(
			ok({ reused: ['facts', 'draft'], anew: ['review', 'save'], acts: ['save'] })
		);
		const second = await tab.api.replayRun(wish);
		if (!second.ok) throw new Error(second.failure.message);
		await status(tab, second.value, 'waiting');
		const state = await stateOf(tab, second.value);
		expect(state.derived).toMatchObject({ from: { runId: first, number: 1 }, stepId: 'review' });
		expect(state.steps['draft']).toMatchObject({ made: 'reused', reused: { runId: first, number: 1 } });
		await approveAt(tab, second.value);
		expect(model.calls).toBe(1);
		expect(await tab.database.entries.where('path').equals('Out/rivers.md').count()).toBe(2);
		expect(await tab.store.records(`run:${first}`)).toEqual(before);
		tab.engine.close();
	});

	it('runs from a step on anew, even if that step is asked to pass over a gate', async () => {
		const model = counting();
		const { tab } = await open(model.executor);
		const first = await start(tab, workflow([facts, draft(), review, save]));
		await approveAt(tab, first);
		const again = await tab.api.replayRun({ runId: first, stepId: 'save', definition: 'then' });
		if (!again.ok) throw new Error(again.failure.message);
		// The gate before what acts is not reused: nobody approved anything in this run yet.
		await status(tab, again.value, 'waiting');
		expect(model.calls).toBe(1);
		const anew = await tab.api.replayRun({ runId: first, stepId: 'draft', definition: 'then' });
		if (!anew.ok) throw new Error(anew.failure.message);
		await status(tab, anew.value, 'waiting');
		expect(model.calls).toBe(2);
		tab.engine.close();
	});

	it('goes on the definition of now, where only what is the same serves, and with another input', async () => {
		const model = counting();
		const { tab } = await open(model.executor);
		const first = await start(tab, workflow([facts, draft(), review]));
		await approveAt(tab, first);
		await tab.api.saveWorkflow(workflow([facts, draft({ instructions: 'Write more.' }), review]));
		const now = { runId: first, stepId: 'review', definition: 'now' as const };
		expect(await tab.api.planReplay(now)).toMatchObject(ok({ reused: ['facts'], anew: ['draft', 'review'] }));
		const then = { ...now, definition: 'then' as const };
		expect(await tab.api.planReplay(then)).toMatchObject(ok({ reused: ['facts', 'draft'] }));
		expect(await tab.api.planReplay({ ...then, inputs: { topic: 'seas' } })).toMatchObject(
			ok({ anew: ['facts', 'draft', 'review'] })
		);
		const gone = await tab.api.replayRun({ ...now, stepId: 'gone' });
		expect(!gone.ok && gone.failure.code).toBe('replay.step-gone');
		tab.engine.close();
	});
});

it('a run that failed after a wait is repeated without waiting again', async () => {
	const { tab } = await open();
	const nap = { id: 'nap', kind: 'wait', job: 'decide', with: { seconds: 86_400 } };
	const steps = [nap, transform('late', '$error("no")', { needs: ['nap'] })];
	const first = await start(tab, workflow(steps));
	await status(tab, first, 'sleeping');
	expect(await tab.api.skipStep(first, 'nap', 'It is time.')).toEqual(ok(undefined));
	await status(tab, first, 'failed');
	const again = await tab.api.replayRun({ runId: first, stepId: 'late', definition: 'then' });
	if (!again.ok) throw new Error(again.failure.message);
	await status(tab, again.value, 'failed');
	const { nap: waited } = (await stateOf(tab, again.value)).steps;
	expect(waited).toMatchObject({ status: 'done', made: 'reused', reused: { runId: first, number: 1 } });
	tab.engine.close();
});

it('a source that may not leave any more is closed in a repeated run and in a try, with what was made of it', async () => {
	const { tab } = await open(counting().executor);
	const notes = { id: 'notes', title: 'Notes', kind: 'text' };
	const quote = transform('quote', '{ "said": text }', { inputs: { text: 'sources.notes' } });
	const last = transform('last', 'quote', { inputs: { quote: 'steps.quote.output' } });
	const document = (reach: object) => workflow([quote, last], { sources: [{ ...notes, ...reach }] });
	await tab.api.saveWorkflow(document({}));
	const given = [{ kind: 'text' as const, name: 'n.txt', text: 'A secret' }];
	const first = await tab.api.startRun('flow', { inputs: { topic: 'x' }, sources: { notes: given } });
	if (!first.ok) throw new Error(first.failure.message);
	await status(tab, first.value, 'done');
	const wish = { runId: first.value, stepId: 'last' };
	const reach = async (made: Result<string>) => {
		if (!made.ok) throw new Error(made.failure.message);
		await status(tab, made.value, 'done');
		const state = await stateOf(tab, made.value);
		return [state.sources['notes']?.[0], state.steps['quote']?.output].map((one) => one?.labels.reach);
	};
	await tab.api.saveWorkflow(document({ reach: 'local-only' }));
	expect(await reach(await tab.api.replayRun({ ...wish, definition: 'then' }))).toEqual([
		'may-leave',
		'may-leave'
	]);
	const closed = ['local-only', 'local-only'];
	expect(await reach(await tab.api.replayRun({ ...wish, definition: 'now' }))).toEqual(closed);
	const inputs = { topic: 'x' };
	expect(await reach(await tab.api.tryStep('flow', 'quote', { inputs, pinned: {} }))).toEqual(closed);
	tab.engine.close();
});

describe('an equal earlier result', () => {
	it('serves when everything that goes in is equal, says from when, and can be refused', async () => {
		const model = counting();
		const { tab } = await open(model.executor);
		// Only a name for people differs.
		const titled = workflow([facts, draft(), review], { output: { title: 'About {{inputs.topic}}' } });
		const first = await start(tab, titled);
		await approveAt(tab, first);
		const second = await start(tab, titled);
		await status(tab, second, 'waiting');
		const step = (await stateOf(tab, second)).steps['draft'];
		expect(step).toMatchObject({ made: 'reused', reused: { runId: first, number: 1 }, status: 'done' });
		expect(model.calls).toBe(1);
		const given = { inputs: { topic: 'rivers' }, sources: {}, reuse: false };
		const third = await tab.api.startRun('flow', given);
		if (!third.ok) throw new Error(third.failure.message);
		await status(tab, third.value, 'waiting');
		expect(model.calls).toBe(2);
		const other = await start(tab, titled, 'seas');
		await status(tab, other, 'waiting');
		expect(model.calls).toBe(3);
		tab.engine.close();
	});

	it('does not serve after a correction, nor from a run that was rejected', async () => {
		const model = counting();
		const { tab } = await open(model.executor);
		const titled = workflow([facts, draft(), review], { output: { title: 'About {{inputs.topic}}' } });
		const first = await start(tab, titled);
		await status(tab, first, 'waiting');
		const draftHash = (await stateOf(tab, first)).steps['review']?.request?.draft.hash ?? '';
		await tab.api.reject({ runId: first, stepId: 'review', draftHash, reason: 'No.', ticks: [] });
		await status(tab, first, 'rejected');
		const second = await start(tab, titled);
		await approveAt(tab, second);
		expect(model.calls).toBe(2);
		await tab.api.confirmNote({
			instruction: 'Be brief.',
			scope: { kind: 'everywhere' },
			before: '',
			after: '',
			from: null
		});
		const third = await start(tab, titled);
		await status(tab, third, 'waiting');
		expect(model.calls).toBe(3);
		tab.engine.close();
	});
});

it('tries a step alone on pinned outputs, says so, and acts on nothing', async () => {
	const model = counting();
	const { tab } = await open(model.executor);
	await tab.api.saveWorkflow(workflow([facts, draft(), review, save]));
	const missing = await tab.api.tryStep('flow', 'draft', { inputs: { topic: 'x' }, pinned: {} });
	expect(!missing.ok && missing.failure.code).toBe('try.missing');
	const acting = await tab.api.tryStep('flow', 'save', { inputs: { topic: 'x' }, pinned: { review: 'y' } });
	expect(!acting.ok && acting.failure.code).toBe('try.act');
	const tried = await tab.api.tryStep('flow', 'draft', {
		inputs: { topic: 'x' },
		pinned: { facts: { a: 1 } }
	});
	if (!tried.ok) throw new Error(tried.failure.message);
	await status(tab, tried.value, 'done');
	expect(await outputOf(tab, tried.value, 'draft')).toBe('# Draft 1');
	expect((await stateOf(tab, tried.value)).derived?.pinned).toEqual(['facts']);
	tab.engine.close();
});

describe('a step that is tried alone', () => {
	const inside = (steps: Made[]): Made => ({ id: 'block', kind: 'loop', with: { until: 'true' }, steps });
	const tried = async (tab: Tab, stepId: string, document: Workflow, pinned: Record<string, Json> = {}) => {
		await tab.api.saveWorkflow(document);
		const started = await tab.api.tryStep('flow', stepId, { inputs: { topic: 'x' }, pinned });
		if (!started.ok) throw new Error(started.failure.message);
		return started.value;
	};

	it('hands nothing over, wherever that is in it', async () => {
		const { tab } = await open();
		const block = inside([
			transform('text', '"A text"'),
			{ id: 'review', title: 'Fine?', kind: 'review', job: 'decide', inputs: { draft: 'steps.text.output' } },
			{
				...{ id: 'hand', title: 'Hand', kind: 'hand-over', job: 'act', with: { as: 'clipboard' } },
				inputs: { value: 'steps.review.output' }
			}
		]);
		const document = workflow([facts, { ...block, inputs: { facts: 'steps.facts.output' } }]);
		const runId = await tried(tab, 'block', document, { facts: 'A text' });
		await approveAct(tab, runId, undefined, 'block[0]/review');
		await status(tab, runId, 'failed');
		const hand = (await stateOf(tab, runId)).steps['block[0]/hand'];
		expect(hand?.attempts.at(-1)?.failure?.code).toBe('try.cannot-act');
		tab.engine.close();
	});

	it('sends nothing where nothing had to be pinned for it, either', async () => {
		const { tab, executor } = await open(outside(() => answered()));
		const runId = await tried(tab, 'block', workflow([inside(actWorkflow().steps)]));
		await approveAct(tab, runId, undefined, 'block[0]/review');
		await status(tab, runId, 'failed');
		expect(executor.acted).toEqual([]);
		tab.engine.close();
	});

	it('is no run that another one can rest on', async () => {
		const { tab } = await open(counting().executor);
		const document = workflow([facts, draft(), review, save]);
		const runId = await tried(tab, 'draft', document, { facts: 'made up' });
		await status(tab, runId, 'done');
		const wish = { runId, stepId: 'review', definition: 'now' as const };
		for (const asked of [tab.api.planReplay(wish), tab.api.replayRun(wish)])
			expect(await asked).toMatchObject({ failure: { code: 'replay.try' } });
		tab.engine.close();
	});

	it('is done on whatever way of a branch it is', async () => {
		const { tab } = await open();
		const document = workflow([
			{ id: 'route', kind: 'branch', job: 'decide', with: { routes: [{ id: 'big', when: 'true' }] } },
			transform('big', '"big"', { when: { step: 'route', route: ['big'] } })
		]);
		const runId = await tried(tab, 'big', document, { route: { route: 'small' } });
		await status(tab, runId, 'done');
		expect(await outputOf(tab, runId, 'big')).toBe('big');
		tab.engine.close();
	});
});

it('signs decisions, and finds what was changed behind its back', async () => {
	const { tab } = await open(counting().executor);
	const runId = await start(tab, workflow([facts, draft(), review, save]));
	await approveAt(tab, runId);
	const decision = (await stateOf(tab, runId)).steps['review']?.decisions[0];
	expect(decision?.by).toBe('You');
	const whole = await tab.api.verifyRun(runId);
	expect(whole).toMatchObject(ok({ broken: null, headFits: true, damaged: [] }));
	const records: LogRecord[] = await tab.store.records(`run:${runId}`);
	expect(firstBroken(records)).toBeNull();
	// A tail that was cut in both copies alike: the chain is whole, and only the head tells.
	const cut = {
		...tab.store,
		records: async () => records.slice(0, -1),
		head: () => tab.store.head(`run:${runId}`)
	};
	const { verifyRun } = await import('./verify');
	const found = await verifyRun({ ...cut, value: (hash: string) => tab.store.value(hash) } as never, runId);
	expect(found).toMatchObject(ok({ broken: null, headFits: false }));
	const edited = records.map((record, at) =>
		at === 2 ? { ...record, event: { ...record.event, at: record.event.at + 1 } } : record
	);
	const forged = { ...cut, records: async () => edited, value: (hash: string) => tab.store.value(hash) };
	expect(await verifyRun(forged as never, runId)).toMatchObject(ok({ broken: 2 }));
	const unknown = await tab.api.verifyRun('nobody');
	expect(unknown.ok).toBe(false);
	tab.engine.close();
});
