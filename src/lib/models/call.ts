import { allowance, heldWhileLoading } from './allowance';
import type { LoadingProgress, ModelRequest, Patience } from './contract';

/** How long to wait, in milliseconds, for a request that was given up to write its row of the egress ledger. */
const FAREWELL_MS = 250;

/** Why a call had to end: the person, its whole time, no beginning in time, or silence in the middle. */
export type Ended = 'stopped' | 'timeout' | 'late' | 'stalled';

/** The life of one call: it ends by itself, when the person stops it, when its time is up, or when nothing comes any more. */
export interface Call {
	signal: AbortSignal;
	why(): Ended | null;
	/** Told while a model is loaded, which takes none of the call's own time. */
	loading(progress: LoadingProgress): void;
	/** Something came; begins the wait for the next. `begun`: text has come. */
	alive(begun: boolean): void;
	/** What `work` gives, or a rejection as soon as the call has to end, whether `work` notices or not. */
	unlessStopped<T>(work: PromiseLike<T>): Promise<T>;
	/** Lets go of everything and waits a moment for it to wind up. */
	end(): Promise<void>;
}

/** `patience` is null for what runs on the device: it may think as long as the call may take. */
export function callOf(request: ModelRequest, person: AbortSignal, patience: Patience | null): Call {
	const controller = new AbortController();
	let why: Ended | null = null;
	let latest: Promise<unknown> = Promise.resolve();
	let silence: ReturnType<typeof setTimeout> | undefined;
	const stop = (reason: Ended) => {
		why ??= reason;
		controller.abort();
	};
	const alive = (begun: boolean) => {
		clearTimeout(silence);
		if (!patience || controller.signal.aborted) return;
		silence = begun
			? setTimeout(() => stop('stalled'), patience.stall * 1000)
			: setTimeout(() => stop('late'), patience.start * 1000);
	};
	const onPerson = () => stop('stopped');
	person.addEventListener('abort', onPerson);
	if (person.aborted) onPerson();
	const time = allowance(request.timeoutSeconds * 1000, () => stop('timeout'));
	alive(false);
	return {
		signal: controller.signal,
		why: () => why,
		loading: heldWhileLoading(time),
		alive,
		unlessStopped: (work) =>
			new Promise((resolve, reject) => {
				const onAbort = () => reject(new DOMException('The call has to end.', 'AbortError'));
				if (controller.signal.aborted) onAbort();
				controller.signal.addEventListener('abort', onAbort, { once: true });
				const settled = Promise.resolve(work).finally(() =>
					controller.signal.removeEventListener('abort', onAbort)
				);
				latest = settled.catch(() => undefined);
				settled.then(resolve, reject);
			}),
		async end() {
			time.end();
			clearTimeout(silence);
			person.removeEventListener('abort', onPerson);
			controller.abort();
			let farewell: ReturnType<typeof setTimeout> | undefined;
			const waited = new Promise((resolve) => (farewell = setTimeout(resolve, FAREWELL_MS)));
			await Promise.race([latest, waited]);
			clearTimeout(farewell);
		}
	};
}
