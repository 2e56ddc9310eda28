/// <reference types="@sveltejs/kit" />
/// <reference lib="webworker" />

/**
 * Makes Galley open without a network, and stands in for the server's headers where a static host sends none.
 *
 * It never takes over by itself: a new version waits until a page asks for it, because a reload in the middle of a run is
 * the person's decision. A request to another origin goes through it only with a pass of the engine; see the room `pass`.
 */
import {
	buildOf,
	firstViewOf,
	forgetOtherBuilds,
	isForeign,
	keepShared,
	SHARE_PATH,
	throughTheDoor,
	withFirstView
} from '$lib/pass';
import { PrecacheController } from 'workbox-precaching';
import {
	connections,
	HEADERS,
	isPage,
	PAGE_HEADERS,
	pagePolicy,
	SHELL,
	workerPolicy
} from '../.ci/hosting.mjs';

declare const self: ServiceWorkerGlobalScope & {
	__WB_MANIFEST: { url: string; revision: string | null }[];
	/** Paths of the readers of bigger kinds of files; the build writes them in. */
	__GALLEY_READERS: string[];
	/** Elements that name the files of a notebook; its styles hold those of the shell too. */
	__GALLEY_NOTEBOOK: { styles: string; scripts: string };
};

/**
 * Files that the last update retired. A page that still runs the old version may need one of its lazy chunks, and the
 * host has only the new ones.
 */
const RETIRED = 'galley-retired';
const IMMUTABLE = '/_app/immutable/';

/**
 * Model runtimes and readers of files are too big for the list: they are stored when they are first used, so that a
 * downloaded model also answers, and a PDF is also read, without a network. One version of each is kept.
 */
const RUNTIMES = 'galley-runtimes';
const readers = self.__GALLEY_READERS;

/** A run's page is opened by links and bookmarks: its files come with the page, and not after the router has started. */
const NOTEBOOK = /^\/runs\/[^/]+$/;
const links = self.__GALLEY_NOTEBOOK;
const SCRIPT_AHEAD = /<link [^>]*rel="modulepreload">/g;

const precache = new PrecacheController();
precache.addToCacheList(self.__WB_MANIFEST);

self.addEventListener('install', (event) => {
	event.waitUntil(Promise.all([precache.install(event), takeShortWay(event)]));
});

self.addEventListener('activate', (event) => {
	event.waitUntil(
		(async () => {
			await keepRetired();
			await precache.activate(event);
			await forgetOtherBuilds(buildOf((await (await precache.matchPrecache(SHELL))?.text()) ?? ''));
			await self.clients.claim();
		})()
	);
});

self.addEventListener('message', (event) => {
	const message = event.data as { type?: unknown } | null;
	if (message?.type === 'SKIP_WAITING') event.waitUntil(self.skipWaiting());
	if (message?.type === 'FETCH_READERS') event.waitUntil(fetchReaders());
});

self.addEventListener('fetch', (event) => {
	const { request } = event;
	const url = new URL(request.url);
	if (isForeign(url, self.location.origin)) {
		event.respondWith(throughTheDoor(request, url));
		return;
	}
	if (request.method === 'POST' && url.pathname === SHARE_PATH) {
		event.respondWith(keepShared(request));
		return;
	}
	if (request.method !== 'GET') return;
	if (request.mode === 'navigate' && isPage(url.pathname)) {
		event.respondWith(page(url));
	} else if (precache.getCacheKeyForURL(url.href) || url.pathname.startsWith(IMMUTABLE)) {
		event.respondWith(file(request, url));
	}
});

/** A browser that can is told of rules by which it answers by itself. */
type Routing = { addRoutes?: (rules: { condition: object; source: { cacheName: string } }) => Promise<void> };

/**
 * A page is made of dozens of files. Those of this version that nothing is added to come straight from the cache, without
 * a word of this worker for each; every other path, such as one of an older version, still asks it.
 */
async function takeShortWay(event: ExtendableEvent & Routing): Promise<void> {
	const plain = [...precache.getURLsToCacheKeys().keys()].flatMap((url) => {
		const { pathname } = new URL(url);
		return pathname.startsWith(IMMUTABLE) && !workerPolicy(pathname) ? [{ urlPattern: pathname }] : [];
	});
	try {
		await event.addRoutes?.({ condition: { or: plain }, source: { cacheName: precache.strategy.cacheName } });
	} catch {
		// Fewer rules may be allowed one day: then this worker is asked, as where there are none.
	}
}

/** Every navigation gets the one page; only a browser that has lost its cache asks the network. */
async function page(url: URL): Promise<Response> {
	const response = (await precache.matchPrecache(SHELL)) ?? (await fetch(SHELL));
	if (!response.ok) return response;
	const shell = await response.text();
	// The policy is that of the shell: nothing that is written into it has a say.
	return withHeaders(response, NOTEBOOK.test(url.pathname) ? await notebook(shell, url) : shell, {
		...HEADERS,
		...PAGE_HEADERS,
		...reachOf(SHELL, true),
		'Content-Security-Policy': pagePolicy(shell)
	});
}

/**
 * The shell of a run's page: it names its files, and shows what it looked like last. An address that asks for more than
 * that gets no picture. Where there is one, scripts are not asked for ahead: they would only hold it up, and the app asks
 * for them as soon as it has been read.
 */
async function notebook(shell: string, { pathname, search, hash }: URL): Promise<string> {
	const asked = search + hash !== '';
	const view = asked ? null : await firstViewOf(pathname, buildOf(shell)).catch(() => null);
	const html = shell
		.replaceAll(' rel="stylesheet">', ' rel="stylesheet" disabled>')
		.replace('</head>', () => `${links.styles}${view ? '' : links.scripts}</head>`);
	return view ? withFirstView(html.replaceAll(SCRIPT_AHEAD, ''), view, Date.now()) : html;
}

/** A file of this version, else of the one before, else from the network. A query tells nothing: names are unique. */
async function file(request: Request, url: URL): Promise<Response> {
	const path = url.origin + url.pathname;
	const response =
		(await precache.matchPrecache(path)) ??
		(await caches.match(path, { cacheName: RETIRED })) ??
		(await caches.match(path, { cacheName: RUNTIMES })) ??
		(await fetched(request, path));
	const policy = workerPolicy(url.pathname);
	if (!policy || !response.ok) return response;
	return withHeaders(response, response.body, {
		...HEADERS,
		...reachOf(url.pathname, false),
		'Content-Security-Policy': policy
	});
}

function reachOf(pathname: string, isPage: boolean): Record<string, string> {
	const reach = connections(pathname, isPage);
	return reach ? { 'Connection-Allowlist': reach } : {};
}

/** From the network; what is not in the list stays. A disk that is too full for it only costs the way offline. */
async function fetched(request: Request, path: string): Promise<Response> {
	const response = await fetch(request);
	if (!response.ok || !path.includes(IMMUTABLE)) return response;
	const bytes = await response.clone().blob();
	try {
		const cache = await caches.open(RUNTIMES);
		for (const earlier of await cache.keys()) if (isSameFile(earlier.url, path)) await cache.delete(earlier);
		await cache.put(path, withHeaders(response, bytes, {}));
	} catch {
		await caches.delete(RUNTIMES);
	}
	return withHeaders(response, bytes, {});
}

/** One after the other, so that nothing else waits; when it fails, the next visit goes on. */
async function fetchReaders(): Promise<void> {
	for (const reader of readers) {
		const path = self.location.origin + reader;
		if (await caches.match(path, { cacheName: RUNTIMES })) continue;
		const response = await fetched(new Request(path), path).catch(() => null);
		if (!response?.ok) return;
	}
}

/** The same file in another version: names are `name-hash.ending` or `name.hash.ending`. */
function isSameFile(url: string, path: string): boolean {
	const bare = (name: string) => name.replace(/[.-][\w-]{8}(\.\w+)$/, '$1');
	return bare(url) === bare(path);
}

/**
 * A stored answer of a server that sets headers has them already, and its word stands: it may be stricter than ours. The
 * copy also has no address of its own, so that a worker keeps the one it was asked for with, query included.
 */
function withHeaders(response: Response, body: BodyInit | null, added: Record<string, string>): Response {
	const headers = new Headers(response.headers);
	for (const [name, value] of Object.entries(added)) {
		if (!headers.has(name)) headers.set(name, value);
	}
	// They describe the body as it travelled, not as it is here.
	headers.delete('Content-Encoding');
	headers.delete('Content-Length');
	return new Response(body, { status: response.status, statusText: response.statusText, headers });
}

/** Moves what this version no longer lists. One generation is kept, so the space it takes stays bounded. */
async function keepRetired(): Promise<void> {
	await caches.delete(RETIRED);
	const listed = new Set(precache.getURLsToCacheKeys().values());
	const [stored, retired] = await Promise.all([
		caches.open(precache.strategy.cacheName),
		caches.open(RETIRED)
	]);
	for (const request of await stored.keys()) {
		if (listed.has(request.url) || !new URL(request.url).pathname.startsWith(IMMUTABLE)) continue;
		const response = await stored.match(request);
		if (response) await retired.put(request, response);
	}
}
