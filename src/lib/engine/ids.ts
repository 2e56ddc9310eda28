import type { Clock, Random } from '$lib/core';
import { v4, v7 } from 'uuid';

export const systemClock: Clock = { now: () => Date.now() };

/** Ids sort by when they were made (UUID version 7); markers are 122 random bits (UUID version 4). */
export const systemRandom: Random = {
	id: () => v7(),
	marker: () => v4().replaceAll('-', '')
};
