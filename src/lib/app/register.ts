import { trustedScriptUrl } from '$lib/egress';

/** `applying`: the page is about to reload. `busy`: a run is in progress, so nothing was done; ask again later. */
export type ApplyResult = 'applying' | 'busy';
export type ApplyUpdate = () => Promise<ApplyResult>;

/** An installed app may stay open for weeks; a look when the person comes back, at most this often, finds updates. */
const LOOK_EVERY_MS = 60 * 60 * 1000;

/**
 * Registers the service worker once the page is loaded and idle: it serves the next visit, so it must not compete with
 * this one.
 *
 * `onUpdate` is called when a new version waits, and again when it has taken over because another tab accepted it. This
 * page then keeps running the old version (its files are kept for one generation) until the person applies: a reload is
 * never our decision. Applying is refused while `busy`.
 *
 * @throws where the browser refuses service workers; Galley then works, but not offline.
 */
export async function registerServiceWorker(
	onUpdate: (apply: ApplyUpdate) => void,
	busy: () => boolean | Promise<boolean>
): Promise<void> {
	if (import.meta.env.DEV || !('serviceWorker' in navigator)) return;
	await idleAfterLoad();
	const { Workbox } = await import('workbox-window');
	const workbox = new Workbox(trustedScriptUrl('/service-worker.js'), { scope: '/', updateViaCache: 'none' });
	let accepted = false;
	let controlled = Boolean(navigator.serviceWorker.controller);

	const reload: ApplyUpdate = async () => {
		if (await busy()) return 'busy';
		location.reload();
		return 'applying';
	};
	const takeOver: ApplyUpdate = async () => {
		if (await busy()) return 'busy';
		if (!(await registered)?.waiting) return reload();
		accepted = true;
		workbox.messageSkipWaiting();
		return 'applying';
	};

	workbox.addEventListener('waiting', () => onUpdate(takeOver));
	workbox.addEventListener('controlling', () => {
		const firstControl = !controlled;
		controlled = true;
		if (accepted) void reload().then((result) => result === 'busy' && onUpdate(reload));
		else if (!firstControl) onUpdate(reload);
	});

	const registered = workbox.register({ immediate: true });
	lookForUpdates(await registered);
	void fetchReaders();
}

/** Has the readers of bigger kinds of files fetched, once there is a service worker and the page has nothing to do. */
async function fetchReaders(): Promise<void> {
	const { active } = await navigator.serviceWorker.ready;
	await idleAfterLoad();
	active?.postMessage({ type: 'FETCH_READERS' });
}

async function idleAfterLoad(): Promise<void> {
	if (document.readyState !== 'complete') {
		await new Promise((resolve) => addEventListener('load', resolve, { once: true }));
	}
	await new Promise<void>((resolve) => {
		if ('requestIdleCallback' in globalThis) requestIdleCallback(() => resolve(), { timeout: 5000 });
		else setTimeout(resolve, 200);
	});
}

function lookForUpdates(registration: ServiceWorkerRegistration | undefined): void {
	let looked = Date.now();
	document.addEventListener('visibilitychange', () => {
		if (document.visibilityState !== 'visible' || Date.now() - looked < LOOK_EVERY_MS) return;
		looked = Date.now();
		// Offline is no error here: the next look will do.
		registration?.update().catch(() => undefined);
	});
}
