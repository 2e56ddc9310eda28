import { STREAM_CHANNEL, unexpected, type Failure } from '$lib/core';
import type { StreamPiece } from '$lib/engine';
import { apply, cellsOf, emptyRun, type LogRecord, type RunEvent, type RunState } from '$lib/run';
import { readLog, readRecords } from '$lib/storage';
import { liveQuery, type Subscription } from 'dexie';
import { ask } from './client.svelte';
import { database } from './database';
import { readValue } from './values';

/** A run that works fast commits many times a second; the page is told this often at most, milliseconds. */
const PACE_MS = 100;
/**
 * And of text that is being written this often, milliseconds: what a page pays for is frames. Text that comes faster than
 * anybody reads is shown half as often. What comes after a rest is shown at once.
 */
const TEXT_PACE_MS = 100;
/** Characters in a millisecond that nobody reads: twenty times what people do. */
const FAST = 0.5;

/** What the first screen shows is read before it is drawn, so that nothing on it moves: the outputs of so many cells. */
const FIRST_CELLS = 3;
/** Nobody waits longer than this for it, milliseconds. */
const FIRST_MS = 200;

/** The log of a run whose page is on its way. */
let ahead: { id: string; records: Promise<LogRecord[]> } | null = null;

/** Begins to read a run before its page is drawn; {@link RunNotebook} goes on from there. */
export function readAhead(id: string): void {
	ahead = { id, records: readWhole(id) };
}

/** What was read ahead of a run, once; one that was not is read now. */
function takeAhead(id: string): Promise<LogRecord[]> {
	const found = ahead?.id === id ? ahead.records : readWhole(id);
	ahead = null;
	return found;
}

/** A log that lacks records is not shown: whoever reads it in the engine brings them back from the second copy. */
async function readWhole(id: string): Promise<LogRecord[]> {
	const read = () => readLog(database(), streamOf(id)).catch(() => ({ records: [], isWhole: true }));
	const { records, isWhole } = await read();
	if (isWhole) return records;
	await ask((api) => api.verifyRun(id));
	return (await read()).records;
}

const streamOf = (id: string) => `run:${id}`;

/**
 * A run as its page shows it: new events are folded as they are committed, text appears as it is written. Make it
 * while a component is set up.
 */
export class RunNotebook {
	#state = $state.raw<RunState | null>(null);
	#missing = $state.raw(false);
	#failure = $state.raw<Failure | null>(null);
	#streaming = $state.raw<Record<string, string>>({});
	#loading = $state.raw<Record<string, string>>({});
	/** Text as it arrives, ahead of what is shown. */
	#arrived: Record<string, string> = {};

	readonly #ready: () => Promise<unknown>;

	/** `ready`: what the first screen needs besides the run. */
	constructor(runId: () => string, ready: () => Promise<unknown> = async () => undefined) {
		this.#ready = ready;
		$effect(() => {
			const id = runId();
			this.#state = null;
			this.#missing = false;
			this.#arrived = {};
			this.#streaming = {};
			this.#loading = {};
			const stopReading = this.#read(id);
			const stopListening = this.#listen(id);
			return () => {
				stopReading();
				stopListening();
			};
		});
	}

	/**
	 * Null while loading and when there is no such run. A new object for each batch of events; what is in it is folded in
	 * place, because copying thousands of steps for each event would stop the page.
	 */
	get state(): RunState | null {
		return this.#state;
	}

	get missing(): boolean {
		return this.#missing;
	}

	get failure(): Failure | null {
		return this.#failure;
	}

	/** Text that has arrived and is not an output yet, by attempt id. */
	get streaming(): Record<string, string> {
		return this.#streaming;
	}

	/** What the attempt waits for while its model is made ready, in words, by attempt id. */
	get loading(): Record<string, string> {
		return this.#loading;
	}

	#read(id: string): () => void {
		const folded = emptyRun(id);
		let begun = false;
		let stopped = false;
		let shownAt = -PACE_MS;
		let timer: ReturnType<typeof setTimeout> | undefined;
		const show = () => {
			clearTimeout(timer);
			timer = undefined;
			shownAt = performance.now();
			this.#state = folded.length === 0 ? null : { ...folded };
			this.#forget();
		};
		const take = (records: readonly LogRecord[]) => {
			const before = folded.length;
			for (const { seq, event } of records) if (seq === folded.length) apply(folded, event as RunEvent);
			if (folded.length === before) return;
			if (!begun) {
				begun = true;
				void readFirst(folded, this.#ready()).finally(() => {
					// In a task of its own: what was waited for is often compiled in this one.
					if (!stopped) timer = setTimeout(show);
				});
			} else if (this.#state === null) return;
			else if (performance.now() - shownAt >= PACE_MS) show();
			else timer ??= setTimeout(show, shownAt + PACE_MS - performance.now());
		};
		let subscription: Subscription | undefined;
		void takeAhead(id).then((records) => {
			if (stopped) return;
			take(records);
			// Only what is new is read and folded: a long run must not be read again for each of its events.
			subscription = liveQuery(() => readRecords(database(), streamOf(id), folded.length)).subscribe({
				next: (fresh) => {
					take(fresh);
					this.#missing = folded.length === 0;
				},
				error: (cause: unknown) => {
					this.#failure = unexpected(cause, 'reading this run');
				}
			});
		});
		return () => {
			stopped = true;
			clearTimeout(timer);
			subscription?.unsubscribe();
		};
	}

	#listen(id: string): () => void {
		const channel = new BroadcastChannel(STREAM_CHANNEL);
		let shownAt = 0;
		let pace = 0;
		let fresh = 0;
		let timer: ReturnType<typeof setTimeout> | undefined;
		const show = () => {
			timer = undefined;
			const now = performance.now();
			pace = fresh > FAST * (now - shownAt) ? 2 * TEXT_PACE_MS : TEXT_PACE_MS;
			[shownAt, fresh] = [now, 0];
			this.#streaming = this.#arrived;
		};
		channel.addEventListener('message', (event: MessageEvent<StreamPiece[]>) => {
			const mine = event.data.filter((piece) => piece.runId === id);
			if (mine.length === 0) return;
			const texts = { ...this.#arrived };
			for (const { attemptId, text, loading, reading } of mine) {
				if (text) texts[attemptId] = (texts[attemptId] ?? '') + text;
				fresh += text.length;
				const said = loading?.text ?? reading;
				if (said) this.#loading = { ...this.#loading, [attemptId]: said };
			}
			this.#arrived = texts;
			timer ??= setTimeout(show, Math.max(0, shownAt + pace - performance.now()));
		});
		return () => {
			channel.close();
			clearTimeout(timer);
		};
	}

	/** Text whose attempt has ended is in the log now. */
	#forget(): void {
		const arrived = Object.keys(this.#arrived);
		if (arrived.length === 0) return;
		const attempts = Object.values(this.#state?.steps ?? {}).flatMap((step) => step.attempts);
		const ended = attempts.filter(({ status }) => status !== 'running').map(({ id }) => id);
		const kept = arrived.filter((id) => !ended.includes(id));
		if (kept.length === arrived.length) return;
		this.#arrived = Object.fromEntries(kept.map((id) => [id, this.#arrived[id] ?? '']));
		this.#streaming = this.#arrived;
	}
}

/** Reads what the first screen of a run shows, so that it is at hand; what cannot be read its cell will say. */
async function readFirst(run: RunState, ready: Promise<unknown>): Promise<void> {
	const wanted = cellsOf(run, () => false).flatMap(({ state }) => state.request?.draft ?? state.output ?? []);
	const read = Promise.allSettled([ready, ...wanted.slice(0, FIRST_CELLS).map(readValue)]);
	await Promise.race([read, new Promise((late) => setTimeout(late, FIRST_MS))]);
}
