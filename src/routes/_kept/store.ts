/**
 * Small things that this device remembers beside the logs, because they are nobody's fact yet: what was typed and not
 * decided, what was put away. They go when everything is deleted.
 */
const PREFIX = 'galley:kept:';

/** What was kept under a key; null when there is nothing, or nothing that can be read. */
export function readKept(key: string): unknown {
	try {
		return JSON.parse(localStorage.getItem(PREFIX + key) ?? 'null');
	} catch {
		return null;
	}
}

/** Keeps a value; null forgets it. */
export function writeKept(key: string, value: unknown): void {
	try {
		if (value === null) localStorage.removeItem(PREFIX + key);
		else localStorage.setItem(PREFIX + key, JSON.stringify(value));
	} catch {
		// Full or forbidden: it is still in the field, and a decision stores it for good.
	}
}

/** Every key that begins so. */
export function keptUnder(start: string): string[] {
	try {
		return Object.keys(localStorage)
			.filter((key) => key.startsWith(PREFIX + start))
			.map((key) => key.slice(PREFIX.length));
	} catch {
		return [];
	}
}

/** Forgets all of it. */
export function forgetKept(): void {
	for (const key of keptUnder('')) writeKept(key, null);
}

/** Everything that is kept, as it lies there, for a backup. */
export function keptForBackup(): Record<string, string> {
	return Object.fromEntries(keptUnder('').map((key) => [key, localStorage.getItem(PREFIX + key) ?? '']));
}

/** Puts back what came out of a backup; what was kept here is forgotten. */
export function bringKept(kept: Record<string, string>): void {
	forgetKept();
	for (const [key, text] of Object.entries(kept)) {
		try {
			localStorage.setItem(PREFIX + key, text);
		} catch {
			// Full or forbidden; the logs are whole without it.
		}
	}
}
