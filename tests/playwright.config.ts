import { defineConfig } from '@playwright/test';
import { chromiumArgs, findChromium } from '../.ci/chromium.mjs';

const executablePath = findChromium();

/**
 * Journeys run against the built app, each test on a server of its own (see journeys/fixtures.ts). No retries: a test
 * that passes at the second try has found something.
 */
export default defineConfig({
	testDir: 'journeys',
	outputDir: 'out/journeys',
	fullyParallel: true,
	workers: 2,
	retries: 0,
	timeout: 90_000,
	// What does not come at all is found as surely; a slow machine beside other work is no fault.
	expect: { timeout: 15_000 },
	forbidOnly: true,
	reporter: [['line'], ['json', { outputFile: 'out/journeys.json' }]],
	use: {
		browserName: 'chromium',
		// Wide enough for a gate's draft and its copy side by side; narrow screens are looked at where a test says so.
		viewport: { width: 1440, height: 900 },
		launchOptions: { ...(executablePath ? { executablePath } : {}), args: chromiumArgs() },
		screenshot: 'only-on-failure'
	}
});
