import 'fake-indexeddb/auto';
import { describe, expect, it } from 'vitest';
import { checkWorkflow } from '$lib/steps';
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
import { until } from './testing';

// Real host, store, steps and expressions; nobody is asked for a model.

const review = (config: Made, inputs: Made = {}): Made => ({
	id: 'review',
	kind: 'review',
	job: 'decide',
	inputs: { draft: 'steps.draft.output', ...inputs },
	with: config
});
const save: Made = {
	id: 'save',
	kind: 'save',
	job: 'act',
	inputs: { value: 'steps.review.output' },
	permissions: { write: ['Out'] },
	with: { path: 'Out/{{run.number}}.md' }
};
const text = (id: string, expression: string, more: Made = {}): Made => ({
	...transform(id, expression),
	output: { type: 'text' },
	...more
});
const refund = (amount: string, config: Made = {}) =>
	workflow([
		transform('amount', amount),
		text('draft', '"Dear customer"'),
		review({ askWhen: 'amount > 500', ...config }, { amount: 'steps.amount.output' }),
		save
	]);

async function gateOf(tab: Tab, runId: string, stepId = 'review') {
	await until('the gate', async () => (await stateOf(tab, runId)).steps[stepId]?.request != null);
	const request = (await stateOf(tab, runId)).steps[stepId]?.request;
	return { runId, stepId, draftHash: request?.draft.hash ?? '', ticks: [] };
}

async function typesOf(tab: Tab, runId: string) {
	return (await tab.store.records(`run:${runId}`)).map(({ event }) => event.type);
}

describe('a gate that asks only sometimes', () => {
	it('lets pass what needs no person, and the record says why nobody was asked', async () => {
		const { tab } = await open();
		const runId = await start(tab, refund('120'));
		await status(tab, runId, 'done');
		const { review: gate, save: saved } = (await stateOf(tab, runId)).steps;
		expect(gate?.passed).toMatchObject({ why: 'condition', because: 'amount is 120, not over 500' });
		expect(gate?.decisions).toEqual([]);
		expect(saved?.attempts[0]?.saved?.path).toBe('Out/1.md');
		tab.engine.close();
	});

	it('asks where the condition holds, and where it cannot be judged', async () => {
		const { tab } = await open();
		for (const [amount, because] of [
			['620', 'amount is 620, over 500'],
			['null', 'amount is unknown'],
			['"many"', /could not be worked out/]
		] as const) {
			const runId = await start(tab, refund(amount));
			await gateOf(tab, runId);
			const request = (await stateOf(tab, runId)).steps['review']?.request;
			expect(request?.because).toMatch(because);
		}
		tab.engine.close();
	});

	it('stands before nothing that goes out, unless another gate always asks', async () => {
		const send = { id: 'send', kind: 'notify', job: 'act', inputs: { proposal: 'steps.review.output' } };
		const codes = async (config: Made) => {
			const { problems } = await checkWorkflow(workflow([text('draft', '"x"'), review(config), send]));
			return problems.map(({ code }) => code);
		};
		expect(await codes({ askWhen: 'draft = "y"' })).toContain('act.gate-passes');
		expect(await codes({ deadlineHours: 1, afterDeadline: 'continue' })).toContain('act.gate-passes');
		expect(await codes({ deadlineHours: 1, afterDeadline: 'reject' })).toEqual([]);
	});
});

describe('named buttons', () => {
	const buttons = [
		{ id: 'publish', title: 'Publish', outcome: 'approve', route: 'public' },
		{ id: 'keep', title: 'Keep inside', outcome: 'approve', route: 'inside' },
		{ id: 'no', title: 'Tell them no', outcome: 'reject', route: 'refused' }
	];
	const flow = workflow([
		text('draft', '"Text"'),
		review({ buttons }),
		text('inside', '"kept"', { when: { step: 'review', route: ['inside'] } }),
		text('refusal', '"sorry"', { when: { step: 'review', route: ['refused'] } }),
		save
	]);

	it('lead where they say, and the record names the one that was pressed', async () => {
		const { tab } = await open();
		const runId = await start(tab, flow);
		expect(await tab.api.approve({ ...(await gateOf(tab, runId)), button: 'keep' })).toMatchObject({
			ok: true
		});
		await status(tab, runId, 'done');
		const { steps } = await stateOf(tab, runId);
		expect(steps['review']?.decisions[0]).toMatchObject({
			decision: 'approved',
			button: { id: 'keep', title: 'Keep inside' },
			route: 'inside'
		});
		expect([steps['inside']?.status, steps['refusal']?.status, steps['save']?.status]).toEqual([
			'done',
			'skipped',
			'done'
		]);
		tab.engine.close();
	});

	it('a no with a way of its own does not end the run, and nothing that needs a yes happens', async () => {
		const { tab } = await open();
		const runId = await start(tab, flow);
		await tab.api.reject({ ...(await gateOf(tab, runId)), button: 'no', reason: 'Too soon.' });
		await status(tab, runId, 'done');
		const { steps } = await stateOf(tab, runId);
		expect([steps['inside']?.status, steps['refusal']?.status, steps['save']?.status]).toEqual([
			'skipped',
			'done',
			'skipped'
		]);
		tab.engine.close();
	});

	it('what the author did not offer is refused', async () => {
		const { tab } = await open();
		const runId = await start(tab, flow);
		const gate = await gateOf(tab, runId);
		expect(await tab.api.askForChanges({ ...gate, reason: 'Shorter.' })).toMatchObject({
			failure: { code: 'review.not-offered' }
		});
		expect(await tab.api.approve({ ...gate, button: 'no' })).toMatchObject({
			failure: { code: 'review.not-offered' }
		});
		tab.engine.close();
	});
});

describe('time', () => {
	/** 50 ms, in hours. */
	const SOON = 50 / 3_600_000;
	const late = (afterDeadline: string, deadlineHours = SOON) =>
		workflow([text('draft', '"Text"'), review({ deadlineHours, afterDeadline }), save]);

	it.each([
		['reject', 'rejected', ['review.requested', 'review.expired', 'run.finished']],
		['continue', 'done', ['review.requested', 'review.passed']]
	])('that is up means what the definition says: %s', async (then, ended, types) => {
		const { tab } = await open();
		const runId = await start(tab, late(then));
		await status(tab, runId, ended);
		const seen = await typesOf(tab, runId);
		const at = seen.indexOf('review.requested');
		expect(seen.slice(at, at + types.length)).toEqual(types);
		tab.engine.close();
	});

	it('that is up while Galley is closed is found at the next start', async () => {
		const { tab, device, executor } = await open();
		// On a busy machine a gate has to be seen, and its engine closed, before its time is up.
		const runId = await start(tab, late('reject', 1 / 3_600));
		await gateOf(tab, runId);
		tab.engine.close();
		await new Promise((resolve) => setTimeout(resolve, 1_000));
		const next = await device.tab(executor);
		await status(next, runId, 'rejected');
		next.engine.close();
	});

	it('is put off by the person, but not beyond the point where the run decides by itself', async () => {
		const { tab } = await open();
		const hour = 3_600_000;
		const runId = await start(
			tab,
			workflow([text('draft', '"Text"'), review({ deadlineHours: 2, afterDeadline: 'reject' })])
		);
		const { stepId, draftHash } = await gateOf(tab, runId);
		const put = (until: number | null) => tab.api.postpone(runId, stepId, draftHash, until);
		expect(await put(Date.now() + 3 * hour)).toMatchObject({ failure: { code: 'postpone.deadline' } });
		expect(await put(Date.now() - 1)).toMatchObject({ failure: { code: 'postpone.past' } });
		const until = Date.now() + hour;
		expect(await put(until)).toMatchObject({ ok: true });
		expect((await stateOf(tab, runId)).steps['review']?.request?.later).toBe(until);
		tab.engine.close();
	});
});

describe('an approval is bound to the bytes', () => {
	const flow = workflow([
		text('facts', '"Revenue was 10."'),
		text('draft', '"Report: " & facts', { inputs: { facts: 'steps.facts.output' } }),
		review({}),
		text('more', '"more"', { inputs: { about: 'steps.review.output' } }),
		{ id: 'nap', kind: 'wait', job: 'collect', needs: ['more'], with: { seconds: 60 } },
		{ ...save, needs: ['nap'] }
	]);

	it('and void when something before it is changed: the gate asks anew, about the new draft', async () => {
		const { tab } = await open();
		const runId = await start(tab, flow);
		const first = await gateOf(tab, runId);
		await tab.api.approve(first);
		await status(tab, runId, 'sleeping');
		const facts = (await stateOf(tab, runId)).steps['facts']?.output;
		const change = {
			runId,
			stepId: 'facts',
			wasHash: facts?.hash ?? '',
			content: 'Revenue was 12.',
			reason: ''
		};
		expect(await tab.api.changeOutput({ ...change, wasHash: 'f'.repeat(64) })).toMatchObject({
			failure: { code: 'change.stale' }
		});
		expect(await tab.api.changeOutput(change)).toMatchObject({ ok: true });
		const second = await gateOf(tab, runId);
		expect(second.draftHash).not.toBe(first.draftHash);
		expect(await outputOf(tab, runId, 'draft')).toBe('Report: Revenue was 12.');
		const { review: gate, more, save: saved } = (await stateOf(tab, runId)).steps;
		expect(gate?.voided).toMatchObject({ how: 'approved', content: { hash: first.draftHash }, run: null });
		expect([more?.status, more?.output, saved?.attempts]).toEqual(['pending', null, []]);
		expect(await tab.api.approve(first)).toMatchObject({ failure: { code: 'review.stale' } });

		// Put back, it is what was approved, byte for byte; the approval is asked for again all the same.
		const wasHash = (await stateOf(tab, runId)).steps['facts']?.output?.hash ?? '';
		await tab.api.changeOutput({ ...change, wasHash, content: 'Revenue was 10.' });
		await until('revision 3', async () => (await stateOf(tab, runId)).steps['review']?.revision === 3);
		expect((await gateOf(tab, runId)).draftHash).toBe(first.draftHash);
		expect((await stateOf(tab, runId)).steps['review']?.voided).toMatchObject({ how: 'approved' });
		tab.engine.close();
	});

	it('and nothing before it can be changed once something has acted on it', async () => {
		const { tab } = await open();
		const runId = await start(
			tab,
			workflow(
				[text('draft', '"Text"'), review({}), save, review({ question: 'And?' })].map((step, index) =>
					index === 3 ? { ...step, id: 'after', needs: ['save'] } : step
				)
			)
		);
		await tab.api.approve(await gateOf(tab, runId));
		await gateOf(tab, runId, 'after');
		const draft = (await stateOf(tab, runId)).steps['draft']?.output;
		expect(
			await tab.api.changeOutput({
				runId,
				stepId: 'draft',
				wasHash: draft?.hash ?? '',
				content: 'x',
				reason: ''
			})
		).toMatchObject({ failure: { code: 'change.acted' } });
		tab.engine.close();
	});

	it('does not count in a run that repeats this one, and that run knows what it was about', async () => {
		const { tab } = await open();
		const short = workflow([text('draft', '"Text of " & run.inputs.topic'), review({}), save]);
		const runId = await start(tab, short);
		const first = await gateOf(tab, runId);
		await tab.api.approve(first);
		await status(tab, runId, 'done');
		const again = await tab.api.replayRun({
			...{ runId, stepId: null, definition: 'then' as const },
			inputs: { topic: 'seas' }
		});
		if (!again.ok) throw new Error(again.failure.message);
		await gateOf(tab, again.value);
		expect((await stateOf(tab, again.value)).steps['review']?.voided).toMatchObject({
			how: 'approved',
			content: { hash: first.draftHash },
			run: 1
		});
		tab.engine.close();
	});
});

describe('a list that is reviewed together', () => {
	const flow = workflow([
		transform('draft', '["a", "b", "c"]'),
		review({ each: true }),
		text('count', '$string($count(left))', { inputs: { left: 'steps.review.output' } })
	]);

	it('is approved when something was said of every member; what was left out is left out', async () => {
		const { tab } = await open();
		const runId = await start(tab, flow);
		const gate = await gateOf(tab, runId);
		const yes = (index: number) => ({ index, decision: 'approved' as const });
		expect(await tab.api.approve({ ...gate, items: [yes(0), yes(2)] })).toMatchObject({
			failure: { code: 'items.open' }
		});
		const no = { index: 1, decision: 'left-out' as const };
		expect(await tab.api.approve({ ...gate, items: [yes(0), no, yes(2)] })).toMatchObject({
			failure: { code: 'items.reason' }
		});
		const items = [yes(0), { ...no, reason: 'Paid.' }, yes(2)];
		expect(await tab.api.approve({ ...gate, items })).toMatchObject({ ok: true });
		await status(tab, runId, 'done');
		expect(await outputOf(tab, runId, 'review')).toEqual(['a', 'c']);
		expect(await outputOf(tab, runId, 'count')).toBe('2');
		expect((await stateOf(tab, runId)).steps['review']?.decisions[0]?.items).toEqual(items);
		tab.engine.close();
	});
});
