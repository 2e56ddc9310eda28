/**
 * What a host of Galley has to answer with: the one source for our own server and for the service worker, which stands
 * in for the server on static hosts that cannot set headers. Two copies of a policy would drift, and the looser one wins.
 */

/** The page that every navigation gets: routes exist in the browser only. */
export const SHELL = '/200.html';

const SERVICE_WORKER = '/service-worker.js';
const WORKERS = '/_app/immutable/workers/';

/** Folders of files: a missing one is an error there, never the app. */
const FILE_FOLDERS = ['/_app/', '/icons/', '/samples/'];

/**
 * May a navigation to this path be answered with the app? Deep paths may look like files (`/library/Reports/week.md` is
 * a page about a file), so only known folders and dotted names at the root count as files.
 * @param {string} pathname
 */
export function isPage(pathname) {
	if (FILE_FOLDERS.some((folder) => pathname.startsWith(folder))) return false;
	return !/^\/[^/]*\.\w+$/.test(pathname);
}

/**
 * A page's policy does not reach a worker that is loaded by URL: the worker obeys the headers of its own script. So each
 * worker script gets the strictest policy that it can live with.
 * @param {string} pathname
 * @returns {string | null} the policy, or null where the path is no worker script
 */
export function workerPolicy(pathname) {
	const isWorker = pathname.startsWith(WORKERS) && pathname.endsWith('.js');
	if (!isWorker && pathname !== SERVICE_WORKER) return null;
	return [
		"default-src 'none'",
		"script-src 'self' 'wasm-unsafe-eval'",
		`connect-src 'self'${goesOut(pathname) ? ' https: http://localhost:* http://127.0.0.1:*' : ''}`,
		"worker-src 'self'",
		"require-trusted-types-for 'script'",
		'trusted-types galley-script-url'
	].join('; ');
}

/**
 * Scripts that may reach other hosts: the model worker and the one that acts outside, in which an egress guard decides which,
 * and the service worker, which lets their requests through one by one. Chunks lie in a folder of their own and never match.
 * @param {string} pathname
 */
function goesOut(pathname) {
	if (pathname === SERVICE_WORKER) return true;
	return pathname.startsWith(WORKERS) && /^(model|act)[.-][^/]*\.js$/.test(pathname.slice(WORKERS.length));
}

/**
 * Chromium's list of where a page or worker may connect to at all, by whatever means: also what no other policy has a word
 * for, such as WebRTC, a link that is followed, a window that is opened. Nothing but this origin; a page may also hand a
 * draft to the mail program. Null for scripts that may go out, since where to is decided call by call.
 * @param {string} pathname
 * @param {boolean} isPage
 */
export function connections(pathname, isPage) {
	if (goesOut(pathname)) return null;
	return isPage ? '(response-origin "mailto:*")' : '(response-origin)';
}

/**
 * The page's policy as a header: what the build wrote into the page's meta element, so that the two always agree, plus
 * the one directive that a meta element cannot carry.
 * @param {string} html
 */
export function pagePolicy(html) {
	const policy = /<meta http-equiv="content-security-policy" content="([^"]+)"/i.exec(html)?.[1];
	if (!policy) throw new Error(`${SHELL} carries no content security policy`);
	return `${policy}; frame-ancestors 'none'`;
}

/** For a file that is neither page nor worker: opened as a page (a picture, say) or started as one, it can do nothing. */
export const FILE_POLICY = "default-src 'none'; frame-ancestors 'none'";

/** On every answer. Kept short: a first visit pays for it once a file. */
export const HEADERS = {
	'X-Content-Type-Options': 'nosniff',
	'Referrer-Policy': 'no-referrer',
	'Cross-Origin-Resource-Policy': 'same-origin'
};

/** What only a page obeys. A feature that Galley does not use is off, for its own code as well. */
export const PAGE_HEADERS = {
	'Cross-Origin-Opener-Policy': 'same-origin',
	'Permissions-Policy': [
		'accelerometer',
		'camera',
		'display-capture',
		'geolocation',
		'gyroscope',
		'hid',
		'magnetometer',
		'microphone',
		'midi',
		'payment',
		'publickey-credentials-get',
		'serial',
		'usb'
	]
		.map((feature) => `${feature}=()`)
		.join(', ')
};

/**
 * Content-hashed files never change; everything else is asked for again, or an update would never be seen.
 * @param {string} pathname
 */
export function cacheControl(pathname) {
	return pathname.startsWith('/_app/immutable/') ? 'public, max-age=31536000, immutable' : 'no-cache';
}
