import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vitest/config';
import { playwright } from '@vitest/browser-playwright';
import { chromiumArgs, findChromium } from './.ci/chromium.mjs';
import { llamaRuntime } from './.ci/llama-runtime.mjs';

/**
 * What every page loads, in one file: it compresses a tenth better than in pieces, and starts sooner. The rest is shared
 * by pages as they need it, however small: a piece that goes with its neighbours has pages load what they do not need.
 */
const SHELL =
	/[\\/](node_modules[\\/](svelte(?![\\/]src[\\/]reactivity[\\/](map|set)\.)|esm-env|clsx|@sveltejs[\\/]kit|dexie|@lucide)[\\/]|src[\\/]lib[\\/]ui[\\/]((Banner|Button|Code|EmptyState|Kbd|Later|StateIcon|Toasts)\.svelte|(format|now|state|toasts)\b))|vite[\\/]preload-helper/;

export default defineConfig({
	plugins: [sveltekit()],
	worker: { format: 'es', plugins: () => [llamaRuntime()] },
	// The other build of Dexie is for browsers of ten years ago.
	resolve: { alias: [{ find: /^dexie$/, replacement: 'dexie/dist/modern/dexie.mjs' }] },
	build: {
		target: 'es2023',
		rolldownOptions: {
			output: {
				codeSplitting: {
					groups: [
						{ name: 'shell', test: SHELL, priority: 1, minShareCount: 6 },
						{ name: 'shared', entriesAware: true, minShareCount: 2 }
					]
				}
			}
		}
	},
	test: {
		projects: [
			{
				extends: true,
				test: {
					name: 'unit',
					environment: 'node',
					// A property test is slow on a slow machine, and no less right.
					testTimeout: 60_000,
					include: ['src/**/*.test.ts', 'tests/bench/**/*.test.ts'],
					exclude: ['src/**/*.browser.test.ts']
				}
			},
			{
				// Not a test: writes the golden log of a release (`npm run record`).
				extends: true,
				test: { name: 'record', environment: 'node', include: ['tests/golden/*.record.ts'] }
			},
			{
				extends: true,
				test: {
					name: 'browser',
					include: ['src/**/*.browser.test.ts'],
					browser: {
						enabled: true,
						headless: true,
						screenshotFailures: false,
						provider: playwright({
							launchOptions: { executablePath: findChromium() ?? undefined, args: chromiumArgs() }
						}),
						instances: [{ browser: 'chromium' }]
					}
				}
			}
		]
	}
});
