import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bin, runNode, seconds } from './tools.mjs';

/** Lies in the build itself: whoever deletes or replaces the build loses the claim that it is fresh. Never served. */
const STAMP = 'build/.sources';

/** Whatever the bytes of a build depend on. Tests are left out, or every test edited would cost a build. */
const SOURCES = [
	'src',
	'static',
	'.ci/chunks.mjs',
	'.ci/compress.mjs',
	'.ci/hosting.mjs',
	'.ci/join-styles.mjs',
	'.ci/llama-runtime.mjs',
	'.ci/page-links.mjs',
	'.ci/precache.mjs',
	'package.json',
	'package-lock.json',
	'svelte.config.js',
	'tsconfig.json',
	'vite.config.ts'
];

/**
 * Builds the app unless the build at hand was made from the very same sources.
 * @returns {Promise<{ ok: boolean, fresh: boolean, output: string, ms: number }>} `fresh`: nothing was to be done
 */
export async function ensureBuilt() {
	const wanted = fingerprint();
	if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) {
		return { ok: true, fresh: true, output: '', ms: 0 };
	}
	const result = await runNode([bin('vite'), 'build', '--logLevel', 'warn'], { quiet: true });
	if (result.ok) writeFileSync(STAMP, wanted);
	return { ...result, fresh: false };
}

/** For commands that cannot go on without a build: builds, says so, and ends the process with the reason if it fails. */
export async function buildOrExit() {
	const { ok, fresh, output, ms } = await ensureBuilt();
	if (!ok) {
		process.stderr.write(`${output}\nThe build failed.\n`);
		process.exit(1);
	}
	if (!fresh) process.stderr.write(`Built in ${seconds(ms)}.\n`);
}

function fingerprint() {
	const hash = createHash('sha256').update(process.env.GALLEY_VERSION ?? '');
	for (const file of SOURCES.flatMap(list)) hash.update(`\0${file}\0`).update(readFileSync(file));
	return hash.digest('hex');
}

/** @param {string} path @returns {string[]} */
function list(path) {
	if (!statSync(path).isDirectory()) return /\.test\.ts$/.test(path) ? [] : [path];
	return readdirSync(path)
		.sort()
		.flatMap((name) => list(join(path, name)));
}
