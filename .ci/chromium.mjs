// One place that knows which Chromium the tests, the bench and the screenshots use.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/**
 * Path of a usable Chromium: CHROME_PATH, else the first one on PATH, else the one that Playwright downloaded, else null.
 * @returns {string | null}
 */
export function findChromium() {
	const chosen = process.env.CHROME_PATH;
	if (chosen && existsSync(chosen)) return chosen;
	for (const folder of (process.env.PATH ?? '').split(delimiter)) {
		for (const name of NAMES) {
			const file = join(folder, name);
			if (existsSync(file)) return file;
		}
	}
	return downloaded();
}

/** Asked last and loaded only then: Playwright is slow to load, and missing before the first install. */
function downloaded() {
	try {
		const file = createRequire(import.meta.url)('playwright-core').chromium.executablePath();
		return existsSync(file) ? file : null;
	} catch {
		return null;
	}
}

/** Command line for headless runs. The sandbox is left out only for root, where Chromium refuses to start with it. */
export function chromiumArgs() {
	const args = [
		'--disable-gpu',
		'--disable-quic',
		'--no-first-run',
		'--disable-background-networking',
		'--disable-component-update',
		'--disable-sync'
	];
	return process.getuid?.() === 0 ? ['--no-sandbox', ...args] : args;
}
