import { fail, failure, ok, type Failure, type Result } from '$lib/core';

/** Files under a passphrase, in the age format, so that any tool that knows it can open them. */

/** Shortest passphrase that is taken, in characters. */
const SHORTEST = 8;

/** Encrypts a stream of bytes as it comes. */
export async function sealed(
	bytes: AsyncIterable<Uint8Array<ArrayBuffer>>,
	passphrase: string
): Promise<Result<AsyncIterable<Uint8Array<ArrayBuffer>>>> {
	if (passphrase.length < SHORTEST) return fail(tooShort());
	const { Encrypter } = await import('age-encryption');
	const encrypter = new Encrypter();
	encrypter.setPassphrase(passphrase.normalize('NFKC'));
	return ok(chunksOf(await encrypter.encrypt(streamOf(bytes))));
}

/** Decrypts a file as it is read. What comes out may end early: a file that was changed shows at its place. */
export async function opened(
	file: Blob,
	passphrase: string
): Promise<Result<AsyncIterable<Uint8Array<ArrayBuffer>>>> {
	const { Decrypter } = await import('age-encryption');
	const decrypter = new Decrypter();
	decrypter.addPassphrase(passphrase.normalize('NFKC'));
	try {
		return ok(chunksOf(await decrypter.decrypt(file.stream())));
	} catch {
		return fail(wrong());
	}
}

/** The same for a few bytes. */
export async function sealBytes(bytes: Uint8Array, passphrase: string): Promise<Result<Uint8Array>> {
	if (passphrase.length < SHORTEST) return fail(tooShort());
	const { Encrypter } = await import('age-encryption');
	const encrypter = new Encrypter();
	encrypter.setPassphrase(passphrase.normalize('NFKC'));
	return ok(await encrypter.encrypt(bytes));
}

export async function openBytes(bytes: Uint8Array, passphrase: string): Promise<Result<Uint8Array>> {
	const { Decrypter } = await import('age-encryption');
	const decrypter = new Decrypter();
	decrypter.addPassphrase(passphrase.normalize('NFKC'));
	try {
		return ok(await decrypter.decrypt(bytes));
	} catch {
		return fail(wrong());
	}
}

async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
	const reader = stream.getReader();
	try {
		for (let next = await reader.read(); !next.done; next = await reader.read())
			yield new Uint8Array(next.value);
	} finally {
		reader.releaseLock();
	}
}

function streamOf(bytes: AsyncIterable<Uint8Array<ArrayBuffer>>): ReadableStream<Uint8Array<ArrayBuffer>> {
	const pieces = bytes[Symbol.asyncIterator]();
	return new ReadableStream({
		async pull(controller) {
			const next = await pieces.next();
			if (next.done) controller.close();
			else controller.enqueue(next.value);
		}
	});
}

function tooShort(): Failure {
	return failure(
		'passphrase.short',
		`A passphrase has at least ${SHORTEST} characters; several words are best. No file was made.`
	);
}

function wrong(): Failure {
	return failure(
		'passphrase.wrong',
		'That is not the passphrase of this file, or the file was changed. Nothing on this device was changed; try again.'
	);
}
