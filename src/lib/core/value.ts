import type { Json } from './json';

/** Where a value may go and how far it is believed. A derived value inherits the stricter of its parents'. */
export interface Labels {
	trust: 'trusted' | 'untrusted';
	reach: 'may-leave' | 'local-only';
}

/** Media types that Galley gives a meaning; any other is kept as bytes. */
export type Media = 'text/plain' | 'text/markdown' | 'text/csv' | 'application/json' | (string & {});

/**
 * A value on its way between rooms. Text media carry a string, `application/json` carries parsed JSON,
 * everything else bytes. `from` lists the hashes of the values that it was made from.
 */
export interface Value {
	content: string | Json | Uint8Array;
	media: Media;
	labels: Labels;
	from: string[];
	/** A name for people: a file name, a step's title. */
	name?: string;
}

/** A stored value: the same facts with the content replaced by its SHA-256 (hex) and its size in bytes. */
export interface ValueRef {
	hash: string;
	media: Media;
	bytes: number;
	labels: Labels;
	from: string[];
	name?: string;
}

export const OPEN: Labels = { trust: 'trusted', reach: 'may-leave' };

/** The stricter of all labels given; of none, the most open. */
export function stricter(labels: Iterable<Labels>): Labels {
	let trust: Labels['trust'] = 'trusted';
	let reach: Labels['reach'] = 'may-leave';
	for (const label of labels) {
		if (label.trust === 'untrusted') trust = 'untrusted';
		if (label.reach === 'local-only') reach = 'local-only';
	}
	return { trust, reach };
}
