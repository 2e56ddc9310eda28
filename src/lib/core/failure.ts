/**
 * What went wrong, as data. It crosses workers, is stored in the log and is read by a person.
 *
 * `code` is stable and dotted (`csv.empty`, `provider.rate-limited`); `message` is one or two plain
 * sentences that say what happened, what was kept and what to do next.
 */
export interface Failure {
	code: string;
	message: string;
	/** True when trying the same thing again later can help without anybody changing anything. */
	retryable: boolean;
	/** Facts for the curious, JSON only; never a secret. */
	details?: Record<string, unknown>;
}

/** Makes a {@link Failure}; not retryable unless said so. */
export function failure(
	code: string,
	message: string,
	more: { retryable?: boolean; details?: Record<string, unknown> } = {}
): Failure {
	const made: Failure = { code, message, retryable: more.retryable ?? false };
	if (more.details) made.details = more.details;
	return made;
}

/** A bug or a dead worker, told as a failure so that nobody waits for ever. */
export function unexpected(cause: unknown, doing: string): Failure {
	const said = cause instanceof Error ? cause.message : String(cause);
	return failure(
		'unexpected',
		`Something unexpected happened while ${doing}: ${said}. Nothing that was saved is lost; try again.`,
		{ retryable: true, details: { name: cause instanceof Error ? cause.name : 'unknown' } }
	);
}
