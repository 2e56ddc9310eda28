import 'fake-indexeddb/auto';
import { expect, it } from 'vitest';
import type { StepHost, StepSpec } from './protocol';
import { says, TestDevice, TestExecutor } from './testing';
import { start, stateOf, status, workflow } from './testing-flow';
import { ask } from './testing-ladder';

/** A model that takes longer to be loaded than the step has time, and then answers at once. */
class Slow extends TestExecutor {
	override async run(spec: StepSpec, host: StepHost, signal: AbortSignal) {
		host.loading({ phase: 'read', text: 'Loading the model' });
		await new Promise((done) => setTimeout(done, 1_300));
		host.loading({ phase: 'ready', text: 'Ready' });
		return signal.aborted
			? { result: says('') as never, egress: [], kept: '' }
			: super.run(spec, host, signal);
	}
}

it('the time in which its model is loaded is not the step’s', async () => {
	const tab = await new TestDevice().tab(new Slow(() => says('done')));
	const runId = await start(tab, workflow([ask({ timeoutSeconds: 1 })]));
	await status(tab, runId, 'done');
	expect((await stateOf(tab, runId)).steps['draft']?.attempts).toHaveLength(1);
	tab.engine.close();
});
