import { isStill } from './still-markup';

/**
 * What the first screen of a finished run looked like when it was last open here: a picture in markup that the service
 * worker writes into the page of that run, so that it is on the screen while the app starts. They lie in a cache of their
 * own, the one store that a page and the service worker share; a copy of what is private, so they go with what they show.
 */
export interface FirstView {
	/** The build whose styles it needs; see {@link buildOf}. */
	build: string;
	/** Length and hash of the run's log as it was, in one text. */
	head: string;
	/** Colours that the person chose; `system` where they follow the device. */
	theme: 'system' | 'light' | 'dark';
	/** The widths that its layout is for. */
	fits: string;
	/** The day on which it was made, as {@link dayOf} says it: “today” holds until midnight. */
	day: string;
	/** Still markup. */
	html: string;
}

const CACHE = 'galley-first-views';
/** So many are kept, the newest. */
const MOST = 20;
/** A bigger one would cost more than it saves, characters. */
const LARGEST = 300_000;

/** Where the app begins in the shell. */
const APP = '<div class="app-root">';

const PREFIX = '/first-view';
const at = (pathname: string) => PREFIX + pathname;
const pathOf = (url: string) => new URL(url).pathname.slice(PREFIX.length);

/**
 * Keeps the first view of a page, in the place of an earlier one, and lets go of the oldest ones. Nothing is kept of what
 * is too big or not still, or where the disk is full: it would only have saved time.
 */
export async function keepFirstView(pathname: string, view: FirstView): Promise<void> {
	await dropFirstView(pathname);
	if (view.html.length > LARGEST || !isStill(view.html)) return;
	const cache = await caches.open(CACHE);
	await cache.put(at(pathname), Response.json(view)).catch(() => undefined);
	const kept = await cache.keys();
	await Promise.all(kept.slice(0, -MOST).map((oldest) => cache.delete(oldest)));
}

/** The first view of a page, made by a build; null where there is none, or what lies there is not one. */
export async function firstViewOf(pathname: string, build: string): Promise<FirstView | null> {
	const found = await caches.match(at(pathname), { cacheName: CACHE });
	const view = (await found?.json().catch(() => null)) as FirstView | null;
	return view?.build === build && isWhole(view) ? view : null;
}

export async function dropFirstView(pathname: string): Promise<void> {
	await (await caches.open(CACHE)).delete(at(pathname));
}

/** Forgets all of them. */
export async function forgetFirstViews(): Promise<void> {
	if ('caches' in globalThis) await caches.delete(CACHE);
}

/** Forgets those that another build made: the styles that they need have gone with it. */
export async function forgetOtherBuilds(build: string): Promise<void> {
	const cache = await caches.open(CACHE);
	for (const request of await cache.keys()) {
		if (!(await firstViewOf(pathOf(request.url), build))) await cache.delete(request);
	}
}

/** Names the build that a shell is of: the file that imports all others, so that its hash changes with any of them. */
export function buildOf(shell: string): string {
	return /\/entry\/(app\.[\w-]+\.js)/.exec(shell)?.[1] ?? '';
}

/** The day, here, of a moment in ms since 1970. */
export function dayOf(at: number): string {
	return new Date(at).toDateString();
}

/**
 * A shell with a first view in it, before the app, so that it is read whole before the app begins to load. It is for eyes
 * only: it takes no click and no focus, and nothing reads it out. What it says of days is hidden (`data-day`) once they may
 * be other ones.
 */
export function withFirstView(shell: string, view: FirstView, now: number): string {
	const day = view.day === dayOf(now) ? 'same' : 'past';
	const { head, theme, fits, html } = view;
	const picture = `<div class="first-view" inert aria-hidden="true" data-head="${head}" data-fits="${fits}" data-day="${day}">${html}</div>`;
	const coloured = theme === 'system' ? shell : shell.replace('<html', `<html data-theme="${theme}"`);
	return coloured.replace(APP, () => picture + APP);
}

/** What lay on a disk may be anything. */
function isWhole({ head, theme, fits, html }: FirstView): boolean {
	return (
		/^\d+ [0-9a-f]{64}$/.test(head) &&
		['system', 'light', 'dark'].includes(theme) &&
		/^[a-z]+$/.test(fits) &&
		typeof html === 'string' &&
		html.length <= LARGEST &&
		isStill(html)
	);
}
