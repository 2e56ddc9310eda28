import { setTimeout as sleep } from 'node:timers/promises';
import { call, PATIENCE_MS, recordsOf, rowsOf } from './device.mjs';
import { readEffects } from './effects.mjs';
import { linked } from './ledger.mjs';

/** @typedef {import('playwright').Page} Page */
/** @typedef {import('./ledger.mjs').LogRecord} LogRecord */

/** What a log says, worked out here anew and not by the fold that is tested. @param {readonly LogRecord[]} records */
export function readLog(records) {
	/** @type {Map<string, { stepId: string, revision: number }>} */
	const running = new Map();
	/** @type {Map<string, number>} */
	const begun = new Map();
	/** @type {Map<string, number>} */
	const done = new Map();
	/** @type {Map<string, { stepId: string, draftHash: string }>} */
	const gates = new Map();
	/** @type {Map<string, string>} */
	const failed = new Map();
	/** @type {Map<string, number>} */
	const revisions = new Map();
	let ends = 0;
	let status = '';
	for (const { event } of records) {
		const { type, stepId, attemptId } = event;
		if (type === 'attempt.started') {
			running.set(attemptId, { stepId, revision: event.revision });
			revisions.set(attemptId, event.revision);
			begun.set(stepId, (begun.get(stepId) ?? 0) + 1);
			failed.delete(stepId);
		}
		if (/^attempt\.(succeeded|failed|interrupted)$|^block\.(opened|failed)$|^effect\.unknown$/.test(type))
			running.delete(attemptId);
		if (type === 'attempt.succeeded' || (type === 'effect.settled' && event.happened)) {
			const key = `${stepId} ${revisions.get(attemptId) ?? 1}`;
			done.set(key, (done.get(key) ?? 0) + 1);
		}
		if (type === 'attempt.failed') failed.set(stepId, event.failure.code);
		if (type === 'review.requested') gates.set(stepId, { stepId, draftHash: event.draft.hash });
		if (type === 'review.decided') gates.delete(stepId);
		if (type === 'run.finished' || type === 'run.cancelled') {
			ends += 1;
			status = event.status ?? 'cancelled';
		}
	}
	return { running, begun, done, gates, failed, ends, status };
}

/** What must never be in a log, whatever happened. @param {readonly LogRecord[]} records */
export function faultsOf(records) {
	const { done, ends } = readLog(records);
	const { faults } = readEffects(records);
	if (!linked([...records])) faults.push('the chain is broken');
	if (ends > 1) faults.push(`ended ${ends} times`);
	for (const [step, times] of done) if (times > 1) faults.push(`${step} succeeded ${times} times`);
	const decided = records.filter(({ event }) => event.type === 'review.decided').length;
	const asked = records.filter(({ event }) => event.type === 'review.requested').length;
	if (decided > asked) faults.push('a decision without a question');
	const saved = records.filter(({ event }) => event.type === 'attempt.succeeded' && event.saved).length;
	if (saved > 0 && !records.some(({ event }) => event.type === 'review.decided' && event.stepId === 'gate'))
		faults.push('something was written that nobody approved');
	return faults;
}

/** Starts a run; its start is acknowledged by the engine's answer. @param {import('./device.mjs').Device} device @param {Page} page @param {string} name @returns {Promise<string>} */
export async function startRun(device, page, name, workflowId = 'chaos') {
	const runId = await call(page, 'startRun', workflowId, { inputs: { name }, sources: {}, reuse: false });
	const [first] = await recordsOf(page, `run:${runId}`);
	if (!first) throw new Error('a run was acknowledged and its first record is not there');
	device.ledger.acknowledge([{ stream: first.stream, length: 1, hash: first.hash }]);
	return runId;
}

/** Does what a person does at the open gates of a run, and when it asks whether something went out; what the engine then answers is an acknowledgement. @param {import('./device.mjs').Device} device @param {Page} page @param {string} runId */
export async function tend(device, page, runId) {
	const stream = `run:${runId}`;
	const records = await recordsOf(page, stream);
	const log = readLog(records);
	for (const gate of log.gates.values()) {
		await call(page, 'approve', { runId, ...gate, ticks: [] });
		await answered(device, page, stream, 'review.decided', gate.stepId);
	}
	for (const { stepId, key } of readEffects(records).asks.values()) {
		const row = (await rowsOf(page)).find(({ id }) => id === runId);
		if (row?.waiting?.why !== 'unknown')
			throw new Error(`no list asks whether ${stepId} of ${runId} went out`);
		if (!device.outside)
			throw new Error(`${stepId} of ${runId} asks about something that nobody can look up`);
		const happened = await device.outside.answer(key);
		await call(page, 'settleEffect', runId, stepId, happened, 'It was looked up.');
		await answered(device, page, stream, 'effect.settled', stepId);
	}
	for (const [stepId, code] of log.failed) {
		// A worker or a tab that was ended under a step, and what surely did not go out, may be tried again, and so does a person.
		if (!/^(worker\.died|code\.worker|act\.worker|request\.late|step\.broken-off)$/.test(code))
			throw new Error(`${stepId} failed: ${code}`);
		if (log.running.size === 0) {
			await page.evaluate(([run, step]) => globalThis.chaos.call('retryStep', run, step), [runId, stepId]);
		}
	}
	return log;
}

/** The engine's answer to a decision acknowledges it. @param {import('./device.mjs').Device} device @param {Page} page @param {string} stream @param {string} type @param {string} stepId */
async function answered(device, page, stream, type, stepId) {
	const records = await recordsOf(page, stream);
	const decided = records.findLast(({ event }) => event.type === type && event.stepId === stepId);
	if (!decided) throw new Error(`${type} was acknowledged and is not there`);
	device.ledger.acknowledge([{ stream, length: decided.seq + 1, hash: decided.hash }]);
}

/** Tends a run until it has ended. @param {import('./device.mjs').Device} device @param {Page} page @param {string} runId */
export async function finish(device, page, runId, patience = PATIENCE_MS) {
	const limit = Date.now() + patience;
	for (;;) {
		const log = await tend(device, page, runId);
		if (log.ends > 0) return log;
		if (Date.now() > limit) {
			const doing = [...log.running.values()].map(({ stepId }) => stepId).join(', ');
			throw new Error(`${runId} is stuck; the log says that it does: ${doing || 'nothing'}`);
		}
		await sleep(200);
	}
}
