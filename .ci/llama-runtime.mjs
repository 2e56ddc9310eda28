import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const ID = 'virtual:llama-runtime';

/**
 * The code of wllama's own worker as a module, for src/workers/llama.ts. The package joins that code together as text in
 * the browser and starts it from a blob; a policy that allows blobs would allow any text to be started. Made into a
 * module at build time, it is a file of the app like any other worker, with the strictest policy there is.
 * @returns {import('vite').Plugin}
 */
export function llamaRuntime() {
	return {
		name: 'llama-runtime',
		resolveId: (id) => (id === ID ? `\0${ID}` : undefined),
		load: (id) => (id === `\0${ID}` ? runtime() : undefined)
	};
}

function runtime() {
	const folder = join(createRequire(import.meta.url).resolve('@wllama/wllama/package.json'), '../src');
	const read = (/** @type {string} */ name) => readFileSync(join(folder, name), 'utf8');
	// Renamed as the package does it: inside the function `Module` has to mean the one of the worker's code.
	const emscripten = replaced(read('wasm/wllama.js'), 'var Module', 'var ___Module');
	// Known to be false here; said as a constant, the parts for Node, which no bundler can resolve, fall away.
	const forBrowsers = replaced(
		emscripten,
		/var ENVIRONMENT_IS_NODE=[^;]*;/,
		'const ENVIRONMENT_IS_NODE=false;'
	);
	const worker = replaced(read('workers-code/llama-cpp.js'), /^onmessage = /m, 'globalThis.onmessage = ');
	return [
		"import wasm from '@wllama/wllama/esm/wasm/wllama.wasm?url';",
		"const RUN_OPTIONS = { pathConfig: { 'wllama.wasm': new URL(wasm, location.href).href }, nbThread: 0, compat: false };",
		`function wModuleInit() { ${forBrowsers}; return Module; }`,
		worker
	].join('\n');
}

/** A release of the package that is written in another way has to be looked at, not guessed about. */
function replaced(/** @type {string} */ text, /** @type {string | RegExp} */ from, /** @type {string} */ to) {
	const changed = text.replace(from, to);
	if (changed === text) throw new Error(`${ID}: ${from} is not in the code of @wllama/wllama any more`);
	return changed;
}
