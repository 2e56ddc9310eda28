import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vitest/config';
import { playwright } from '@vitest/browser-playwright';
import { groups, openEntries } from './.ci/chunks.mjs';
import { chromiumArgs, findChromium } from './.ci/chromium.mjs';
import { llamaRuntime } from './.ci/llama-runtime.mjs';

export default defineConfig({
	plugins: [sveltekit(), openEntries],
	worker: { format: 'es', plugins: () => [llamaRuntime()] },
	// The other build of Dexie is for browsers of ten years ago.
	resolve: { alias: [{ find: /^dexie$/, replacement: 'dexie/dist/modern/dexie.mjs' }] },
	build: {
		target: 'es2023',
		rolldownOptions: { output: { codeSplitting: { groups } } }
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
