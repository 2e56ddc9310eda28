import { ok, type Result } from '$lib/core';
import { chain } from '$lib/run';
import type { Store, StoredValue } from '$lib/storage';
import type { CommitQueue } from './queue';

/** Appends to a stream that is not a run: a workflow's, the notes', the library's. A person's act, so strict. */
export class Streams {
	/** One writer at a time per stream in this worker; other tabs are settled by the store. */
	#turn = new Map<string, Promise<unknown>>();

	constructor(
		private readonly store: Store,
		private readonly queue: CommitQueue
	) {}

	/** Appends the events; when another tab was first, reads the new head and tries again. */
	append<E extends { type: string; at: number }>(
		stream: string,
		events: readonly E[],
		values: StoredValue[] = []
	): Promise<Result<void>> {
		return this.inTurn(stream, async () => {
			for (;;) {
				const head = await this.store.head(stream);
				const written = await this.queue.write({
					records: chain(head, events),
					values,
					durability: 'strict'
				});
				if (written.ok || written.failure.code !== 'stream.moved') return written;
			}
		});
	}

	/**
	 * Appends what is decided on the stream as it is; when another tab was first, it is decided anew. Gives what the
	 * decision gave; nothing is written where it has no events.
	 */
	decided<T>(
		stream: string,
		decide: () => Promise<
			Result<{ events: readonly { type: string; at: number }[]; values?: StoredValue[]; given: T }>
		>
	): Promise<Result<T>> {
		return this.inTurn(stream, async () => {
			for (;;) {
				const head = await this.store.head(stream);
				const decision = await decide();
				if (!decision.ok) return decision;
				const { events, values = [], given } = decision.value;
				if (events.length === 0) return ok(given);
				const written = await this.queue.write({
					records: chain(head, events),
					values,
					durability: 'strict'
				});
				if (written.ok) return ok(given);
				if (written.failure.code !== 'stream.moved') return written;
			}
		});
	}

	/** Runs a task when all earlier tasks on the stream are done. */
	inTurn<T>(stream: string, task: () => Promise<T>): Promise<T> {
		const before = this.#turn.get(stream) ?? Promise.resolve();
		const mine = before.then(task, task);
		this.#turn.set(stream, mine);
		return mine;
	}
}
