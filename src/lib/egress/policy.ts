import { fail, failure, isLoopback, isPrivateHost, ok, type Result } from '$lib/core';

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

function refuse(code: string, why: string, origin: string | null): Result<never> {
	return fail(
		failure(
			code,
			`${why}. Nothing was sent. If you want this, enter the address yourself in Settings under Model and run the step again.`,
			{ details: origin === null ? {} : { origin } }
		)
	);
}
