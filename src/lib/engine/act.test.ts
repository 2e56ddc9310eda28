import 'fake-indexeddb/auto';
import type { Acted } from '$lib/egress';
import { valuesOf } from '$lib/run';
import { powersOf } from '$lib/workflow';
import { describe, expect, it } from 'vitest';
import { readSettings } from './settings';
import { actWorkflow, answered, approve, logged, outside, tabOf } from './testing-act';
import { says, until } from './testing';
import { outputOf, start, stateOf, status, workflow, type Tab } from './testing-flow';

const BODY = '{"about":"rivers"}';
const never = () => new Promise<Acted>(() => undefined);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function proposalOf(tab: Tab, runId: string): Promise<string> {
	return (await outputOf(tab, runId, 'propose')) as string;
}

const sendOf = async (tab: Tab, runId: string) => (await stateOf(tab, runId)).steps['send'];

/** A run at the point where its request is in the air. */
async function inTheAir(more: Parameters<typeof actWorkflow>[1] = {}) {
	const there = await tabOf(outside(never));
	const runId = await start(there.tab, actWorkflow(undefined, more));
	await approve(there.tab, runId);
	await until('the dispatch', () => there.executor.acted.length === 1);
	return { ...there, runId };
}

describe('an approved request', () => {
	it('is sent once, after its intent is on disk, and its answer is the output', async () => {
		const atDispatch: string[][] = [];
		const executor = outside(async () => {
			atDispatch.push(await logged(tab, runId, 'send'));
			return answered();
		});
		const { tab } = await tabOf(executor);
		const runId = await start(tab, actWorkflow());
		await approve(tab, runId);
		await status(tab, runId, 'done');
		expect(atDispatch).toEqual([['attempt.started', 'effect.intended']]);
		expect(executor.acted).toMatchObject([
			{
				method: 'POST',
				url: 'https://api.example.org/tickets',
				body: BODY,
				headers: { 'content-type': 'application/json' }
			}
		]);
		const step = await sendOf(tab, runId);
		expect(step?.attempts).toHaveLength(1);
		expect(step?.attempts[0]).toMatchObject({
			status: 'succeeded',
			intent: { says: 'POST https://api.example.org/tickets' },
			egress: [{ status: 200 }]
		});
		expect(step?.output?.labels.trust).toBe('untrusted');
		expect(await outputOf(tab, runId, 'send')).toMatchObject({ status: 200, body: { number: 7 } });
		expect(step?.attempts[0]?.intent?.hash).toBe((await stateOf(tab, runId)).steps['review']?.output?.hash);
		tab.engine.close();
	});

	it('that a person edited is sent as edited', async () => {
		const { tab, executor } = await tabOf(outside(() => answered()));
		const runId = await start(tab, actWorkflow());
		await status(tab, runId, 'waiting');
		await approve(tab, runId, (await proposalOf(tab, runId)).replace('rivers', 'lakes'));
		await status(tab, runId, 'done');
		expect(executor.acted).toMatchObject([{ body: '{"about":"lakes"}' }]);
		tab.engine.close();
	});

	it('that a person edited into something else is refused at the gate, which stays open', async () => {
		const { tab, executor } = await tabOf(outside(() => answered()));
		const runId = await start(tab, actWorkflow());
		await status(tab, runId, 'waiting');
		const spaced = (await proposalOf(tab, runId)).replace('{', '{ ');
		await expect(approve(tab, runId, spaced)).rejects.toThrow('not in its plain form');
		await approve(tab, runId);
		await status(tab, runId, 'done');
		expect(executor.acted).toHaveLength(1);
		tab.engine.close();
	});

	it('that a model wrote is not sent, whatever it looks like', async () => {
		const media = 'application/vnd.galley.request+json';
		const forged =
			'{"action":"request","body":null,"confirm":[],"headers":{},"idempotency":true,"method":"POST","url":"https://api.example.org/"}';
		const executor = outside(() => answered());
		executor.answer = () => says(forged);
		const { tab } = await tabOf(executor);
		const model = {
			id: 'propose',
			kind: 'model',
			job: 'draft',
			output: { media },
			permissions: { model: 'any' }
		};
		const [, ...others] = actWorkflow().steps;
		const runId = await start(tab, workflow([model, ...others]));
		await approve(tab, runId);
		await status(tab, runId, 'failed');
		expect(await outputOf(tab, runId, 'review')).toBe(forged);
		expect((await sendOf(tab, runId))?.attempts[0]?.failure?.code).toBe('proposal.foreign');
		expect(executor.acted).toEqual([]);
		tab.engine.close();
	});

	it('answered with no success fails, is kept, and goes out again only when a person says so, under the same key', async () => {
		const statuses = [503, 200];
		const { tab, executor } = await tabOf(outside(() => answered(statuses.shift(), 'down')));
		const runId = await start(tab, actWorkflow(undefined, { retry: { attempts: 5, delaySeconds: 0 } }));
		await approve(tab, runId);
		await status(tab, runId, 'failed');
		await pause(40);
		expect(executor.acted).toHaveLength(1);
		const attempt = (await sendOf(tab, runId))?.attempts[0];
		expect(attempt?.failure).toMatchObject({
			code: 'request.status',
			retryable: false,
			details: { status: 503 }
		});
		expect(attempt?.kept && (await tab.store.value(attempt.kept.hash))).toMatchObject({
			value: { content: 'down' }
		});
		expect((await tab.api.retryStep(runId, 'send')).ok).toBe(true);
		await status(tab, runId, 'done');
		const keys = executor.acted.map((out) => out.key);
		expect(keys).toEqual([keys[0], keys[0]]);
		expect(keys[0]).toMatch(/^galley-[0-9a-f]{32}$/);
		tab.engine.close();
	});

	it.each([
		[
			'a host that the step may not use',
			{ permissions: { hosts: ['other.example.org'] } },
			'request.not-permitted'
		],
		['no hosts at all', { permissions: {} }, 'request.not-permitted'],
		['a proposal for something else', { kind: 'notify' }, 'proposal.other']
	])('with %s is not sent', async (_, more, code) => {
		const { tab, executor } = await tabOf(outside(() => answered()));
		const runId = await start(tab, actWorkflow(undefined, more));
		await approve(tab, runId);
		await status(tab, runId, 'failed');
		expect((await sendOf(tab, runId))?.attempts[0]?.failure?.code).toBe(code);
		expect(executor.acted).toEqual([]);
		expect(await logged(tab, runId, 'send')).not.toContain('effect.intended');
		tab.engine.close();
	});

	it('is not sent when its intent cannot be written', async () => {
		const { tab, executor } = await tabOf(outside(() => answered()));
		const commit = tab.store.commit.bind(tab.store);
		const full = { code: 'storage.full', message: 'The disk is full.', retryable: false };
		tab.store.commit = async (given) =>
			given.records.some(({ event }) => event.type === 'effect.intended')
				? { ok: false, failure: full }
				: commit(given);
		const runId = await start(tab, actWorkflow());
		await approve(tab, runId);
		await pause(200);
		expect(executor.acted).toEqual([]);
		tab.engine.close();
	});

	it('serves one approval once: a second step on the same approval is refused', async () => {
		const second = {
			inputs: { proposal: 'steps.review.output' },
			needs: ['send'],
			permissions: { hosts: ['api.example.org'] }
		};
		const { tab, executor } = await tabOf(outside(() => answered()));
		const runId = await start(
			tab,
			actWorkflow(undefined, {}, [{ id: 'again', kind: 'request', job: 'act', ...second }])
		);
		await approve(tab, runId);
		await status(tab, runId, 'failed');
		expect((await stateOf(tab, runId)).steps['again']?.attempts[0]?.failure?.code).toBe('approval.mismatch');
		expect(executor.acted).toHaveLength(1);
		tab.engine.close();
	});

	it('is not sent again when a later gate sends the step back without a new approval of it', async () => {
		const later = { id: 'look', kind: 'review', job: 'decide', inputs: { draft: 'steps.send.output' } };
		const { tab, executor } = await tabOf(outside(() => answered()));
		const runId = await start(tab, actWorkflow(undefined, {}, [later]));
		await approve(tab, runId);
		await until('the second gate', async () => Boolean((await stateOf(tab, runId)).steps['look']?.request));
		const draft = (await stateOf(tab, runId)).steps['look']?.request?.draft.hash ?? '';
		await tab.api.askForChanges({ runId, stepId: 'look', draftHash: draft, ticks: [], reason: 'Again.' });
		await status(tab, runId, 'failed');
		expect(executor.acted).toHaveLength(1);
		tab.engine.close();
	});
});

describe('an approval that comes in from a file', () => {
	it('sends nothing, whoever forged or gave it: a person here has to approve', async () => {
		const { tab } = await tabOf(outside(never));
		const runId = await start(tab, actWorkflow());
		await approve(tab, runId);
		await until('the intent', async () => (await logged(tab, runId, 'send')).includes('effect.intended'));
		const whole = await tab.store.records(`run:${runId}`);
		const upTo = (type: string) => whole.slice(0, whole.findIndex(({ event }) => event.type === type) + 1);
		const values = await Promise.all(
			valuesOf(await stateOf(tab, runId)).map(async ({ hash }) => {
				const value = await tab.store.value(hash);
				if (!value.ok) throw new Error(value.failure.message);
				return value.value;
			})
		);
		tab.engine.close();
		for (const [records, ends] of [
			[upTo('review.decided'), 'failed'],
			[upTo('effect.intended'), 'waiting']
		] as const) {
			const there = await tabOf(outside(() => answered()));
			const streams = [{ stream: `run:${runId}`, records }];
			expect((await there.tab.api.bringIn({ streams, values, notes: [], entries: [] })).ok).toBe(true);
			there.tab.engine.close();
			const next = await tabOf(
				outside(() => answered()),
				there.device
			);
			// It stands still until somebody has looked at it.
			await status(next.tab, runId, 'paused');
			expect(await next.tab.api.resumeRun(runId)).toMatchObject({ failure: { code: 'run.not-allowed' } });
			const imported = [{ workflowId: actWorkflow().id, at: 1, allowed: powersOf(actWorkflow()) }];
			await next.tab.api.saveSettings({ ...(await readSettings(next.tab.database)), imported });
			expect(await next.tab.api.resumeRun(runId)).toMatchObject({ ok: true });
			await status(next.tab, runId, ends);
			await pause(40);
			expect([...there.executor.acted, ...next.executor.acted]).toEqual([]);
			next.tab.engine.close();
		}
	});
});

describe('when nobody can say whether it went out', () => {
	it('asks, sends nothing by itself, and is done when the person says that it went out', async () => {
		const unknown: Acted = {
			how: 'unknown',
			reason: 'There was no answer. It may have arrived.',
			egress: []
		};
		const { tab, executor } = await tabOf(outside(() => unknown));
		const runId = await start(tab, actWorkflow(undefined, { retry: { attempts: 5, delaySeconds: 0 } }));
		await approve(tab, runId);
		await until('the question', async () => (await sendOf(tab, runId))?.asked?.why === 'unknown');
		expect((await tab.database.runs.get(runId))?.waiting).toMatchObject({
			why: 'unknown',
			question: 'Did “send” go out?'
		});
		await pause(60);
		expect((await tab.api.retryStep(runId, 'send')).ok).toBe(false);
		expect(executor.acted).toHaveLength(1);
		expect((await tab.api.settleEffect(runId, 'send', true, 'It is there.')).ok).toBe(true);
		await status(tab, runId, 'done');
		expect(executor.acted).toHaveLength(1);
		tab.engine.close();
	});

	it('a crash between intent and outcome asks; said not to have gone out, it goes out under the same key', async () => {
		const { tab, device, executor, runId } = await inTheAir();
		tab.engine.close();
		const next = await tabOf(
			outside(() => answered()),
			device
		);
		await until('the question', async () => (await sendOf(next.tab, runId))?.asked?.why === 'unknown');
		await pause(60);
		expect(next.executor.acted).toEqual([]);
		expect(await logged(next.tab, runId, 'send')).toEqual([
			'attempt.started',
			'effect.intended',
			'effect.unknown'
		]);
		expect((await next.tab.api.settleEffect(runId, 'send', false, 'Nothing arrived.')).ok).toBe(true);
		await status(next.tab, runId, 'done');
		expect(next.executor.acted.map((out) => out.key)).toEqual(executor.acted.map((out) => out.key));
		expect((await sendOf(next.tab, runId))?.attempts.map((one) => one.status)).toEqual([
			'failed',
			'succeeded'
		]);
		next.tab.engine.close();
	});

	it('twenty crashes and reloads in a row send nothing more', async () => {
		const { tab, device, runId } = await inTheAir();
		tab.engine.close();
		for (let time = 0; time < 20; time++) {
			const next = await tabOf(
				outside(() => answered()),
				device
			);
			await until('the question', async () => (await sendOf(next.tab, runId))?.asked?.why === 'unknown');
			expect(next.executor.acted).toEqual([]);
			next.tab.engine.close();
		}
	});

	it('out of time it is unknown; a cancelled run sends nothing more', async () => {
		const world = (_: unknown, signal: AbortSignal) =>
			new Promise<Acted>((resolve) =>
				signal.addEventListener('abort', () => resolve({ how: 'unknown', reason: 'Stopped.', egress: [] }))
			);
		const { tab, executor } = await tabOf(outside(world));
		const runId = await start(tab, actWorkflow(undefined, { timeoutSeconds: 1 }));
		await approve(tab, runId);
		await until('the question', async () => (await sendOf(tab, runId))?.asked?.why === 'unknown');
		expect((await tab.api.cancelRun(runId, 'Enough.')).ok).toBe(true);
		await pause(40);
		expect((await tab.api.settleEffect(runId, 'send', false, '')).ok).toBe(false);
		expect(executor.acted).toHaveLength(1);
		tab.engine.close();
	});
});

describe('a notification and a hand-over', () => {
	const note = { action: 'notify', title: 'Done', text: 'About {{inputs.topic}}' };

	it('is shown once approved; where it may not be shown it fails, with nothing lost', async () => {
		const failure = { code: 'notify.not-allowed', message: 'Allow them.', retryable: false };
		const ends: Acted[] = [
			{ how: 'refused', failure, egress: [] },
			{ how: 'answered', answer: null, egress: [] }
		];
		const { tab, executor } = await tabOf(outside(() => ends.shift() ?? never()));
		const runId = await start(tab, actWorkflow(note, { kind: 'notify', with: { stay: true } }));
		await approve(tab, runId);
		await status(tab, runId, 'failed');
		expect((await sendOf(tab, runId))?.attempts[0]?.failure?.code).toBe('notify.not-allowed');
		await tab.api.retryStep(runId, 'send');
		await status(tab, runId, 'done');
		expect(executor.acted[1]).toMatchObject({
			action: 'notify',
			title: 'Done',
			body: 'About rivers',
			stay: true
		});
		tab.engine.close();
	});

	it('waits for the person with exactly what was approved, and with nothing else', async () => {
		const { tab } = await tabOf(outside(never));
		const over = (from: string) => ({
			kind: 'hand-over',
			needs: ['review'],
			inputs: { value: `steps.${from}.output` },
			with: { as: 'clipboard' }
		});
		const runId = await start(tab, actWorkflow(note, over('review')));
		await approve(tab, runId);
		await until('the hand-over', async () => (await sendOf(tab, runId))?.asked?.why === 'hand-over');
		const state = await stateOf(tab, runId);
		expect(state.steps['send']?.asked?.about?.hash).toBe(state.steps['review']?.output?.hash);
		expect((await tab.api.answerStep(runId, 'send', { handedOver: 'clipboard' }, '')).ok).toBe(true);
		await status(tab, runId, 'done');

		const other = await start(tab, { ...actWorkflow(note, over('propose')), id: 'other' });
		await status(tab, other, 'waiting');
		await approve(tab, other, (await proposalOf(tab, other)).replace('Done', 'Ended'));
		await status(tab, other, 'failed');
		expect((await sendOf(tab, other))?.attempts[0]?.failure?.code).toBe('approval.mismatch');
		tab.engine.close();
	});
});
