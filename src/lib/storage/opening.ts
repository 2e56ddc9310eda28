import type { Failure } from '$lib/core';
import type { GalleyDatabase } from './dexie-database';
import { upgradeBlocked } from './failures';

/** Pause between two looks whether an upgrade is held up, ms. */
const LOOK_MS = 500;
/** Looks after which an upgrade of which the browser says nothing counts as held up; one that is going on may take its time. */
const PATIENT_LOOKS = 6;

const BROKEN_OFF = ['AbortError', 'DatabaseClosedError', 'InvalidStateError'];

/**
 * Opens. A tab that keeps an older version open holds up the upgrade for as long as it likes, so somebody has to be told:
 * then this gives why, and the opening goes on behind. Asked again, this waits for the same one.
 */
export async function openUnlessBlocked(db: GalleyDatabase): Promise<Failure | null> {
	let isBlocked = false;
	// The browser says it once.
	const hear = () => void (isBlocked = true);
	db.on('blocked', hear);
	try {
		const opening = db.open().then(() => true);
		const pause = () => new Promise<false>((done) => setTimeout(() => done(false), LOOK_MS));
		for (let looks = 1; !(await Promise.race([opening, pause()])); looks++) {
			if (isBlocked || (looks >= PATIENT_LOOKS && (await isOlder(db)))) return upgradeBlocked();
		}
		return null;
	} finally {
		db.on.blocked.unsubscribe(hear);
	}
}

/**
 * Whether the browser broke the opening off. That is what it does when it finds the database damaged at the first read: it
 * throws it away, and the next opening gets an empty one.
 */
export function isBrokenOff({ code, details }: Failure): boolean {
	const names = Array.isArray(details?.['names']) ? details['names'] : [];
	return code === 'storage.failed' && names.some((name) => BROKEN_OFF.includes(String(name)));
}

/** Whether the database still has an older form. Of several openings that wait, the browser tells only the first. */
async function isOlder(db: GalleyDatabase): Promise<boolean> {
	const known = (await indexedDB.databases()).find(({ name }) => name === db.name);
	// Dexie's versions are ten times ours.
	return known?.version !== undefined && known.version > 0 && known.version < db.verno * 10;
}
