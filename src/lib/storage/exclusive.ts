const turns = new Map<string, Promise<unknown>>();

/**
 * Runs work while nobody else of this origin does under the same name: with a Web Lock where there is one, otherwise
 * (node) one after the other in this process.
 */
export async function exclusively<T>(name: string, work: () => Promise<T>): Promise<T> {
	const locks: LockManager | undefined = globalThis.navigator?.locks;
	if (locks) return await locks.request(name, work);
	const turn = (turns.get(name) ?? Promise.resolve()).then(work, work);
	turns.set(name, turn);
	return turn;
}

/** The same, but beside others who share; nobody runs {@link exclusively} meanwhile. */
export async function shared<T>(name: string, work: () => Promise<T>): Promise<T> {
	const locks: LockManager | undefined = globalThis.navigator?.locks;
	return locks ? await locks.request(name, { mode: 'shared' }, work) : exclusively(name, work);
}

/** One piece of work at a time, in the order asked; a failed one does not hold up the next. */
export class Turns {
	#last: Promise<unknown> = Promise.resolve();

	take<T>(work: () => Promise<T>): Promise<T> {
		const turn = this.#last.then(work, work);
		this.#last = turn;
		return turn;
	}
}

/** The result of work, or an error named `TimeoutError` when it takes longer (ms). The work itself goes on. */
export async function within<T>(ms: number, work: PromiseLike<T>): Promise<T> {
	let timer: ReturnType<typeof setTimeout> | undefined;
	const late = new Promise<never>((_, refuse) => {
		timer = setTimeout(() => refuse(new DOMException(`no answer in ${ms} ms`, 'TimeoutError')), ms);
	});
	try {
		return await Promise.race([work, late]);
	} finally {
		clearTimeout(timer);
	}
}
