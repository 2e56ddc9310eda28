import { alien } from './alien.mjs';
import { clock } from './clock.mjs';
import { evicted } from './evicted.mjs';
import { full } from './full.mjs';
import { power } from './power.mjs';
import { putAway } from './put-away.mjs';
import { stream } from './stream.mjs';
import { update } from './update.mjs';
import { blocked, stale } from './upgrade.mjs';

/** Rows of the durability table that are driven one by one, by their names there. @type {Record<string, import('./common.mjs').Row>} */
export const ROWS = {
	...{ D4: power, D6: full, D8: evicted, D9: alien, D10: blocked, D11: stale },
	...{ D12: update, D15: stream, D17: clock, D19: putAway }
};
