import { Dexie, type PromiseExtended } from 'dexie';

/** How long a failed opening is answered with its failure before the next question opens anew, ms. */
const OPEN_AGAIN_MS = 1_000;

/**
 * A database that comes back by itself. Dexie opens one anew that the browser closed; where that fails once, as on a full
 * disk, it would answer every later question with the same failure until the page is loaded again.
 */
export class ReopeningDexie extends Dexie {
	override open(): PromiseExtended<Dexie> {
		return super.open().catch((cause: unknown) => {
			setTimeout(() => {
				if (this.hasFailed() && !this.hasBeenClosed()) this.close({ disableAutoOpen: false });
			}, OPEN_AGAIN_MS);
			throw cause;
		});
	}
}
