import { GalleyDatabase, OpfsBlobs } from '$lib/storage';
import { Dexie } from 'dexie';
import type { ReadText } from './content';
import { KeptIndex } from './kept';
import type { ExcerptPart } from './excerpt';
import { Searcher, type Found, type Hit } from './searcher';
import type { Findable } from './text-index';

/** What a page may ask of its search worker. */
export interface SearchApi {
	/** Says who reads files that are no plain text. The index then follows the device by itself. */
	open(readText: ReadText): Promise<void>;
	find(query: string, options?: { kinds?: Findable['kind'][]; limit?: number }): Promise<Found>;
	/** A line or two of a hit around the words. */
	excerpt(hit: Pick<Hit, 'kind' | 'ref' | 'terms'>): Promise<ExcerptPart[]>;
	ping(): Promise<true>;
}

/** Changes come in bursts; so long after one, ms, the index looks at what there is. */
const CALM_MS = 400;
const WATCHED = /^idb:\/\/[^/]+\/(entries|runs|notes)\//;

/** The search of a worker over a device's own storage. It writes nothing but its own index. */
export function searchDesk(name = 'galley'): SearchApi {
	let readText: ReadText = () => Promise.resolve(null);
	const searcher = new Searcher({
		database: new GalleyDatabase(name),
		blobs: new OpfsBlobs(`${name}-blobs`),
		kept: new KeptIndex(`${name}-search`),
		readText: (file) => readText(file)
	});
	let calm: ReturnType<typeof setTimeout> | undefined;
	const later = () => {
		clearTimeout(calm);
		calm = setTimeout(() => void searcher.sync().catch(() => undefined), CALM_MS);
	};
	return {
		async open(reader) {
			readText = reader;
			Dexie.on('storagemutated', (parts) => {
				if (Object.keys(parts).some((part) => WATCHED.test(part))) later();
			});
			await searcher.sync();
		},
		find: (query, options) => searcher.find(query, options),
		excerpt: (hit) => searcher.excerpt(hit),
		ping: () => Promise.resolve(true)
	};
}
