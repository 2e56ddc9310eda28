import { buildOf, dayOf, dropFirstView, keepFirstView, type FirstView } from '$lib/pass';
import { runHead } from '../run-head';
import { pictureOf } from './picture';

export { dropFirstView, forgetFirstViews } from '$lib/pass';

/** So long nothing changes on a page that is at rest, milliseconds. */
const REST_MS = 600;
/** A finished run as its page shows it. */
export interface Shown {
	runId: string;
	/** Number of events in its log. */
	length: number;
	/** The page with what stands around it. */
	frame: HTMLElement;
	/** The widths that its layout is for now. */
	fits: () => string;
}

/**
 * Keeps the first view of a finished run once its page is at rest, at its top and as nobody has touched it; `signal` says
 * that it was touched or left. A run whose log is not, or no longer, the one that is shown leaves nothing behind.
 */
export async function keepWhenAtRest(
	{ runId, length, frame, fits }: Shown,
	signal: AbortSignal
): Promise<void> {
	const build = buildOf(document.querySelector('.app-root > script')?.textContent ?? '');
	const { pathname } = location;
	if (build === '' || !('caches' in globalThis)) return;
	await rested(frame, signal);
	await idle();
	const head = await runHead(runId);
	if (signal.aborted || !head?.startsWith(`${length} `)) return;
	const html = await pictureOf(frame, innerHeight, idle);
	if (signal.aborted || html === null) return;
	const theme = (document.documentElement.dataset['theme'] ?? 'system') as FirstView['theme'];
	await keepFirstView(pathname, { build, head, theme, fits: fits(), day: dayOf(Date.now()), html });
	if ((await runHead(runId)) !== head) await dropFirstView(pathname);
}

/** Resolves when a page stands at its top and nothing in it has changed for a while, or the signal says so. */
function rested(frame: Element, signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		let timer: ReturnType<typeof setTimeout>;
		const again = () => {
			clearTimeout(timer);
			// Whoever reads further down is not watched: that would cost them time for nothing.
			if (scrollY > 0) return changes.disconnect();
			changes.observe(frame, { subtree: true, childList: true, characterData: true });
			timer = setTimeout(done, REST_MS);
		};
		const done = () => {
			clearTimeout(timer);
			changes.disconnect();
			removeEventListener('scroll', again);
			signal.removeEventListener('abort', done);
			resolve();
		};
		const changes = new MutationObserver(again);
		addEventListener('scroll', again, { passive: true });
		signal.addEventListener('abort', done);
		again();
	});
}

function idle(): Promise<void> {
	return new Promise((resolve) => {
		if ('requestIdleCallback' in globalThis) requestIdleCallback(() => resolve(), { timeout: 2000 });
		else setTimeout(resolve);
	});
}
