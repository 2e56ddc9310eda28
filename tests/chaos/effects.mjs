import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { allowAnyPage } from '../support/outside-server.mjs';

/** @typedef {import('./ledger.mjs').LogRecord} LogRecord */
/** @typedef {{ stepId: string, attemptId: string, key: string }} Effect */

/** Longest time that an answer is held, ms; so is the answer to what a browser asks before it sends. */
const HELD_MS = 400;
/** How long a person who has seen nothing arrive looks again before saying so, ms. */
const LOOK_MS = 300;

/** Where effects go: a loopback server that counts what arrives, answers in its own time, and knows the truth. */
export class Outside {
	/** Requests that arrived, whatever they carried. */
	total = 0;
	/** Answers that are held right now: to requests, and to the questions that a browser asks before them. */
	holding = { question: 0, request: 0 };
	/** What the runs asked of a person, and what was said. */
	told = { asked: 0, went: 0, not: 0 };
	/** @type {Map<string, number>} */
	#arrived = new Map();
	/** How often it was said of a key that it did not go out. @type {Map<string, number>} */
	#denied = new Map();
	#server;

	/** @param {import('./random.mjs').Random} random */
	constructor(random) {
		this.#server = createServer(async (request, response) => {
			allowAnyPage(request, response);
			// Else a browser asks once and not again, and nothing could be cut off between the question and the request.
			response.setHeader('access-control-max-age', '0');
			request.on('error', () => undefined).resume();
			const what = request.method === 'OPTIONS' ? 'question' : 'request';
			if (what === 'request') {
				const key = String(request.headers['idempotency-key'] ?? '');
				this.total += 1;
				this.#arrived.set(key, this.times(key) + 1);
			}
			this.holding[what] += 1;
			await sleep(random.below(HELD_MS));
			this.holding[what] -= 1;
			if (what === 'question') response.writeHead(204).end();
			else response.writeHead(200, { 'content-type': 'application/json' }).end('{"kept":true}');
		});
	}

	/** Starts listening; its host with the port. @returns {Promise<string>} */
	async open() {
		await new Promise((resolve, reject) => {
			this.#server.once('error', reject);
			this.#server.listen(0, '127.0.0.1', () => resolve(undefined));
		});
		const address = this.#server.address();
		return `127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
	}

	async close() {
		const closed = new Promise((resolve) => this.#server.close(resolve));
		this.#server.closeAllConnections();
		await closed;
	}

	/** Keys under which something arrived; the empty one stands for none. */
	get keys() {
		return [...this.#arrived.keys()];
	}

	/** @param {string} key */
	times(key) {
		return this.#arrived.get(key) ?? 0;
	}

	/** What a person who looks there answers to whether it went out: the truth. @param {string} key */
	async answer(key) {
		if (this.times(key) === 0) await sleep(LOOK_MS);
		const happened = this.times(key) > 0;
		this.told.asked += 1;
		this.told[happened ? 'went' : 'not'] += 1;
		if (!happened) this.#denied.set(key, (this.#denied.get(key) ?? 0) + 1);
		return happened;
	}

	/** Keys that came more than once though nobody said that they had not come. */
	twice() {
		return this.keys.filter((key) => this.times(key) > 1 + (this.#denied.get(key) ?? 0));
	}
}

/** What a log says of what went out, worked out here anew and not by the fold that is tested. @param {readonly LogRecord[]} records */
export function readEffects(records) {
	/** Begun, and no outcome yet. @type {Map<string, Effect>} */
	const open = new Map();
	/** A person is asked whether it went out. @type {Map<string, Effect>} */
	const asks = new Map();
	/** @type {Set<string>} */
	const intended = new Set();
	/** Keys that the log says went out. @type {Set<string>} */
	const went = new Set();
	/** @type {Set<string>} */
	const approved = new Set();
	const faults = [];
	for (const { event } of records) {
		const { type, stepId, attemptId } = event;
		const effect = open.get(attemptId) ?? asks.get(attemptId);
		if (type === 'review.decided') approved.add((event.reviewed ?? event.draft).hash);
		if (type === 'attempt.started' && isOf(stepId, open, asks))
			faults.push(`${stepId} was begun again while nobody knew whether it had gone out`);
		if (type === 'effect.intended') {
			if (!approved.has(event.hash)) faults.push(`${stepId} was begun and nobody approved it`);
			intended.add(event.key);
			open.set(attemptId, { stepId, attemptId, key: event.key });
		}
		if (/^run\.(finished|cancelled)$/.test(type) && open.size + asks.size > 0)
			faults.push('ended while nobody knew whether something had gone out');
		if (!effect) continue;
		if (type === 'effect.unknown') asks.set(attemptId, effect);
		if (type === 'attempt.succeeded' || event.happened) went.add(effect.key);
		if (/^attempt\.(succeeded|failed)$|^effect\.unknown$/.test(type)) open.delete(attemptId);
		if (type === 'effect.settled') asks.delete(attemptId);
	}
	return { open, asks, intended, went, faults };
}

/** @param {string} stepId @param {Map<string, Effect>[]} lists */
function isOf(stepId, ...lists) {
	return lists.some((list) => [...list.values()].some((effect) => effect.stepId === stepId));
}

/**
 * Arrivals whose intent is not in the log, though it has to be on disk before anything goes out.
 * @param {readonly string[]} arrived keys, from before the records were read @param {readonly LogRecord[]} records
 */
export function unannounced(arrived, records) {
	const { intended } = readEffects(records);
	return arrived.filter((key) => !intended.has(key));
}
