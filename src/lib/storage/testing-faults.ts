/** Full disks, simulated in the realm that this is loaded in. */

const originals = new Map<object, unknown>();

/** From now on every put into a database fails as at the quota. */
export function fillDatabase(): void {
	replace(IDBObjectStore.prototype, 'put', () => {
		throw new DOMException('no room', 'QuotaExceededError');
	});
}

/** From now on writes to access handles answer with the nonsense that Chromium gives at the quota. */
export function fillJournal(): void {
	replace(FileSystemSyncAccessHandle.prototype, 'write', () => 4294967288);
}

/** There is room again. */
export function relieve(): void {
	for (const [owner, all] of originals) Object.assign(owner, all);
	originals.clear();
}

function replace(owner: object, method: string, by: () => unknown): void {
	const whole = owner as Record<string, unknown>;
	originals.set(owner, { [method]: whole[method] });
	whole[method] = by;
}
