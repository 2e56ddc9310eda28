import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { llamaRuntime } from '../../.ci/llama-runtime.mjs';

/** Below node_modules, so that no tool takes it for our sources. */
const OUT = resolve('node_modules/.cache/galley/fault-page');
const ROOT = fileURLToPath(new URL('fault-page/', import.meta.url));

/** The path of a commit, of the opening that finishes what was cut off, and of what puts the copies right. */
const PATH =
	/\/src\/lib\/(storage\/(dexie-store|dexie-commit|dexie-values|event-rows|value-rows|copies|reconcile|rebuild|look-over|exclusive|opfs-journal|opfs-segment|opfs-blobs)|engine\/(queue|run-log))\.ts$/;

/** Writes of an access handle, which are awaited by nobody. */
const WRITES = new Set(['write', 'flush', 'truncate']);

/** What stops the worker dead: it says where, and then does nothing any more, so that it can be killed just there. */
const STOP = `{
	const point = self.name.split('#')[1];
	const news = new BroadcastChannel('galley-fault');
	const seen = new Set();
	globalThis.__FAULT__ = (here) => {
		seen.add(here);
		if (here !== point) return;
		news.postMessage({ hit: here });
		for (;;);
	};
	news.onmessage = ({ data }) => { if (data === 'seen?') news.postMessage({ seen: [...seen] }); };
}\n`;

/**
 * Puts a point before each await and each write of the files on the path. The sources know nothing of it: the points are
 * put in while this page is built, and no other build is made so.
 * @param {Set<string>} points
 */
const withPoints = (points) => ({
	name: 'fault-points',
	enforce: /** @type {const} */ ('post'),
	/** @this {{ parse: (code: string) => any }} @param {string} code @param {string} id */
	transform(code, id) {
		const file = id.split('?')[0];
		if (file.endsWith('/src/workers/engine.ts')) return STOP + code;
		if (!PATH.test(file)) return undefined;
		/** @type {{ at: number, text: string }[]} */
		const pieces = [];
		const name = file.split('/').pop()?.replace('.ts', '');
		let count = 0;
		walk(this.parse(code), (node) => {
			const awaited = node.type === 'AwaitExpression';
			if (!awaited && !isWrite(node)) return;
			const { start, end } = awaited ? node.argument : node;
			const point = `${name}:${++count}`;
			points.add(point);
			pieces.push({ at: start, text: `(globalThis.__FAULT__?.('${point}'),` }, { at: end, text: ')' });
		});
		return pieces
			.sort((a, b) => b.at - a.at)
			.reduce((text, { at, text: piece }) => text.slice(0, at) + piece + text.slice(at), code);
	}
});

/** @param {any} node */
function isWrite(node) {
	return (
		node.type === 'CallExpression' &&
		node.callee.type === 'MemberExpression' &&
		WRITES.has(node.callee.property.name)
	);
}

/** @param {any} node @param {(node: any) => void} visit */
function walk(node, visit) {
	if (Array.isArray(node)) return node.forEach((one) => walk(one, visit));
	if (node === null || typeof node !== 'object' || typeof node.type !== 'string') return;
	visit(node);
	for (const value of Object.values(node)) if (value && typeof value === 'object') walk(value, visit);
}

/** The page of fault points, built: where it lies, and all points in it. */
export async function buildFaultPage() {
	rmSync(OUT, { recursive: true, force: true });
	const points = new Set();
	await build({
		configFile: false,
		root: ROOT,
		logLevel: 'warn',
		resolve: { alias: { $lib: resolve('src/lib'), $workers: resolve('src/workers') } },
		plugins: [{ name: 'fault-policy', transformIndexHtml: withPolicy }],
		worker: {
			format: 'es',
			plugins: () => [withPoints(points), llamaRuntime()],
			rolldownOptions: {
				output: {
					entryFileNames: '_app/immutable/workers/[name]-[hash].js',
					chunkFileNames: '_app/immutable/workers/chunks/[name]-[hash].js'
				}
			}
		},
		build: {
			outDir: OUT,
			emptyOutDir: true,
			target: 'es2023',
			assetsDir: '_app/immutable/assets',
			chunkSizeWarningLimit: 10_000,
			rolldownOptions: { input: join(ROOT, '200.html') }
		}
	});
	if (!existsSync(join(OUT, '200.html'))) throw new Error('the page of fault points did not build');
	return { dir: OUT, points: [...points] };
}

/** The page obeys the very policy of the built app. @param {string} html */
function withPolicy(html) {
	const meta = /<meta http-equiv="content-security-policy"[^>]*>/i.exec(
		readFileSync('build/200.html', 'utf8')
	);
	if (!meta) throw new Error('the built app carries no content security policy');
	return html.replace('<meta charset="utf-8" />', `<meta charset="utf-8" />${meta[0]}`);
}
