import type { BackupState } from '$lib/app';
import { count } from '$lib/ui';

/** Characters of the shortest passphrase. */
const SHORTEST = 8;

/** True while a lock is wanted and its passphrase is too short for one. */
export function isTooShort(passphrase: string | null): boolean {
	return passphrase !== null && passphrase.length < SHORTEST;
}

/** A backup that misses something for so long, ms, is said with more weight. */
const LATE_MS = 3 * 86_400_000;

/** What the last backup does not have yet, in words; empty when it has everything. */
export function sayOpen({ runs, others }: BackupState): string {
	const parts = [
		runs > 0 && count(runs, 'run'),
		others > 0 && (runs > 0 ? 'other changes' : 'changes to workflows, notes or files')
	];
	return parts.filter(Boolean).join(' and ');
}

/** True when something has waited for a backup for days. */
export function isLate(state: BackupState, now: number): boolean {
	return state.last !== null && state.runs + state.others > 0 && now - state.last.at > LATE_MS;
}
