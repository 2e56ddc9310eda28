import { createReadStream, createWriteStream, existsSync, rmSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { constants, createBrotliCompress, createGzip } from 'node:zlib';
import { injectManifest } from 'workbox-build';

const FOLDER = 'build';
const WORKER = `${FOLDER}/service-worker.js`;

/** A chunk this big is a model runtime. It is fetched when a person chooses such a model, never behind their back. */
const LARGEST = 3_000_000;

/**
 * Wraps adapter-static: once the build is finished, the list of its files is written into the service worker. The list
 * that SvelteKit offers (`$service-worker`) leaves out the chunks of web workers, and an app precached from it opens
 * offline but cannot start a worker.
 * @param {import('@sveltejs/kit').Adapter} adapter
 * @returns {import('@sveltejs/kit').Adapter}
 */
export function withPrecache(adapter) {
	return {
		...adapter,
		async adapt(builder) {
			await adapter.adapt(builder);
			if (!existsSync(WORKER)) return;
			const { count, size, warnings } = await injectManifest({
				swSrc: WORKER,
				swDest: WORKER,
				globDirectory: FOLDER,
				globPatterns: ['200.html', 'manifest.webmanifest', '_app/immutable/**/*', 'icons/*', 'samples/**/*'],
				globIgnores: ['**/*.br', '**/*.gz', '**/*.map'],
				modifyURLPrefix: { '': '/' },
				dontCacheBustURLsMatching: /\/_app\/immutable\//,
				maximumFileSizeToCacheInBytes: LARGEST
			});
			for (const warning of warnings) builder.log.minor(warning);
			await recompress();
			builder.log.success(`Precache: ${count} files, ${Math.round(size / 1000)} kB`);
		}
	};
}

/** The compressed copies were made before the list was written in; a stale one would be served as the worker. */
async function recompress() {
	const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
	for (const [ending, compressor] of [
		['br', createBrotliCompress(brotli)],
		['gz', createGzip({ level: 9 })]
	]) {
		const copy = `${WORKER}.${ending}`;
		if (!existsSync(copy)) continue;
		rmSync(copy);
		await pipeline(createReadStream(WORKER), compressor, createWriteStream(copy));
	}
}
