import { readKept, writeKept } from './store';

/** Keys of proposals of a run that the person did not want this time. */
export function dismissedIn(runId: string): string[] {
	const list = readKept(`dismissed:${runId}`);
	return Array.isArray(list) ? list.filter((one) => typeof one === 'string') : [];
}

export function dismissIn(runId: string, key: string): void {
	writeKept(`dismissed:${runId}`, [...dismissedIn(runId), key]);
}

export function undismissIn(runId: string, key: string): void {
	const left = dismissedIn(runId).filter((one) => one !== key);
	writeKept(`dismissed:${runId}`, left.length > 0 ? left : null);
}
