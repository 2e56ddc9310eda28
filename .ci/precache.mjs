import { existsSync } from 'node:fs';
import { injectManifest } from 'workbox-build';
import { compressFile, compressFolder } from './compress.mjs';

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
			const compress = (/** @type {string} */ folder) => compressFolder(folder, LARGEST);
			await adapter.adapt(Object.create(builder, { compress: { value: compress } }));
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
	for (const ending of /** @type {const} */ (['br', 'gz'])) {
		if (existsSync(`${WORKER}.${ending}`)) await compressFile(WORKER, ending);
	}
}
