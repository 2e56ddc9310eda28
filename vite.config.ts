import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vitest/config';
import { playwright } from '@vitest/browser-playwright';
import { chromiumArgs, findChromium } from './.ci/chromium.mjs';

export default defineConfig({
	plugins: [sveltekit()],
	worker: { format: 'es' },
	build: { target: 'es2023' },
	test: {
		projects: [
			{
				extends: true,
				test: {
					name: 'unit',
					environment: 'node',
					// A property test is slow on a slow machine, and no less right.
					testTimeout: 60_000,
					include: ['src/**/*.test.ts'],
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
