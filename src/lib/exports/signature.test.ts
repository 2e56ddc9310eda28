import { beforeAll, describe, expect, it } from 'vitest';
import { unpackBundle } from './bundle';
import type { ExportFile } from './contract';
import { verifyPage } from './page/testing';
import { exportFormat, exportFormats } from './registry';
import { fingerprintOf, signedBy, withSignature, wordsToSign, type Signature } from './signature';
import { richSource } from './testing';

let pair: CryptoKeyPair;
let key = '';
const hex = (bytes: ArrayBuffer) =>
	Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
beforeAll(async () => {
	pair = await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']);
	key = hex(await crypto.subtle.exportKey('raw', pair.publicKey));
});

async function sign(file: ExportFile): Promise<ExportFile> {
	const words = wordsToSign(file) ?? '';
	const signature = await crypto.subtle.sign('Ed25519', pair.privateKey, new TextEncoder().encode(words));
	return withSignature(file, { key, signature: hex(signature) } satisfies Signature);
}
async function made(format: string, without: string[] = []): Promise<ExportFile> {
	const file = await exportFormat(format)?.make(richSource(without));
	if (!file?.ok) throw new Error('it is made');
	return file.value;
}

describe('a signature', () => {
	it('is carried by the forms that say so, and by no other', async () => {
		for (const { id, carriesSignature } of exportFormats)
			expect(wordsToSign(await made(id)) !== null, id).toBe(carriesSignature === true);
	});

	it.each(['html', 'json', 'workflow'])(
		'of a %s file names its key; a changed file has none that fits',
		async (id) => {
			const plain = await made(id);
			const signed = String((await sign(plain)).content);
			expect(await signedBy(String(plain.content))).toEqual({ ok: true, value: null });
			expect(await signedBy(signed)).toEqual({ ok: true, value: fingerprintOf(key) });
			for (const changed of [
				signed.replace(
					/"exportedAt":\s*\d/,
					(found) => found.slice(0, -1) + (found.endsWith('7') ? '8' : '7')
				),
				signed.replace(/"signature":\s?"./, (found) => found.slice(0, -1) + (found.endsWith('a') ? 'b' : 'a'))
			]) {
				expect(changed).not.toBe(signed);
				expect(await signedBy(changed)).toMatchObject({ ok: false, failure: { code: 'signature.wrong' } });
			}
			const other = await made(id, ['note:*']);
			const moved = withSignature(
				other,
				JSON.parse(/\{"key":"\w+","signature":"\w+"\}/.exec(signed)![0]) as Signature
			);
			expect(await signedBy(String(moved.content))).toMatchObject({ ok: false });
		}
	);

	it('leaves a bundle one that comes back', async () => {
		const { content } = await sign(await made('json'));
		expect(unpackBundle(String(content))).toEqual(unpackBundle(String((await made('json')).content)));
	});

	it('is told by the Verify button of a page, and so is one that belongs elsewhere', async () => {
		const signed = String((await sign(await made('html'))).content);
		expect(await verifyPage(signed)).toContain(`Signed by ${fingerprintOf(key)}.`);
		expect(await verifyPage(String((await made('html')).content))).toContain('Nobody signed it');
		const element = /<script type="application\/json" id="galley-signature">.*?<\/script>/.exec(signed)![0];
		const other = String((await made('html', ['note:*'])).content).replace('</body>', `${element}\n</body>`);
		expect(await verifyPage(other)).toMatch(/^Changed since it was exported. Its signature belongs/);
	});
});
