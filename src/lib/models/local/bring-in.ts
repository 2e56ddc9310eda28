import { fail, ok, type Result } from '$lib/core';
import { finishPart, removeModel } from './folder';
import { readGguf } from './gguf';
import { CHUNK_BYTES, chunkCount, chunkRange, type LocalModel } from './model';
import { cutOff, openForWriting } from './part';

/**
 * Copies a file that the person chose into Galley's own storage, checked on the way: from a USB stick, say, where no
 * network is. What is no whole model is refused before a byte is copied, as far as its head tells.
 */
export async function bringIn(
	model: LocalModel,
	file: Blob,
	onBytes: (done: number) => void,
	signal: AbortSignal
): Promise<Result<LocalModel>> {
	const head = await headOf(file);
	if (!head.ok) return head;
	if (head.value.bytes > file.size) return fail(cutOff({ size: file.size, gguf: head.value }));
	const part = await openForWriting({ ...model, gguf: head.value });
	if (!part.ok) return part;
	try {
		for (let index = 0; index < chunkCount(file.size); index += 1) {
			signal.throwIfAborted();
			const { start, length } = chunkRange(index, file.size);
			const bytes = new Uint8Array(await file.slice(start, start + length).arrayBuffer());
			const put = await part.value.put(index, bytes);
			if (!put.ok) return put;
			onBytes(start + length);
		}
		const verified = await part.value.verify(() => undefined, signal);
		if (!verified.ok) return verified;
		part.value.close();
		await finishPart(model.key);
		await part.value.note({ state: 'ready' });
		return ok(part.value.model);
	} finally {
		part.value.close();
		if (part.value.model.state !== 'ready') {
			// Half a copy is of no use: the whole lies where it came from.
			await removeModel(model.key);
		}
	}
}

async function headOf(file: Blob) {
	for (let length = CHUNK_BYTES; ; length *= 2) {
		const read = readGguf(new Uint8Array(await file.slice(0, length).arrayBuffer()));
		if (read) return read;
		if (length >= file.size) return fail(cutOff({ size: file.size, gguf: null }));
	}
}
