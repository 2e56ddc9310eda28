import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { injectManifest } from 'workbox-build';
import { compressFile, compressFolder } from './compress.mjs';
import { linksFor } from './page-links.mjs';

const FOLDER = 'build';
const WORKER = `${FOLDER}/service-worker.js`;

/** A chunk this big is a model runtime. It is fetched when a person chooses such a model, never behind their back. */
const LARGEST = 3_000_000;

/**
 * Readers of bigger kinds of files (PDF, Word) are chunks of the file worker of this many bytes or more. They are no part
 * of the installation, since a first visit should not pay for them: they are fetched when the app has nothing to do, or
 * when a file of that kind is read, and kept from then on.
 */
const READER = 250_000;

/** The page that is opened by its own address more than any other. */
const NOTEBOOK = 'src/routes/runs/[id]/+page.svelte';
const MARKDOWN = 'src/lib/ui/markdown.ts';

/** Character tables and fonts of the PDF reader, and the text recogniser with its language: fetched when one is needed. */
const RARE = ['_app/immutable/**/{tesseract,*.traineddata}*', '_app/immutable/**/*.{bcmap,pfb,ttf}'];

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
			/** @type {string[]} */
			const readers = [];
			// Before the list is made: it writes a file.
			const shell = readFileSync(`${FOLDER}/200.html`, 'utf8');
			const notebook = await linksFor(NOTEBOOK, [MARKDOWN], shell, FOLDER);
			const { count, size, warnings } = await injectManifest({
				swSrc: WORKER,
				swDest: WORKER,
				globDirectory: FOLDER,
				globPatterns: ['200.html', 'manifest.webmanifest', '_app/immutable/**/*', 'icons/*', 'samples/**/*'],
				globIgnores: ['**/*.br', '**/*.gz', '**/*.map', ...RARE],
				modifyURLPrefix: { '': '/' },
				dontCacheBustURLsMatching: /\/_app\/immutable\//,
				maximumFileSizeToCacheInBytes: LARGEST,
				manifestTransforms: [
					(entries) => {
						const isReader = ({ url, size }) => url.includes('/workers/chunks/') && size >= READER;
						readers.push(...entries.filter(isReader).map(({ url }) => url));
						return { manifest: entries.filter((entry) => !isReader(entry)) };
					}
				]
			});
			tellWorker('__GALLEY_READERS', readers);
			tellWorker('__GALLEY_NOTEBOOK', notebook);
			for (const warning of warnings) builder.log.minor(warning);
			await recompress();
			builder.log.success(`Precache: ${count} files, ${Math.round(size / 1000)} kB`);
		}
	};
}

/**
 * The service worker is told what only the build knows.
 * @param {string} name
 * @param {unknown} value
 */
function tellWorker(name, value) {
	const script = readFileSync(WORKER, 'utf8');
	const asked = `self.${name}`;
	if (!script.includes(asked)) throw new Error(`${WORKER} does not ask for ${name}`);
	writeFileSync(
		WORKER,
		script.replace(asked, () => JSON.stringify(value))
	);
}

/** The compressed copies were made before the list was written in; a stale one would be served as the worker. */
async function recompress() {
	for (const ending of /** @type {const} */ (['br', 'gz'])) {
		if (existsSync(`${WORKER}.${ending}`)) await compressFile(WORKER, ending);
	}
}
