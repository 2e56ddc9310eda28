import { failure } from '$lib/core';
import { broadcast } from '$lib/pass';
import { originOf } from './policy';
import { EgressRefused } from './refused';
import { watchViolations } from './violations';

/** What is taken from a global scope: `self` in a worker, a plain object in a test. */
export interface GuardScope {
	fetch: typeof globalThis.fetch;
	location: { href: string; origin: string };
	navigator?: object;
	/** Of a worker: what it was called when it was started. */
	name?: string;
	addEventListener?: typeof globalThis.addEventListener;
	Worker?: new (url: string | URL, options?: WorkerOptions) => object;
}

/** Constructors that open a connection or load from an address. Missing ones stay missing. */
const CONSTRUCTORS = [
	'XMLHttpRequest',
	'WebSocket',
	'WebSocketStream',
	'EventSource',
	'WebTransport',
	'RTCPeerConnection',
	'webkitRTCPeerConnection',
	'FontFace',
	'TCPSocket',
	'UDPSocket'
];

const installed = new WeakMap<object, typeof globalThis.fetch>();

/**
 * The first thing a worker does: takes every way out of the scope away, but for fetching from the app's own origin.
 * Returns the real `fetch`, for the two workers that may reach other hosts to put behind a guard; nobody else needs it.
 * Doing it twice gives the same. Against code that gets to run before it, or that starts a fresh scope, only the content security
 * policy helps; this stops libraries that mean well, and names what they tried.
 */
export function installGuard(scope: GuardScope): typeof globalThis.fetch {
	const before = installed.get(scope);
	if (before) return before;
	const real = scope.fetch.bind(scope);
	installed.set(scope, real);
	const refusal = refusals(scope);
	const refusing = (what: string) => () => {
		throw refusal(what);
	};
	replace(scope, 'fetch', ownOriginOnly(real, scope, refusal));
	for (const name of CONSTRUCTORS)
		replaceIfThere(
			scope,
			name,
			refusingClass(() => refusal(name))
		);
	replaceIfThere(scope, 'importScripts', refusing('importScripts'));
	if (scope.navigator) replaceIfThere(scope.navigator, 'sendBeacon', refusing('navigator.sendBeacon'));
	const cache = (scope as { Cache?: { prototype: object } }).Cache?.prototype;
	if (cache) for (const name of ['add', 'addAll']) replaceIfThere(cache, name, refusing(`Cache.${name}`));
	// Left replaceable: a runtime's own worker is put in the place of the one that it asks for.
	if (scope.Worker) scope.Worker = ownWorkers(scope.Worker, scope, refusal);
	if (scope.addEventListener) watchViolations(scope.addEventListener.bind(scope), nameOf(scope));
	return real;
}

type Refusal = (what: string, origin?: string | null) => EgressRefused;

function ownOriginOnly(
	real: typeof globalThis.fetch,
	scope: GuardScope,
	refusal: Refusal
): typeof globalThis.fetch {
	const own = scope.location.origin;
	return async (input, init) => {
		const asked = input instanceof Request ? input.url : String(input);
		const url = URL.canParse(asked, scope.location.href) ? new URL(asked, scope.location.href).href : asked;
		if (originOf(url) !== own) throw refusal('fetch', originOf(url));
		return real(input instanceof Request ? input : url, { ...init, redirect: 'error' });
	};
}

/** A worker of the app's files only: one made of text would begin without this guard. */
function ownWorkers(
	Real: NonNullable<GuardScope['Worker']>,
	{ location }: GuardScope,
	refusal: Refusal
): NonNullable<GuardScope['Worker']> {
	return class extends Real {
		constructor(url: string | URL, options?: WorkerOptions) {
			const asked = new URL(String(url), location.href);
			if (asked.origin !== location.origin || !/^https?:$/.test(asked.protocol))
				throw refusal(`a worker from ${asked.protocol.replace(':', '')}`, originOf(asked.href));
			super(url, options);
		}
	};
}

/** What is thrown at whoever tries something else; it is told for the ledger. */
function refusals(scope: GuardScope): Refusal {
	return (what, origin = null) => {
		const told = failure(
			'egress.not-allowed',
			`Something in a worker tried to leave this device in a way that Galley does not let through (${what}${origin === null ? '' : ` of ${origin}`}). ` +
				'Nothing was sent. If a file or a model made this happen, look at it before you run the step again.',
			{ details: { what, ...(origin === null ? {} : { origin }) } }
		);
		broadcast({
			type: 'request.blocked',
			...{ at: Date.now(), id: crypto.randomUUID(), purpose: 'none', call: null },
			...{ by: 'guard', code: told.code, what: `${what} in ${nameOf(scope)}`, origin, method: null }
		});
		return new EgressRefused(told);
	};
}

function nameOf({ name }: GuardScope): string {
	return `the ${name?.replace(/-[0-9a-f-]{36}$/, '') || 'page'}${name ? ' worker' : ''}`;
}

function refusingClass(refusal: () => EgressRefused): new () => object {
	return class {
		constructor() {
			throw refusal();
		}
	};
}

function replaceIfThere(target: object, name: string, value: unknown): void {
	if (name in target) replace(target, name, value);
}

/** On the object and wherever its prototypes define the name too, so that the original cannot be reached past it. */
function replace(target: object, name: string, value: unknown): void {
	const fixed = { value, writable: false, configurable: false, enumerable: true };
	for (
		let holder: object | null = Object.getPrototypeOf(target) as object | null;
		holder;
		holder = Object.getPrototypeOf(holder) as object | null
	) {
		if (Object.hasOwn(holder, name)) Object.defineProperty(holder, name, fixed);
	}
	Object.defineProperty(target, name, fixed);
}
