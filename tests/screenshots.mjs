// Pictures of the real app. `npm run screenshots` makes the two that the README and the manifest show;
// `npm run screenshots -- --all` makes every screen, 1440, 768 and 390 pixels wide, light and dark, in tests/out/screens;
// `-- --states` the twelve states of screens/states.mjs, `-- --states gate-void` one of them, 1440 and 390 pixels wide.
import { mkdirSync } from 'node:fs';
import { chromium } from 'playwright';
import { buildOrExit } from '../.ci/build.mjs';
import { chromiumArgs, findChromium } from '../.ci/chromium.mjs';
import { serve } from '../.ci/serve.mjs';
import { STATES } from './screens/states.mjs';

const WIDTHS = [1440, 768, 390];
const PUBLISHED = 'static/screenshots';
const LOOKED_AT = 'tests/out/screens';

await buildOrExit();
const app = await serve({ dir: 'build' });
const browser = await chromium.launch({ executablePath: findChromium() ?? undefined, args: chromiumArgs() });
const all = process.argv.includes('--all');
const named = process.argv.includes('--states') ? process.argv.filter((word) => word in STATES) : null;

/** A fresh device with the finished example on it: two approved weeks, the third waiting. */
async function device(width, colorScheme) {
	const context = await browser.newContext({
		viewport: { width, height: width < 500 ? 844 : 900 },
		colorScheme,
		reducedMotion: 'reduce',
		deviceScaleFactor: 1
	});
	const page = await context.newPage();
	await page.goto(app.url);
	if (all) await shoot(page, 'home-first', width, colorScheme);
	await page.getByRole('button', { name: /See a finished example/ }).click();
	await page.waitForURL(/\/runs\//, { timeout: 180_000, waitUntil: 'commit' });
	await page.getByRole('group', { name: 'Decision' }).waitFor({ timeout: 180_000 });
	return { context, page };
}

async function shoot(page, name, width, colorScheme) {
	// Nothing is to look chosen only because a pointer was left on it.
	await page.mouse.move(0, 0);
	await page.waitForTimeout(600);
	await page.screenshot({ path: `${LOOKED_AT}/${name}-${width}-${colorScheme}.png`, animations: 'disabled' });
}

const visit = async (page, path) => {
	await page.goto(`${app.url}${path}`);
	await page.waitForLoadState('load');
};

/** Every screen and the states that a picture can show; each leaves the page where it was found. */
const SCREENS = {
	'run-gate': async (page, run) => {
		await visit(page, run);
		await page.getByRole('group', { name: 'Decision' }).waitFor();
		await page.locator('[data-cell=review]').evaluate((cell) => cell.scrollIntoView());
	},
	'run-top': async (page, run) => visit(page, run),
	home: (page) => visit(page, '/'),
	workflows: (page) => visit(page, '/workflows'),
	workflow: (page) => visit(page, '/workflows/weekly-report-example'),
	'workflow-edit': (page) => visit(page, '/workflows/weekly-report-example?tab=edit'),
	'workflow-yaml': (page) => visit(page, '/workflows/weekly-report-example?tab=yaml'),
	start: (page) => visit(page, '/workflows/weekly-report-example/start'),
	runs: (page) => visit(page, '/runs'),
	waiting: (page) => visit(page, '/runs?status=waiting'),
	library: (page) => visit(page, '/library'),
	corrections: (page) => visit(page, '/corrections'),
	models: (page) => visit(page, '/models'),
	ledger: (page) => visit(page, '/ledger'),
	settings: (page) => visit(page, '/settings'),
	missing: (page) => visit(page, '/nowhere')
};

if (named) {
	mkdirSync(LOOKED_AT, { recursive: true });
	for (const name of named.length > 0 ? named : Object.keys(STATES)) {
		for (const width of [1440, 390]) {
			// Whatever it takes to come there is done once; a scheme is only a look.
			const { context, page } = await device(width, 'light');
			await STATES[name](page, app, new URL(page.url()).pathname);
			for (const colorScheme of ['light', 'dark']) {
				await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
				await shoot(page, name, width, colorScheme);
			}
			await context.close();
		}
	}
	console.log(`The states are in ${LOOKED_AT}.`);
} else if (all) {
	mkdirSync(LOOKED_AT, { recursive: true });
	for (const width of WIDTHS) {
		for (const colorScheme of ['light', 'dark']) {
			const { context, page } = await device(width, colorScheme);
			const run = new URL(page.url()).pathname;
			for (const [name, go] of Object.entries(SCREENS)) {
				await go(page, run);
				await shoot(page, name, width, colorScheme);
			}
			await context.close();
		}
	}
	console.log(`Every screen is in ${LOOKED_AT}.`);
} else {
	mkdirSync(PUBLISHED, { recursive: true });
	for (const [name, width] of [
		['wide', 1440],
		['narrow', 390]
	]) {
		const { context, page } = await device(width, 'light');
		await SCREENS['run-gate'](page, new URL(page.url()).pathname);
		await page.waitForTimeout(600);
		await page.screenshot({ path: `${PUBLISHED}/notebook-${name}.png`, animations: 'disabled' });
		await context.close();
	}
	console.log(`The pictures of the README are in ${PUBLISHED}.`);
}
await browser.close();
await app.close();
