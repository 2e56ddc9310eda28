import { isByTheWay } from '$lib/run';
import { within } from '$lib/storage';

/** How deep folders in folders are followed, and how many files of one folder. */
const DEEPEST = 12;
export const MOST_FILES = 20_000;

/** A file of a folder on disk. */
export interface FoundFile {
	/** Where it lies in the folder, with `/` between. */
	name: string;
	handle: FileSystemFileHandle;
}

/**
 * Every file in a folder and below it, without what systems and editors leave there. Rejects where the disk refuses, or
 * answers nothing for `answerMs`.
 */
export async function* walk(
	folder: FileSystemDirectoryHandle,
	answerMs: number,
	above = '',
	depth = 0
): AsyncGenerator<FoundFile> {
	const handles = folder.values();
	for (;;) {
		const { done, value: handle } = await within(answerMs, handles.next());
		if (done) return;
		if (isByTheWay(handle.name)) continue;
		const name = above === '' ? handle.name : `${above}/${handle.name}`;
		if (handle.kind === 'file') yield { name, handle: handle };
		else if (depth < DEEPEST) yield* walk(handle, answerMs, name, depth + 1);
	}
}

/** True for what the disk says of something that is not there. */
export function isMissing(cause: unknown): boolean {
	return cause instanceof DOMException && cause.name === 'NotFoundError';
}

/** What the disk refused, as the end of a sentence. */
export function sayRefusal(cause: unknown): string {
	const name = cause instanceof DOMException ? cause.name : '';
	switch (name) {
		case 'NotAllowedError':
		case 'SecurityError':
			return 'the browser does not allow it just now';
		case 'NotFoundError':
			return 'it is not there any more';
		case 'NotReadableError':
			return 'it was changed or is in use by another program';
		case 'NoModificationAllowedError':
			return 'another program holds it';
		case 'QuotaExceededError':
			return 'the disk is full';
		case 'TimeoutError':
			return 'the disk does not answer; if it is a network folder, see that it is connected';
		case 'TypeMismatchError':
			return 'there is a file where a folder should be, or a folder where a file should be';
		default:
			return cause instanceof Error ? cause.message : 'the disk does not say why';
	}
}
