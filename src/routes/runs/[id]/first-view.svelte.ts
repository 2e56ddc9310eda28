import { firstViewTools, runHead, type RunNotebook } from '$lib/app';
import { untrack } from 'svelte';

/** So long the app may take to stand as the picture does once its run is read, milliseconds; then it is shown as it stands. */
const LATEST_MS = 1000;

/**
 * Takes the picture of a finished run away that the service worker wrote into the page (`.first-view`): in the frame in
 * which the notebook stands where the picture has it, and at once where there is something else to see. After that a new
 * one is made of a run that was opened finished, once nothing moves and if nobody has touched it. Call it while a component
 * is set up.
 */
export function followFirstView(id: () => string, notebook: RunNotebook): void {
	const picture = document.querySelector<HTMLElement>('.first-view');
	const takeAway = () => picture?.remove();
	const isRead = $derived(notebook.state !== null);
	const length = $derived(notebook.state?.length ?? 0);

	$effect(() => {
		if (notebook.missing || notebook.failure) takeAway();
	});
	$effect(() => {
		const runId = id();
		if (picture?.isConnected) void isOf(runId, picture).then((same) => same || takeAway());
		return takeAway;
	});
	$effect(() => {
		if (!isRead) return;
		const opened = untrack(() => notebook.state);
		const { touched, left, leave } = untilTouched();
		void inPlace(picture, left).then(() => {
			takeAway();
			if (opened?.ended) void keep(opened.id, opened.length, touched);
		});
		return leave;
	});
	let known = { length: 0, ended: false };
	$effect(() => {
		const before = known;
		known = { length, ended: untrack(() => notebook.state?.ended) != null };
		// What was kept is no longer so; the next opening makes a new one.
		if (before.ended && length > before.length)
			void firstViewTools().then((tools) => tools.dropFirstView(location.pathname));
	});
}

async function isOf(runId: string, picture: HTMLElement): Promise<boolean> {
	return (await runHead(runId).catch(() => null)) === picture.dataset['head'];
}

/** Signals of when somebody presses, types or leaves, and of when they leave. */
function untilTouched() {
	const [touch, leave] = [new AbortController(), new AbortController()];
	const take = ({ type, key }: Event & { key?: string }) => {
		// Keys that only scroll or move the focus change nothing that a picture would show.
		if (type !== 'keydown' || key === 'Enter' || key === 'Escape' || key?.length === 1) touch.abort();
	};
	for (const type of ['click', 'input', 'keydown'])
		addEventListener(type, take, { capture: true, signal: leave.signal });
	leave.signal.addEventListener('abort', () => touch.abort());
	return { touched: touch.signal, left: leave.signal, leave: () => leave.abort() };
}

/** Resolves in a frame in which the app shows what the picture shows, or when that takes too long. */
function inPlace(picture: HTMLElement | null, left: AbortSignal): Promise<void> {
	const latest = performance.now() + LATEST_MS;
	return new Promise((resolve) => {
		const look = () => {
			if (left.aborted || performance.now() > latest || stands(picture)) resolve();
			else requestAnimationFrame(look);
		};
		requestAnimationFrame(look);
	});
}

/** Whether each cell of a picture is there in the app too, at the same place and no less high. */
function stands(picture: HTMLElement | null): boolean {
	const notebook = notebookOf(document.getElementById('main'));
	if (!notebook?.querySelector('h1')) return false;
	for (const cell of picture?.querySelectorAll<HTMLElement>('[data-pictured]') ?? []) {
		const there = cell.getBoundingClientRect();
		if (there.top > innerHeight) break;
		const id = CSS.escape(cell.dataset['pictured'] ?? '');
		const here = notebook.querySelector(`[data-cell="${id}"]`)?.getBoundingClientRect();
		// The last one goes on below the window, where the picture ends.
		if (!here || Math.abs(here.top - there.top) > 1 || here.height < there.height - 1) return false;
	}
	return true;
}

async function keep(runId: string, length: number, untouched: AbortSignal): Promise<void> {
	const main = document.getElementById('main');
	const frame = main?.parentElement;
	if (!frame || location.search + location.hash !== '' || untouched.aborted) return;
	const fits = () => fitsOf(notebookOf(main)?.clientWidth ?? 0);
	await (await firstViewTools()).keepWhenAtRest({ runId, length, frame, fits }, untouched);
}

function notebookOf(main: HTMLElement | null): HTMLElement | null {
	return main?.querySelector<HTMLElement>('.notebook') ?? null;
}

/** The widths of a notebook, px, between which its layout is the same; first-view.css knows them too. */
function fitsOf(width: number): string {
	return width < 560 ? 'narrow' : width < 720 ? 'lying' : width < 960 ? 'standing' : 'wide';
}
