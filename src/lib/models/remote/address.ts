import * as z from 'zod';

/** An address that a person enters for a server: whole, and without anything in it that is not an address. */
export function addressSchema(example: string) {
	return z
		.url({ protocol: /^https?$/, error: `Enter the whole address, such as ${example}.` })
		.refine((url) => !URL.canParse(url) || isPlain(new URL(url)), {
			error: 'The address may have no name, password, “?” or “#” in it; the key has its own field.'
		})
		.meta({ title: 'Address' });
}

/** The address without slashes at its end. */
export function trimmed(address: string): string {
	return address.replace(/\/+$/, '');
}

function isPlain({ username, password, search, hash }: URL): boolean {
	return [username, password, search, hash].every((part) => part === '');
}
