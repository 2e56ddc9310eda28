import { fail, failure, ok, type Failure, type Result } from '$lib/core';
import { bytesToHex } from '@noble/hashes/utils.js';
import { SHA256 } from '@stablelib/sha256';
import { noRoom, openPart, writeFailure, writeModel } from './folder';
import { readGguf } from './gguf';
import { CHUNK_BYTES, chunkCount, chunkRange, type LocalModel } from './model';

/** A model's file while it is written, chunk by chunk. `model` is kept up to date, on the disk too. */
export interface Part {
	readonly model: LocalModel;
	/** Writes a chunk to the disk and notes it. Refuses what cannot belong to the file; nothing is noted then. */
	put(index: number, bytes: Uint8Array): Promise<Result<void>>;
	/** Reads all of it again: chunks that are not as noted are struck from the note. True: it is whole and right. */
	verify(onBytes: (done: number) => void, signal: AbortSignal): Promise<Result<boolean>>;
	note(change: Partial<LocalModel>): Promise<void>;
	close(): void;
}

/** Opens a model's file for writing; fails while another tab has it. */
export async function openForWriting(given: LocalModel): Promise<Result<Part>> {
	let handle: FileSystemSyncAccessHandle;
	const model = { ...given, chunks: [...given.chunks] };
	try {
		handle = await openPart(model.key);
	} catch (cause) {
		return fail(writeFailure(cause));
	}
	const note = async (change: Partial<LocalModel>) => {
		Object.assign(model, change);
		await writeModel(model);
	};
	return ok({
		model,
		note,
		close: () => handle.close(),
		async put(index, bytes) {
			const hash = await sha(bytes);
			const before = model.chunks[index] ?? model.known?.[index];
			if (before && before !== hash) return fail(changed());
			const { start } = chunkRange(index, model.size);
			try {
				// At the quota it answers with nonsense instead of throwing.
				if (handle.write(bytes, { at: start }) !== bytes.length) {
					handle.truncate(start);
					return fail(noRoom());
				}
				handle.flush();
				const gguf = model.gguf ?? headOf(handle, index, bytes);
				if (gguf && 'code' in gguf) return fail(gguf);
				model.chunks[index] = hash;
				await note({ ...(gguf ? { gguf } : {}), failure: null });
				return ok(undefined);
			} catch (cause) {
				return fail(writeFailure(cause));
			}
		},
		async verify(onBytes, signal) {
			const whole = new SHA256();
			const size = model.size ?? handle.getSize();
			let right = true;
			for (let index = 0; index < chunkCount(size); index += 1) {
				signal.throwIfAborted();
				const { start, length } = chunkRange(index, size);
				const bytes = new Uint8Array(length);
				const there = handle.read(bytes, { at: start }) === length;
				if (!there || (await sha(bytes)) !== model.chunks[index]) {
					model.chunks[index] = null;
					right = false;
				}
				whole.update(bytes);
				onBytes(start + length);
			}
			if (!right) {
				await note({ state: 'partial' });
				return ok(false);
			}
			return finish(bytesToHex(whole.digest()));
		}
	});

	async function finish(digest: string): Promise<Result<boolean>> {
		if (model.gguf === null || model.size === null || model.gguf.bytes > model.size)
			return fail(cutOff(model));
		if (model.sha256 !== null && model.sha256 !== digest) return fail(notTheFile(model));
		handle.truncate(model.size);
		handle.flush();
		await note({
			sha256: digest,
			hashFrom: model.hashFrom ?? 'first-copy',
			known: model.chunks.filter((hash) => hash !== null),
			checkedAt: Date.now(),
			failure: null
		});
		return ok(true);
	}
}

export async function sha(bytes: Uint8Array): Promise<string> {
	return bytesToHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)));
}

/** What the file says of itself, as soon as its head is there. A head can be longer than a chunk. */
function headOf(handle: FileSystemSyncAccessHandle, index: number, bytes: Uint8Array) {
	const start = index === 0 ? bytes : new Uint8Array((index + 1) * CHUNK_BYTES);
	if (index > 0) handle.read(start, { at: 0 });
	const read = readGguf(start);
	if (read === null) return null;
	return read.ok ? read.value : read.failure;
}

export function changed(): Failure {
	return failure(
		'model-file.changed',
		'The file at its address is not the one any more that this download began with. What came of the old one is of no use. Start again to get the new one, or delete it.'
	);
}

export function cutOff({ size, gguf }: Pick<LocalModel, 'size' | 'gguf'>): Failure {
	return failure(
		'model-file.cut-off',
		'The file ends before the model in it does, so it cannot be used. Download it again, or get a whole copy.',
		{ details: { size, needed: gguf?.bytes ?? null } }
	);
}

function notTheFile({ hashFrom }: LocalModel): Failure {
	return failure(
		'model-file.hash',
		`All of the file came, but it is not the file that ${hashFrom === 'catalogue' ? 'Galley’s catalogue' : 'its host'} names: the SHA-256 is another. It is not used. Start again; if it happens again, do not use this address.`
	);
}
