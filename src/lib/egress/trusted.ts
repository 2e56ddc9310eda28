/**
 * The one place that turns a string into the address of a script. Galley runs under `require-trusted-types-for 'script'`
 * with this policy's name on the list, so no other code, and no text that found its way into the page, can start one.
 */

interface Policy {
	createScriptURL(url: string): unknown;
}
interface PolicyFactory {
	createPolicy(name: string, rules: { createScriptURL(url: string): string }): Policy;
}

/** A name can be taken once in each page or worker, so the policy is kept. */
let policy: Policy | undefined;

/**
 * An address that `new Worker` and `serviceWorker.register` accept. The declared type is a string because that is what
 * their signatures ask for; where the browser knows Trusted Types it is a TrustedScriptURL.
 *
 * @throws TypeError for anything that is not a path on this origin: a caller that passes one has a bug or an attacker.
 */
export function trustedScriptUrl(url: string): string {
	const { trustedTypes } = globalThis as { trustedTypes?: PolicyFactory };
	if (!trustedTypes) return sameOrigin(url);
	policy ??= trustedTypes.createPolicy('galley-script-url', { createScriptURL: sameOrigin });
	return policy.createScriptURL(url) as string;
}

function sameOrigin(url: string): string {
	const { origin } = globalThis.location;
	if (new URL(url, origin).origin !== origin || !/^(\/(?!\/)|https?:)/.test(url)) {
		throw new TypeError(`Not a script of this app: ${url}`);
	}
	return url;
}
