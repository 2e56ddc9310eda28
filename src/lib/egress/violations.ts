import { broadcast } from '$lib/pass';
import { UNLISTED } from './barred';
import { originOf } from './policy';

/** A page full of them must not fill the ledger: so many are told of one scope. */
const MOST = 200;
/** A page's two policies, its own and the header's, each report the same request; within so many ms it counts once. */
const TWICE_MS = 500;

/** What of a violation is told. */
type Violation = Pick<SecurityPolicyViolationEvent, 'blockedURI' | 'effectiveDirective' | 'sample'>;

/** Tells the ledger of what the browser's policies stop in this page or worker. Only origins are told: addresses can hold secrets. */
export function watchViolations(listen: typeof globalThis.addEventListener, where: string): void {
	const tell = violationTeller(where);
	listen('securitypolicyviolation', (event) => tell(event as SecurityPolicyViolationEvent));
}

export function violationTeller(where: string): (violation: Violation) => void {
	let told = 0;
	const last = new Map<string, number>();
	return ({ blockedURI, effectiveDirective, sample }) => {
		// Our own question whether a policy holds.
		if (effectiveDirective === 'trusted-types' && sample.startsWith(UNLISTED)) return;
		const key = `${effectiveDirective} ${blockedURI}`;
		const before = last.get(key) ?? -Infinity;
		const at = Date.now();
		if (at - before < TWICE_MS || told >= MOST) return;
		last.set(key, at);
		told += 1;
		const isAddress = URL.canParse(blockedURI);
		broadcast({
			type: 'request.blocked',
			...{ at, id: crypto.randomUUID(), purpose: 'none', call: null },
			by: 'policy',
			code: effectiveDirective,
			what: `${isAddress ? 'a request' : blockedURI || 'something'} in ${where}`.slice(0, 200),
			...{ origin: isAddress ? originOf(blockedURI) : null, method: null }
		});
	};
}
