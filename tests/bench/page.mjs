import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { llamaRuntime } from '../../.ci/llama-runtime.mjs';
import { serve } from '../../.ci/serve.mjs';

/** Below node_modules, so that no tool takes it for our sources. */
const OUT = resolve('node_modules/.cache/galley/bench-page');
const ROOT = fileURLToPath(new URL('page/', import.meta.url));
const WORKERS = '_app/immutable/workers';

/** One more file in the folder of step kinds, as far as the registry's glob is concerned. */
const withNoop = () => ({
	name: 'bench-noop',
	enforce: /** @type {const} */ ('pre'),
	transform: (/** @type {string} */ code, /** @type {string} */ id) =>
		id.endsWith('/src/lib/steps/registry.ts')
			? code.replace("'./kinds/*.ts'", "['./kinds/*.ts', '/noop.ts']")
			: undefined
});

/** The page obeys the very policy of the built app. @param {string} html */
function withPolicy(html) {
	const meta = /<meta http-equiv="content-security-policy"[^>]*>/i.exec(
		readFileSync('build/200.html', 'utf8')
	);
	if (!meta) throw new Error('the built app carries no content security policy');
	return html.replace('<meta charset="utf-8" />', `<meta charset="utf-8" />${meta[0]}`);
}

/** @type {Promise<void> | null} */
let built = null;

/**
 * A page of the bench's own, on Galley's modules: built like the app (minified, workers apart) from the same sources, with
 * one step kind more. Served like the app, on a port, so on an origin, of its own.
 */
export async function servePage() {
	built ??= buildPage();
	await built;
	return serve({ dir: OUT });
}

async function buildPage() {
	rmSync(OUT, { recursive: true, force: true });
	const alias = { $lib: resolve('src/lib'), $workers: resolve('src/workers') };
	await build({
		configFile: false,
		root: ROOT,
		logLevel: 'warn',
		resolve: { alias },
		plugins: [withNoop(), { name: 'bench-policy', transformIndexHtml: withPolicy }],
		worker: {
			format: 'es',
			plugins: () => [withNoop(), llamaRuntime()],
			rolldownOptions: {
				output: {
					entryFileNames: `${WORKERS}/[name]-[hash].js`,
					chunkFileNames: `${WORKERS}/chunks/[name]-[hash].js`
				}
			}
		},
		build: {
			outDir: OUT,
			emptyOutDir: true,
			target: 'es2023',
			assetsDir: '_app/immutable/assets',
			chunkSizeWarningLimit: 10_000,
			rolldownOptions: { input: join(ROOT, '200.html') }
		}
	});
	if (!existsSync(join(OUT, '200.html'))) throw new Error('the bench page did not build');
	// The app's service worker without a list of files: what it does to a request is the same.
	await build({
		configFile: false,
		root: ROOT,
		logLevel: 'warn',
		resolve: { alias },
		define: { 'self.__WB_MANIFEST': '[]', 'self.__GALLEY_NOTEBOOK': '{}' },
		build: {
			outDir: OUT,
			emptyOutDir: false,
			target: 'es2023',
			rolldownOptions: {
				input: resolve('src/service-worker.ts'),
				output: { entryFileNames: 'service-worker.js' }
			}
		}
	});
}
