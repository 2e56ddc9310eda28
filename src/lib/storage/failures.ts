import { failure, type Failure } from '$lib/core';
import { Dexie } from 'dexie';

/** Names and texts of everything an error carries inside: Dexie wraps what the browser said. */
function layers(error: unknown): { name: string; message: string }[] {
	const found: { name: string; message: string }[] = [];
	let current: unknown = error;
	for (let depth = 0; depth < 6 && current !== null && typeof current === 'object'; depth++) {
		const { name, message, inner, cause, failures } = current as Record<string, unknown>;
		found.push({
			name: typeof name === 'string' ? name : '',
			message: typeof message === 'string' ? message : ''
		});
		current = inner ?? cause ?? (Array.isArray(failures) ? (failures as unknown[])[0] : undefined);
	}
	return found;
}

/**
 * What a storage error means. A full disk comes in disguise: as an `AbortError` whose inner error is a
 * `QuotaExceededError`, or as an `UnknownError` from the disk itself; the second can't be told from other faults.
 */
export function storageFailure(error: unknown, doing: string): Failure {
	const found = layers(error);
	const name = found[found.length - 1]?.name ?? 'unknown';
	const details = { names: found.map((one) => one.name), doing };
	const full = found.some(
		(one) => one.name === 'QuotaExceededError' || /quota|no space|disk (is )?full/i.test(one.message)
	);
	return full
		? failure(
				'storage.full',
				`There was no room on this device while ${doing}. Nothing of it was saved, and everything saved before is kept; free some space and try again.`,
				{ details }
			)
		: failure(
				'storage.failed',
				`The browser could not finish ${doing} (${name}). Everything saved before is kept; try again, and reload Galley if it goes on.`,
				{ retryable: true, details }
			);
}

/** True for an error of the database or the file system: the work that met it may go on once they answer again. */
export function isStorageError(error: unknown): boolean {
	return error instanceof Dexie.DexieError || error instanceof DOMException;
}

export function streamMoved(stream: string): Failure {
	return failure(
		'stream.moved',
		'Something else was saved here first. Nothing was overwritten; look at the newest state and try again.',
		{ retryable: true, details: { stream } }
	);
}

export function leaseLost(): Failure {
	return failure(
		'lease.lost',
		'Another tab has taken over carrying out runs. Nothing was saved from this one, and the other goes on.'
	);
}

export function formatNewer(found: number): Failure {
	return failure(
		'format.newer',
		'A newer Galley has upgraded the data on this device. Nothing was changed; reload this tab to go on.',
		{ details: { found } }
	);
}

export function upgradeBlocked(): Failure {
	return failure(
		'storage.blocked',
		'Another tab holds Galley’s data in an older form and does not let go. Close the other Galley tabs; this one goes on by itself then. Nothing was changed.',
		{ retryable: true }
	);
}

export function journalLate(reason: Failure): Failure {
	return failure(
		'storage.journal',
		`The change is in the database, and its second copy could not be written. It is not counted as saved yet; free some space and try again, or reload Galley.`,
		{ retryable: true, details: { reason: reason.code, ...reason.details } }
	);
}

export function storeClosed(): Failure {
	return failure(
		'storage.failed',
		'Galley’s storage is closed in this tab. Nothing was saved; reload to go on.',
		{ details: { closed: true } }
	);
}

export function storageCleared(): Failure {
	return failure(
		'storage.cleared',
		'The browser has cleared everything that Galley kept on this device, the second copy too. Nothing is saved in this tab any more; reload to begin anew, and import a backup if you have one.'
	);
}

export function wipedElsewhere(): Failure {
	return failure(
		'storage.failed',
		'Everything of Galley was deleted from another tab. Nothing was saved here; reload to go on.',
		{ details: { wiped: true } }
	);
}

export function stillHeld(): Failure {
	return failure(
		'storage.failed',
		'Another tab holds on to a part of Galley’s data. The rest was deleted; close the other tabs and try again.',
		{ retryable: true }
	);
}

export function valueMissing(hash: string): Failure {
	return failure(
		'value.missing',
		'The stored content is not on this device any more. The record of it is kept; add the file again or run the step again.',
		{ details: { hash } }
	);
}

export function valueDamaged(hash: string): Failure {
	return failure(
		'value.damaged',
		'The stored content has changed on disk and can’t be trusted, so it is not shown. The record of it is kept; add the file again or run the step again.',
		{ details: { hash } }
	);
}
