import { startModelServer } from '../../support/model-server.mjs';
import { call, Device, recordsOf, until } from '../device.mjs';
import { finish, readLog, startRun } from '../run-watch.mjs';
import { SHORT } from '../workflow.mjs';

/** Ways for an answer to be cut: by a broken socket, by an end without an end mark, by an error or nonsense in it, by silence. */
const CUTS = /** @type {const} */ (['cut', 'no-finish', 'error-chunk', 'bad-chunk', 'stall']);

const ASKING = {
	...SHORT,
	id: 'asking',
	title: 'Asking',
	steps: SHORT.steps.map((step) =>
		step.id === 'draft'
			? {
					...{ id: 'draft', title: 'Draft', kind: 'model', job: 'draft', instructions: 'Write a report.' },
					...{ retry: { attempts: 1, delaySeconds: 0 }, permissions: { model: 'any' }, reuse: false }
				}
			: step
	)
};

/**
 * D15: an answer is cut in the middle. What arrived is kept and never taken for the whole; a second try goes on.
 * @type {import('./common.mjs').Row}
 */
export async function stream({ url, trials, told }) {
	const models = await startModelServer({ slowMs: 5 });
	const device = new Device(url);
	let kept = 0;
	let slowest = 0;
	try {
		const { page } = await device.tab();
		await call(page, 'saveWorkflow', ASKING);
		const use = (/** @type {string} */ model) =>
			call(page, 'saveSettings', {
				...{ theme: 'system', reviewer: 'You' },
				provider: {
					...{ id: 'openai-compatible', title: 'Server', onDevice: false },
					config: { baseUrl: models.baseUrl, model }
				}
			});
		for (let trial = 0; trial < trials; trial++) {
			const how = CUTS[trial % CUTS.length] ?? 'cut';
			models.behaviour = null;
			await use(how);
			const begun = Date.now();
			const runId = await startRun(device, page, `run ${trial}`, ASKING.id);
			const failed = await until('it ends in one way or another', async () => {
				const records = await recordsOf(page, `run:${runId}`);
				return records.find(
					({ event }) => event.stepId === 'draft' && /^attempt\.(failed|succeeded)$/.test(event.type)
				);
			}).catch((error) => void told(`${how}: ${error.message}`));
			slowest = Math.max(slowest, Date.now() - begun);
			if (!failed) continue;
			if (failed.event.type === 'attempt.succeeded') told(`${how}: half an answer was taken for a whole one`);
			else if (!failed.event.failure.retryable)
				told(`${how}: it cannot be tried again: ${failed.event.failure.code}`);
			if (failed.event.kept) kept += 1;
			models.behaviour = 'ok';
			await call(page, 'retryStep', runId, 'draft');
			await until('the second try is done', async () => {
				const { done } = readLog(await recordsOf(page, `run:${runId}`));
				return [...done.keys()].some((key) => key.startsWith('draft'));
			}).catch((error) => told(`${how}: ${error.message}`));
			await finish(device, page, runId).catch((error) => told(`${how}: ${error.message}`));
		}
	} finally {
		await device.dispose();
		await models.close();
	}
	return { trials, kept, slowest };
}
