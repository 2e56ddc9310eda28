/**
 * Gets a fresh checkout ready, so that `npm start` and `npm test` are the only two commands to know. Runs before each of
 * them and says nothing when there is nothing to do. Uses only what node brings: nothing else is installed yet.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { findChromium } from './chromium.mjs';

const STAMP = 'node_modules/.cache/galley/setup.json';
const INSTALLED = 'node_modules/.package-lock.json';
const runtime = `${process.platform}-${process.arch}-node${process.versions.node.split('.')[0]}`;

installPackages();
generateTypes();
if (process.argv.includes('--browser')) installBrowser();

function installPackages() {
	const wanted = { runtime, files: digest('package.json', 'package-lock.json') };
	const found = readJson(STAMP);
	if (found?.runtime === wanted.runtime && found.files === wanted.files && existsSync(INSTALLED)) return;
	// Somebody who installed by hand has done the work already.
	if ((found && found.runtime !== wanted.runtime) || !matchesLock()) {
		console.log('Installing packages (npm ci); this takes about half a minute the first time.');
		npm('ci', '--loglevel=error');
	}
	mkdirSync(STAMP.slice(0, STAMP.lastIndexOf('/')), { recursive: true });
	writeFileSync(STAMP, JSON.stringify(wanted));
}

/** Does node_modules hold what the lock asks for? Optional packages are for other platforms and may be missing. */
function matchesLock() {
	const installed = readJson(INSTALLED)?.packages;
	if (!installed) return false;
	const locked = Object.entries(readJson('package-lock.json')?.packages ?? {});
	return locked.every(
		([path, entry]) =>
			path === '' || entry.optional || entry.devOptional || installed[path]?.version === entry.version
	);
}

/** svelte-check and eslint read types that SvelteKit generates; without them every import of a page is an error. */
function generateTypes() {
	if (existsSync('.svelte-kit/tsconfig.json')) return;
	run(
		process.execPath,
		['node_modules/@sveltejs/kit/svelte-kit.js', 'sync'],
		'Run "npx svelte-kit sync" to see why.'
	);
}

function installBrowser() {
	if (findChromium()) return;
	const isDebianRoot = process.getuid?.() === 0 && existsSync('/etc/debian_version');
	if (isDebianRoot) {
		console.log('Installing Chromium with apt-get; the browser tests need it.');
		spawnSync('apt-get', ['update', '-qq'], { stdio: 'inherit' });
		spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], {
			stdio: 'inherit'
		});
	}
	if (!findChromium()) {
		console.log('Downloading Chromium with Playwright; the browser tests need it.');
		spawnSync(process.execPath, ['node_modules/playwright/cli.js', 'install', 'chromium'], {
			stdio: 'inherit'
		});
	}
	if (!findChromium()) fail('No Chromium was found. Install Chromium or Chrome, or set CHROME_PATH to one.');
}

/** The npm that started this script, where there is one: another npm may write another layout. @param {...string} args */
function npm(...args) {
	const hint = 'Check the network and the registry that npm is set to, then try again.';
	const own = process.env.npm_execpath;
	if (own?.endsWith('.js')) run(process.execPath, [own, ...args], hint);
	else run('npm', args, hint);
}

/** @param {string} command @param {string[]} args @param {string} hint what a person can do about a failure */
function run(command, args, hint) {
	const { status } = spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' });
	if (status !== 0) fail(`"${[command, ...args].join(' ')}" failed. ${hint}`);
}

/** @param {...string} files */
function digest(...files) {
	const hash = createHash('sha256');
	for (const file of files) hash.update(readFileSync(file));
	return hash.digest('hex');
}

/** @param {string} file */
function readJson(file) {
	try {
		return JSON.parse(readFileSync(file, 'utf8'));
	} catch {
		return null;
	}
}

/** @param {string} message @returns {never} */
function fail(message) {
	console.error(message);
	process.exit(1);
}
