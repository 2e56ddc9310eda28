/**
 * Says to the service worker which request this is. It stands in the fragment of the address, which a browser never sends:
 * also where no service worker is in between, nobody outside learns of it.
 */
export interface Tag {
	/** Id of the call, which is the name of its pass. */
	call: string;
	/** Id of the request in the ledger. */
	request: string;
}

const MARK = '#galley=';

export function tagged(url: string, { call, request }: Tag): string {
	return `${url.split('#', 1)[0] ?? url}${MARK}${encodeURIComponent(call)}&${encodeURIComponent(request)}`;
}

/** What an address says of its request; null where it says nothing. */
export function tagOf(url: string): Tag | null {
	const [call, request] = url.split(MARK)[1]?.split('&') ?? [];
	if (!call || !request) return null;
	try {
		return { call: decodeURIComponent(call), request: decodeURIComponent(request) };
	} catch {
		return null;
	}
}

/** Bytes of an address behind its origin, without the fragment. */
export function addressBytes(url: URL): number {
	return url.pathname.length + url.search.length;
}
