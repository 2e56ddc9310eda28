import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Below node_modules, so that the peer finds this project's packages and no tool takes it for our sources. */
const FOLDER = 'node_modules/.cache/galley/empty-peer';

/** The least that SvelteKit can be: one page, and a service worker that keeps every file of the build. */
const SOURCES = {
	'package.json': '{ "type": "module", "private": true }',
	'svelte.config.js': `
		import adapter from '@sveltejs/adapter-static';
		export default { kit: { adapter: adapter({ fallback: '200.html', precompress: true }), version: { name: '1' } } };`,
	'vite.config.js': `
		import { sveltekit } from '@sveltejs/kit/vite';
		export default { plugins: [sveltekit()], build: { target: 'es2023' } };`,
	'src/app.html':
		'<!doctype html><html lang="en"><head><meta charset="utf-8">%sveltekit.head%</head><body><div>%sveltekit.body%</div></body></html>',
	'src/routes/+layout.js': 'export const ssr = false;',
	'src/routes/+page.svelte': '<main>Hello</main>',
	'src/service-worker.js': `
		import { build } from '$service-worker';
		const files = [...build, '/200.html'];
		addEventListener('install', (e) => e.waitUntil(caches.open('1').then((cache) => cache.addAll(files))));
		addEventListener('activate', (e) => e.waitUntil(clients.claim()));
		addEventListener('fetch', (e) => {
			const page = e.request.mode === 'navigate';
			e.respondWith(caches.match(page ? '/200.html' : e.request).then((found) => found ?? fetch(e.request)));
		});`
};

/** Builds the empty SvelteKit page that loading is compared with. @returns {string} the built folder */
export function buildEmptyPeer() {
	rmSync(FOLDER, { recursive: true, force: true });
	for (const [name, text] of Object.entries(SOURCES)) {
		const file = join(FOLDER, name);
		mkdirSync(dirname(file), { recursive: true });
		writeFileSync(file, text);
	}
	const vite = resolve('node_modules/vite/bin/vite.js');
	const { status, stderr, stdout } = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
		cwd: FOLDER,
		encoding: 'utf8'
	});
	if (status !== 0) throw new Error(`The empty peer did not build:\n${stdout}\n${stderr}`);
	return join(FOLDER, 'build');
}
