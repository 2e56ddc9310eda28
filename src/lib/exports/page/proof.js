/**
 * Stands at the beginning of the script of each page that is opened from disk, with nothing else of Galley: hashes and
 * signatures as Galley makes them.
 */
globalThis.galleyProof = (() => {
	'use strict';
	const encoder = new TextEncoder();

	/** @param {Uint8Array<ArrayBuffer>} bytes @returns {Promise<string>} hex */
	const sha = async (bytes) => {
		const digest = await crypto.subtle.digest('SHA-256', bytes);
		return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
	};
	/** @param {string} text */
	const shaOf = (text) => sha(encoder.encode(text));

	/** Keys sorted, no white space: the form that hashes are taken of. @param {any} value @returns {string} */
	const canonical = (value) => {
		if (value === null || typeof value !== 'object') return JSON.stringify(value);
		if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
		const members = Object.keys(value)
			.sort()
			.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
		return `{${members.join(',')}}`;
	};

	/** @param {string} hex */
	const bytesOfHex = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));

	/**
	 * Whose signature it is, and whether it is one of those words; null where this browser cannot check that.
	 * @param {Element} signed holds the key and the signature @param {string} words
	 * @returns {Promise<{ print: string, fits: boolean | null }>} `print`: the key as people compare it
	 */
	const signerOf = async (signed, words) => {
		const { key, signature } = JSON.parse(signed.textContent ?? '');
		const print = ((await sha(bytesOfHex(key))).slice(0, 32).match(/.{4}/g) ?? []).join(' ');
		try {
			const known = await crypto.subtle.importKey('raw', bytesOfHex(key), 'Ed25519', false, ['verify']);
			const bytes = encoder.encode(words);
			return { print, fits: await crypto.subtle.verify('Ed25519', known, bytesOfHex(signature), bytes) };
		} catch {
			return { print, fits: null };
		}
	};

	return { encoder, sha, shaOf, canonical, signerOf };
})();
