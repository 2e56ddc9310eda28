/**
 * `npm test`: every check and test there is. All groups run even when an early one fails, and the last line says
 * `N passed, N failed`. `npm test -- unit` runs one group; other words are handed to the groups that have files:
 * `npm test -- unit src/lib/core`.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { ensureBuilt } from './build.mjs';
import { checks } from './checks.mjs';
import { failuresOfPlaywright, failuresOfVitest, sayFailures } from './failures.mjs';
import { bin, runNode, seconds } from './tools.mjs';

const OUT = 'tests/out';

/** @typedef {{ passed: number, failed: number }} Count */
/** @type {Record<string, (files: string[]) => Promise<Count>>} */
const groups = {
	...Object.fromEntries(checks.map(({ name, run }) => [name, async () => asOneTest(await run())])),
	unit: (files) => vitest('unit', files),
	browser: (files) => vitest('browser', files),
	build: async () => asOneTest(await ensureBuilt()),
	journeys
};
const WITH_FILES = ['unit', 'browser', 'journeys'];

const words = process.argv.slice(2);
const named = words.filter((word) => word in groups);
const files = words.filter((word) => !(word in groups));
const chosen = named.length > 0 ? named : files.length > 0 ? WITH_FILES : Object.keys(groups);

mkdirSync(OUT, { recursive: true });
const total = { passed: 0, failed: 0 };
/** @type {string[]} */
const summary = [];
/** @type {import('./failures.mjs').Failure[]} */
const failures = [];
for (const name of chosen) {
	console.log(`\n== ${name}`);
	const started = Date.now();
	const { passed, failed } = await groups[name](WITH_FILES.includes(name) ? files : []).catch((error) => {
		console.log(`The group "${name}" crashed: ${error instanceof Error ? error.stack : String(error)}`);
		return { passed: 0, failed: 1 };
	});
	total.passed += passed;
	total.failed += failed;
	const line = `${failed === 0 ? 'ok    ' : 'FAILED'} ${name}: ${passed} passed, ${failed} failed (${seconds(Date.now() - started)})`;
	summary.push(line);
	console.log(line);
}
if (total.passed + total.failed === 0) {
	console.log(`Nothing matches ${words.join(' ')}.`);
	total.failed = 1;
}
if (failures.length > 0) console.log(`\n${sayFailures(failures)}`);
console.log(`\n${summary.join('\n')}\n\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 ? 1 : 0;

/** @param {{ ok: boolean, output: string }} result @returns {Count} */
function asOneTest({ ok, output }) {
	if (!ok) console.log(output.trim());
	return ok ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** @param {string} project @param {string[]} files @returns {Promise<Count>} */
async function vitest(project, files) {
	const report = `${OUT}/${project}.json`;
	rmSync(report, { force: true });
	const { ok } = await runNode([
		bin('vitest'),
		'run',
		`--project=${project}`,
		'--passWithNoTests',
		'--reporter=default',
		'--reporter=json',
		`--outputFile.json=${report}`,
		...files
	]);
	const found = readReport(report);
	const { numPassedTests, numFailedTests, testResults } = found;
	failures.push(...failuresOfVitest(found));
	// A file that cannot even be loaded has no failed test in it, but is no success either.
	const broken = testResults.filter(
		(/** @type {{ status: string, assertionResults: { status: string }[] }} */ file) =>
			file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed')
	).length;
	return counted(ok, numPassedTests, numFailedTests + broken);
}

/** Playwright Test against the built app. @param {string[]} files @returns {Promise<Count>} */
async function journeys(files) {
	const built = await ensureBuilt();
	if (!built.ok) {
		console.log('The journeys need a build, and the build failed.');
		return { passed: 0, failed: 1 };
	}
	const report = `${OUT}/journeys.json`;
	rmSync(report, { force: true });
	const { ok } = await runNode(
		[
			bin('playwright', '@playwright/test'),
			'test',
			'--config=tests/playwright.config.ts',
			'--pass-with-no-tests',
			...files
		],
		{ env: { PLAYWRIGHT_JSON_OUTPUT_FILE: report } }
	);
	const found = readReport(report);
	const { stats } = found;
	failures.push(...failuresOfPlaywright(found));
	return counted(ok, stats.expected, stats.unexpected + stats.flaky);
}

/** A tool that ends in failure without naming one has crashed, which counts. @returns {Count} */
function counted(/** @type {boolean} */ ok, /** @type {number} */ passed, /** @type {number} */ failed) {
	return { passed, failed: failed === 0 && !ok ? 1 : failed };
}

/** @param {string} file */
function readReport(file) {
	try {
		return JSON.parse(readFileSync(file, 'utf8'));
	} catch {
		throw new Error(`no report was written to ${file}; see the output above`);
	}
}
