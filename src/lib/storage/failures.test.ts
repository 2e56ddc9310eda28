import { expect, it } from 'vitest';
import { storageFailure } from './failures';

it('knows a full disk in every disguise', () => {
	const quota = new DOMException('', 'QuotaExceededError');
	const disguises = [
		quota,
		// As Dexie reports an aborted transaction.
		Object.assign(new Error('aborted'), { name: 'AbortError', inner: quota }),
		Object.assign(new Error('bulk'), { name: 'BulkError', failures: [quota] }),
		Object.assign(new Error('x'), { name: 'AbortError', inner: new Error('No space left on device') })
	];
	for (const error of disguises) {
		expect(storageFailure(error, 'saving')).toMatchObject({ code: 'storage.full', retryable: false });
	}
});

it('calls everything else failed, and names it', () => {
	const unknown = Object.assign(new Error('aborted'), {
		name: 'AbortError',
		inner: new DOMException('Internal error.', 'UnknownError')
	});
	const failure = storageFailure(unknown, 'saving');
	expect(failure).toMatchObject({ code: 'storage.failed', retryable: true });
	expect(failure.message).toContain('UnknownError');
	expect(storageFailure(null, 'saving').code).toBe('storage.failed');
	expect(storageFailure('text', 'saving').code).toBe('storage.failed');
});
