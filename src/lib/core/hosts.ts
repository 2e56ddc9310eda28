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
