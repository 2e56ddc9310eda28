import { canonicalJson, fail, failure, hashOf, ok, type Result } from '$lib/core';
import * as z from 'zod';
import type { ExportFile } from './contract';
import { packetHash, packetSchema } from './packet/packet';
import { inScript } from './sealed-page';
import { readUntrusted } from './untrusted';

/** An Ed25519 signature and the public key that it fits, as hex. */
export interface Signature {
	key: string;
	signature: string;
}

const signatureSchema = z.object({
	key: z.string().regex(/^[0-9a-f]{64}$/),
	signature: z.string().regex(/^[0-9a-f]{128}$/)
});

const ELEMENT = '<script type="application/json" id="galley-signature">';
const BUNDLE_MEMBER = '\n\t"signature": ';

/** A public key as people compare it: the beginning of its SHA-256, in groups of four. */
export function fingerprintOf(key: string): string {
	const bytes = Uint8Array.from(key.match(/../g) ?? [], (pair) => parseInt(pair, 16));
	return (hashOf(bytes).slice(0, 32).match(/.{4}/g) ?? []).join(' ');
}

/** The words that a signature of a file is over; null for a form of file that carries none. */
export function wordsToSign({ content }: Pick<ExportFile, 'content'>): string | null {
	if (typeof content !== 'string') return null;
	const seal = sealSchema.safeParse(jsonIn(content, 'galley-seal'));
	if (seal.success) return `galley page ${seal.data.seal}`;
	const packet = packetSchema.safeParse(jsonIn(content, 'galley-packet'));
	if (packet.success) return `galley packet ${packetHash(packet.data)}`;
	const bundle = bundleOf(content);
	return bundle && `galley bundle ${hashOf(canonicalJson(bundle.rest))}`;
}

/** The file with its signature in it. For a form that carries one. */
export function withSignature(file: ExportFile, signature: Signature): ExportFile {
	const content = String(file.content);
	const json = JSON.stringify(signature);
	if (content.startsWith('{'))
		return { ...file, content: content.replace(/\n\}\s*$/, () => `,${BUNDLE_MEMBER}${json}\n}`) };
	// Before anything that a page shows, so that a page that is cut off has lost it with its end.
	const at = content.lastIndexOf('</body>');
	return {
		...file,
		content: `${content.slice(0, at)}${ELEMENT}${inScript(json)}</script>\n${content.slice(at)}`
	};
}

/**
 * The fingerprint of the key that a file was signed with; null where nobody signed it or this browser cannot check it.
 * Fails with `signature.wrong` when the signature does not fit the file. What the file shows and holds is checked apart.
 */
export async function signedBy(content: string): Promise<Result<string | null>> {
	const isPage = !content.startsWith('{');
	const given = isPage ? jsonIn(content, 'galley-signature') : (bundleOf(content)?.signature ?? null);
	if (given === null) return ok(null);
	const read = signatureSchema.safeParse(given);
	const words = wordsToSign({ content });
	if (!read.success || words === null || (isPage && !pageFits(content))) return fail(wrong());
	const { key, signature } = read.data;
	try {
		const known = await crypto.subtle.importKey('raw', bytesOf(key), 'Ed25519', false, ['verify']);
		const text = new TextEncoder().encode(words);
		const fits = await crypto.subtle.verify('Ed25519', known, bytesOf(signature), text);
		return fits ? ok(fingerprintOf(key)) : fail(wrong());
	} catch {
		return ok(null);
	}
}

const sealSchema = z.object({ seal: z.string(), data: z.string() }).loose();

/** Whether the seal of a page is over what it says and over the data that is read from it. */
function pageFits(content: string): boolean {
	const seal = sealSchema.safeParse(jsonIn(content, 'galley-seal'));
	if (!seal.success) return true;
	const { seal: sum, ...rest } = seal.data;
	return hashOf(canonicalJson(rest)) === sum && hashOf(textIn(content, 'galley-data') ?? '') === rest.data;
}

function bundleOf(content: string): { rest: unknown; signature: unknown } | null {
	if (!content.startsWith('{')) return null;
	const read = readUntrusted(content);
	if (!read.ok || typeof read.value !== 'object' || read.value === null) return null;
	const { signature = null, ...rest } = read.value as { signature?: unknown; galley?: unknown };
	return rest.galley === 'bundle' ? { rest, signature } : null;
}

function textIn(content: string, id: string): string | null {
	const opening = `<script type="application/json" id="${id}">`;
	const at = content.indexOf(opening);
	const end = content.indexOf('</script>', at);
	return at < 0 || end < 0 ? null : content.slice(at + opening.length, end);
}

function jsonIn(content: string, id: string): unknown {
	const text = textIn(content, id);
	if (text === null) return null;
	const read = readUntrusted(text);
	return read.ok ? read.value : null;
}

function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
	return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

function wrong() {
	return failure(
		'signature.wrong',
		'The signature in this file does not fit what is in it: it was changed, or the signature belongs to another file. Nothing was brought in.'
	);
}
