import 'fake-indexeddb/auto';
import { describe, expect, it } from 'vitest';
import type { StepHost, StepSpec } from './protocol';
import { says, TestExecutor, until } from './testing';
import { actWorkflow, answered, approve } from './testing-act';
import {
	NEVER,
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

/** What is begun late, after the run has moved on from the state in which it was due. */

const model = (id: string, more: Made = {}): Made => ({
	id,
	title: id,
	kind: 'model',
	job: 'draft',
	instructions: `Write ${id}.`,
	permissions: { model: 'any' },
	retry: { attempts: 1, delaySeconds: 0 },
	...more
});

/** Real steps, of which one is kept from ending until the test says so. */
class Holding extends TestExecutor {
	release = () => {};
	#held = new Promise<void>((go) => (this.release = go));
	isHolding = false;

	constructor(
		private readonly which: string,
		...world: ConstructorParameters<typeof TestExecutor>
	) {
		super(...world);
	}

	override async run(spec: StepSpec, host: StepHost, signal: AbortSignal) {
		const run = await super.run(spec, host, signal);
		if (spec.attemptId !== this.which) return run;
		this.isHolding = true;
		await this.#held;
		return run;
	}
}

async function change(tab: Tab, runId: string, stepId: string, content: number): Promise<void> {
	const wasHash = (await tab.engine.log(runId)).state.steps[stepId]?.output?.hash ?? '';
	const changed = await tab.api.changeOutput({ runId, stepId, wasHash, content, reason: '' });
	if (!changed.ok) throw new Error(changed.failure.message);
}

it('an attempt that was sent back meanwhile is stopped, and gives its place at the model to the next one', async () => {
	let stopped = 0;
	class Hearing extends TestExecutor {
		override run(spec: StepSpec, host: StepHost, signal: AbortSignal) {
			if (spec.attemptId.endsWith('/slow/1.1'))
				signal.addEventListener('abort', () => {
					stopped += 1;
					release();
				});
			return super.run(spec, host, signal);
		}
	}
	let release = () => {};
	const held = new Promise<void>((go) => (release = go));
	const executor = new Hearing(async (_, { step, attemptId }) => {
		if (attemptId.endsWith('/slow/1.1')) await held;
		return says(step.id);
	});
	const { tab } = await open(executor);
	const runId = await start(
		tab,
		workflow([
			transform('first', '1'),
			model('slow', { inputs: { first: 'steps.first.output' } }),
			transform('other', '2')
		])
	);
	await until('the slow one', () => executor.ran.includes(`${runId}/slow/1.1`));
	await change(tab, runId, 'other', 3);
	expect(stopped).toBe(0);
	await change(tab, runId, 'first', 2);
	await status(tab, runId, 'done');
	expect(stopped).toBe(1);
	const { attempts } = (await stateOf(tab, runId)).steps['slow'] ?? {};
	expect(attempts?.map((one) => [one.revision, one.status])).toEqual([
		[1, 'interrupted'],
		[2, 'succeeded']
	]);
	tab.engine.close();
});

describe('a step that waits for its turn at the model', () => {
	it('does not begin when what it needs was sent back meanwhile', async () => {
		let release = () => {};
		const held = new Promise<void>((go) => (release = go));
		const [drafts, asked]: [string[], string[]] = [[], []];
		const executor = new TestExecutor(async (_, { step, inputs }) => {
			if (step.id === 'slow') await held;
			if (step.id === 'late') drafts.push(JSON.stringify(inputs['draft']?.[0]?.content));
			asked.push(step.id);
			return says(`${step.id} ${asked.filter((id) => id === step.id).length}`);
		});
		const { tab } = await open(executor);
		const runId = await start(
			tab,
			workflow([
				model('draft'),
				{ id: 'gate', kind: 'review', job: 'decide', inputs: { draft: 'steps.draft.output' } },
				model('slow', { needs: ['draft'] }),
				model('late', { inputs: { draft: 'steps.draft.output' } })
			])
		);
		await until('the gate and the slow step', async () => {
			const { steps } = await stateOf(tab, runId);
			return steps['gate']?.request !== null && executor.ran.includes(`${runId}/slow/1.1`);
		});
		const draft = (await stateOf(tab, runId)).steps['gate']?.request?.draft;
		const sent = await tab.api.askForChanges({
			runId,
			stepId: 'gate',
			draftHash: draft?.hash ?? '',
			ticks: [],
			reason: 'Again.'
		});
		expect(sent.ok).toBe(true);
		release();
		await status(tab, runId, 'waiting');
		await until('the late step', async () => (await stateOf(tab, runId)).steps['late']?.status === 'done');
		expect(drafts).toEqual(['"draft 2"']);
		const late = (await stateOf(tab, runId)).steps['late'];
		expect(late?.attempts.map(({ revision }) => revision)).toEqual([2]);
		tab.engine.close();
	});
});

describe('a condition that is asked while what it is about is changed by hand', () => {
	it('of a gate lets nothing pass that it was not asked about', async () => {
		const executor = new Holding('gate#ask1', NEVER);
		const { tab } = await open(executor);
		const runId = await start(
			tab,
			workflow([
				transform('amount', '10'),
				{
					id: 'gate',
					kind: 'review',
					job: 'decide',
					inputs: { draft: 'steps.amount.output' },
					with: { askWhen: 'draft > 500' }
				}
			])
		);
		await until('the condition', () => executor.isHolding);
		await change(tab, runId, 'amount', 900);
		executor.release();
		await status(tab, runId, 'waiting');
		expect((await stateOf(tab, runId)).steps['gate']).toMatchObject({ passed: null, status: 'waiting' });
		tab.engine.close();
	});

	it('of a loop is asked again about what is there then', async () => {
		const executor = new Holding('again#1', NEVER);
		const { tab } = await open(executor);
		const again = { id: 'again', kind: 'loop', with: { until: 'output > 5', max: 3 } };
		const runId = await start(tab, workflow([{ ...again, steps: [transform('made', '1')] }]));
		await until('the condition', () => executor.isHolding);
		await change(tab, runId, 'again[0]/made', 7);
		executor.release();
		await status(tab, runId, 'done');
		expect(await outputOf(tab, runId, 'again')).toBe(7);
		expect((await stateOf(tab, runId)).steps['again']?.block?.count).toBe(1);
		tab.engine.close();
	});
});

it('a map whose output is put together while an item is changed by hand has the changed one', async () => {
	const { tab } = await open();
	const { values } = tab.engine;
	const get = values.get.bind(values);
	let release = () => {};
	const held = new Promise<void>((go) => (release = go));
	let isHolding = false;
	values.get = async (ref) => {
		const found = await get(ref);
		const { ok, ...rest } = found;
		if (!isHolding && ok && 'value' in rest && rest.value.content === 2) {
			isHolding = true;
			await held;
		}
		return found;
	};
	const runId = await start(
		tab,
		workflow([
			transform('list', '[1, 2]'),
			{
				id: 'each',
				kind: 'map',
				inputs: { over: 'steps.list.output' },
				steps: [transform('twice', 'item * 2')]
			}
		])
	);
	await until('the output', () => isHolding);
	await change(tab, runId, 'each[0]/twice', 7);
	release();
	await status(tab, runId, 'done');
	expect(await outputOf(tab, runId, 'each')).toEqual([7, 4]);
	tab.engine.close();
});

it('what was approved is not sent when another tab changes what it rests on just then', async () => {
	const executor = new TestExecutor(NEVER, () => answered());
	const { tab, device } = await open(executor);
	const other = await device.tab(new TestExecutor(NEVER));
	const [propose, ...rest] = actWorkflow({
		url: 'https://api.example.org/tickets',
		json: { about: '{{amount}}' }
	}).steps as unknown as Made[];
	const runId = await start(
		tab,
		workflow([transform('amount', '10'), { ...propose, inputs: { amount: 'steps.amount.output' } }, ...rest])
	);
	const commit = tab.store.commit.bind(tab.store);
	let isChanged = false;
	tab.store.commit = async (one) => {
		const begins = one.records.some(
			({ event }) => event.type === 'attempt.started' && 'stepId' in event && event.stepId === 'send'
		);
		if (begins && !isChanged) {
			isChanged = true;
			await change(other, runId, 'amount', 900);
		}
		return commit(one);
	};
	await approve(tab, runId);
	await until('the change', () => isChanged);
	await status(tab, runId, 'waiting');
	expect(executor.acted).toEqual([]);
	expect((await stateOf(tab, runId)).steps['review']?.voided?.how).toBe('approved');
	for (const { engine } of [tab, other]) engine.close();
});
