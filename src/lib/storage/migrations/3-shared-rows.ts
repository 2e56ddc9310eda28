import type { Migration } from './contract';

/** The row of the fence, which every commit looks at. */
interface Fence {
	key: string;
	format: number;
}

/**
 * Records and small values that are written together share rows. Rows of before stay as they are and are read as they
 * are; a tab that would not understand the new ones is fenced off.
 */
const migration: Migration = {
	version: 3,
	stores: { packs: '++, *hashes' },
	async upgrade(transaction) {
		const meta = transaction.table<Fence, string>('meta');
		const fence = await meta.get('fence');
		if (fence) await meta.put({ ...fence, format: Math.max(fence.format, 2) });
	}
};

export default migration;
