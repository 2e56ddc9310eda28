import 'fake-indexeddb/auto';
import { describe, expect, it, vi } from 'vitest';
import { actWorkflow, approve, logged, outside } from './testing-act';
import { TestDevice, TestExecutor, until } from './testing';
import { NEVER, open, start, stateOf, status, transform, workflow } from './testing-flow';

const bug = () => {
	throw new TypeError('a bug');
};

describe('an exception while an attempt is carried out', () => {
	it('fails the attempt, and the next one is the last that the definition allows', async () => {
		const { tab, executor } = await open();
		vi.spyOn(executor, 'run').mockImplementation(bug);
		const steps = [transform('one', '1', { retry: { attempts: 3, delaySeconds: 0 } })];
		const runId = await start(tab, workflow(steps));
		await status(tab, runId, 'failed');
		const { attempts, status: ends } = (await stateOf(tab, runId)).steps['one'] ?? {};
		expect(ends).toBe('failed');
		expect(attempts?.map((one) => one.failure?.code)).toEqual(['unexpected', 'unexpected', 'unexpected']);
		expect(attempts?.[0]?.failure?.message).toContain('a bug');
		tab.engine.close();
	});

	it('fails one that had not begun, too', async () => {
		const { tab } = await open();
		vi.spyOn(tab.engine.values, 'get').mockImplementation(bug);
		const needy = { ...transform('two', 'one'), inputs: { one: 'steps.one.output' } };
		const runId = await start(
			tab,
			workflow([transform('one', '1'), { ...needy, retry: { attempts: 1, delaySeconds: 0 } }])
		);
		await status(tab, runId, 'failed');
		const { attempts } = (await stateOf(tab, runId)).steps['two'] ?? {};
		expect(attempts).toMatchObject([{ number: 1, status: 'failed', failure: { code: 'unexpected' } }]);
		tab.engine.close();
	});

	it('fails a block whose output cannot be put together', async () => {
		const { tab } = await open();
		const put = tab.engine.values.put.bind(tab.engine.values);
		vi.spyOn(tab.engine.values, 'put').mockImplementation((value) =>
			Array.isArray(value.content) && value.from.length > 1 ? bug() : put(value)
		);
		const each = {
			...{ id: 'each', kind: 'map', inputs: { over: 'steps.list.output' } },
			steps: [transform('inner', 'item * 2')]
		};
		const runId = await start(tab, workflow([transform('list', '[1, 2]'), each]));
		await status(tab, runId, 'failed');
		const { failure } = (await stateOf(tab, runId)).steps['each']?.attempts.at(-1) ?? {};
		expect(failure).toMatchObject({ code: 'unexpected' });
		tab.engine.close();
	});

	it('asks a person about what had begun to act outside', async () => {
		const { tab, executor } = await open(outside(bug));
		const runId = await start(tab, actWorkflow());
		await approve(tab, runId);
		await until('the question', async () => (await logged(tab, runId, 'send')).includes('effect.unknown'));
		expect((await stateOf(tab, runId)).steps['send']).toMatchObject({
			status: 'waiting',
			asked: { why: 'unknown' }
		});
		expect(executor.acted).toHaveLength(1);
		tab.engine.close();
	});
});

it('tells a page that the database cannot be asked just now as a failure', async () => {
	const { tab } = await open();
	vi.spyOn(tab.database.workflows, 'get').mockImplementation(() => {
		throw new DOMException('Internal error opening backing store', 'UnknownError');
	});
	const saved = await tab.api.saveWorkflow(workflow([transform('one', '1')]));
	expect(saved).toMatchObject({ ok: false, failure: { code: 'storage.failed', retryable: true } });
	tab.engine.close();
});

it('leaves a step to a person that was broken off with its tab again and again', async () => {
	const device = new TestDevice();
	const silent = () => {
		const executor = new TestExecutor(NEVER);
		vi.spyOn(executor, 'run').mockImplementation(() => new Promise(() => undefined));
		return executor;
	};
	let { tab } = await open(silent(), device);
	const runId = await start(tab, workflow([transform('one', '1')]));
	const attempts = async () => (await stateOf(tab, runId)).steps['one']?.attempts ?? [];
	for (let tabs = 1; tabs <= 5; tabs++) {
		await until('it is begun', async () => (await attempts()).length === tabs);
		tab.engine.close();
		({ tab } = await open(silent(), device));
	}
	await status(tab, runId, 'failed');
	expect((await attempts()).at(-1)).toMatchObject({ number: 5, failure: { code: 'step.broken-off' } });
	expect(await tab.api.retryStep(runId, 'one')).toMatchObject({ ok: true });
	await until('it is begun again', async () => (await attempts()).length === 6);
	tab.engine.close();
});
