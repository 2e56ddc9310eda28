import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Longer than any group of checks takes on a slow machine; a hung tool must become a failure, not a silent night. */
const LIMIT_MS = 20 * 60 * 1000;

/**
 * The script of an installed tool. It is run by this very node: a shell wrapper would find another one, or none.
 * @param {string} name @param {string} [from] the package, where it is called differently
 */
export function bin(name, from = name) {
	const folder = join('node_modules', from);
	const { bin: entry } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
	return join(folder, typeof entry === 'string' ? entry : entry[name]);
}

/**
 * Runs a node script in the foreground.
 * @param {string[]} args
 * @param {object} [options]
 * @param {boolean} [options.quiet] keeps the output back and returns it
 * @param {Record<string, string>} [options.env]
 * @returns {Promise<{ ok: boolean, output: string, ms: number }>}
 */
export function runNode(args, { quiet = false, env = {} } = {}) {
	const started = Date.now();
	return new Promise((resolve) => {
		const child = spawn(process.execPath, args, {
			stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
			// Kept output may be printed into a log, where colours are noise.
			env: { ...process.env, ...(quiet ? { NO_COLOR: '1', FORCE_COLOR: '0' } : {}), ...env },
			timeout: LIMIT_MS
		});
		let output = '';
		const keep = (/** @type {Buffer} */ chunk) => (output += chunk.toString());
		child.stdout?.on('data', keep);
		child.stderr?.on('data', keep);
		child.on('error', (error) => resolve({ ok: false, output: String(error), ms: Date.now() - started }));
		child.on('close', (code, signal) => {
			if (signal) output += `\nEnded by ${signal} after ${seconds(Date.now() - started)}.\n`;
			resolve({ ok: code === 0, output, ms: Date.now() - started });
		});
	});
}

/** @param {number} ms */
export const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
