import { fail, failure, ok, type Result } from '$lib/core';

/**
 * May a request go to this address? Pure. `allowed` lists origins that the person entered or agreed to; nothing else
 * is reachable, whatever a document or a model says. Codes: `egress.bad-url`, `.scheme`, `.credentials`, `.private`,
 * `.not-allowed`, `.insecure`.
 */
export function mayReach(url: string, allowed: readonly string[]): Result<URL> {
	const parsed = URL.canParse(url) ? new URL(url) : null;
	if (!parsed) return refuse('egress.bad-url', 'The address is not a complete web address', null);
	const { origin, protocol } = parsed;
	if (protocol !== 'https:' && protocol !== 'http:') {
		return refuse('egress.scheme', `Only https and http addresses can be reached, not “${protocol}”`, null);
	}
	if (parsed.username !== '' || parsed.password !== '') {
		return refuse(
			'egress.credentials',
			`The address of ${parsed.host} has a name or a password in it`,
			origin
		);
	}
	if (!allowed.some((each) => originOf(each) === origin)) {
		return isPrivateHost(parsed.hostname)
			? refuse('egress.private', `${origin} is inside your own network, and you have not entered it`, origin)
			: refuse('egress.not-allowed', `${origin} is not among the places that this run may reach`, origin);
	}
	if (protocol === 'http:' && !isLoopback(parsed.hostname)) {
		return refuse(
			'egress.insecure',
			`${origin} is not encrypted; only https is, outside of this device`,
			origin
		);
	}
	return ok(parsed);
}

/** The origin of an address, or null for what is none or has none of its own (`data:`, `file:`). */
export function originOf(url: string): string | null {
	if (!URL.canParse(url)) return null;
	const { origin } = new URL(url);
	return origin === 'null' ? null : origin;
}

/** This device, by one of the three names that browsers treat as secure. */
export function isLoopback(hostname: string): boolean {
	return hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]';
}

const PRIVATE_V4: RegExp[] = [
	/^0\./,
	/^10\./,
	/^127\./,
	/^169\.254\./,
	/^172\.(1[6-9]|2\d|3[01])\./,
	/^192\.168\./,
	/^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./
];

/**
 * A host of the device, of the local network or link-local, as the URL parser writes hosts (numbers normalised, IPv6 in
 * brackets). Names are judged by their ending: which address a public name has cannot be seen from a browser.
 */
export function isPrivateHost(hostname: string): boolean {
	const host = hostname.replace(/\.$/, '').toLowerCase();
	if (isLoopback(host) || /(^|\.)localhost$/.test(host)) return true;
	if (host.startsWith('[')) return isPrivateV6(host.slice(1, -1));
	if (/^[\d.]+$/.test(host)) return PRIVATE_V4.some((range) => range.test(host));
	return !host.includes('.') || /\.(local|internal|intranet|lan|home|home\.arpa)$/.test(host);
}

/** Unspecified, loopback, unique local, link-local, and IPv4 written as IPv6 (whatever it holds). */
function isPrivateV6(address: string): boolean {
	return (
		/^::1?$/.test(address) || /^f[cd]/.test(address) || /^fe[89ab]/.test(address) || /^::ffff:/.test(address)
	);
}

function refuse(code: string, why: string, origin: string | null): Result<never> {
	return fail(
		failure(
			code,
			`${why}. Nothing was sent. If you want this, enter the address yourself in Settings under Model and run the step again.`,
			{ details: origin === null ? {} : { origin } }
		)
	);
}
