/**
 * What a person typed at a gate and has not decided about, by run and draft. It lies outside the run on purpose: it is
 * nobody's fact yet. A crash, a closed tab and “Later” lose nothing; a decision forgets it.
 */
const PREFIX = 'galley:edit:';
const DISMISSED = 'galley:dismissed:';

function read(key: string): string | null {
	try {
		return localStorage.getItem(key);
	} catch {
		return null;
	}
}

function write(key: string, text: string | null): void {
	try {
		if (text === null) localStorage.removeItem(key);
		else localStorage.setItem(key, text);
	} catch {
		// Full or forbidden: the text is still in the field, and a decision stores it for good.
	}
}

export function keptEdit(runId: string, draftHash: string): string | null {
	return read(`${PREFIX}${runId}:${draftHash}`);
}

export function keepEdit(runId: string, draftHash: string, text: string | null): void {
	write(`${PREFIX}${runId}:${draftHash}`, text);
}

/** Keys of proposals that the person did not want this time. */
export function dismissedIn(runId: string): string[] {
	const text = read(`${DISMISSED}${runId}`);
	try {
		const list: unknown = JSON.parse(text ?? '[]');
		return Array.isArray(list) ? list.filter((one) => typeof one === 'string') : [];
	} catch {
		return [];
	}
}

export function dismissIn(runId: string, key: string): void {
	write(`${DISMISSED}${runId}`, JSON.stringify([...dismissedIn(runId), key]));
}
