import { readdirSync, readFileSync } from 'node:fs';
import { joinStyles } from './join-styles.mjs';

const NODES = '.svelte-kit/generated/client-optimized/nodes';
const MANIFEST = '.svelte-kit/output/client/.vite/manifest.json';

/**
 * Elements that have the files of a page fetched along with the shell, and not only when the router has got to it. Its
 * styles, those of the shell included, are one sheet; whoever serves them together switches the sheets of the shell off.
 * Those are named all the same, switched off, so that the app takes none of them for missing.
 * @param {string} page its component, from the root of the project
 * @param {string[]} soon modules that it imports as soon as it is drawn
 * @param {string} shell the text of the page that names what all of them need
 * @param {string} folder of the build
 * @returns {Promise<{ styles: string, scripts: string }>}
 */
export async function linksFor(page, soon, shell, folder) {
	const node = readdirSync(NODES).find((name) =>
		readFileSync(`${NODES}/${name}`, 'utf8').includes(`/${page}"`)
	);
	if (!node) throw new Error(`no page of the build is ${page}`);
	const files = [...new Set([`${NODES}/${node}`, ...soon].flatMap((entry) => [...filesOf(entry)]))];
	const own = files.filter((path) => !shell.includes(`"${path}"`));
	const ofShell = [...shell.matchAll(/<link href="([^"]+\.css)"/g)].map(([, path]) => path ?? '');
	const ofPage = own.filter((path) => path.endsWith('.css'));
	const { path, fonts } = await joinStyles('notebook', [...ofShell, ...ofPage], folder);
	return {
		styles: [
			`<link href="${path}" rel="stylesheet">`,
			...fonts.map((font) => `<link href="${font}" rel="preload" as="font" type="font/woff2" crossorigin>`),
			...ofPage.map((sheet) => `<link href="${sheet}" rel="stylesheet" disabled>`)
		].join(''),
		scripts: own
			.filter((script) => !script.endsWith('.css'))
			.map((script) => `<link href="${script}" rel="modulepreload">`)
			.join('')
	};
}

/** Paths of the scripts and styles of an entry, all that it imports included. @param {string} entry */
function filesOf(entry) {
	/** @type {Record<string, { file: string, imports?: string[], css?: string[] }>} */
	const manifest = JSON.parse(readFileSync(MANIFEST, 'utf8'));
	/** @type {Set<string>} */
	const seen = new Set();
	/** @type {Set<string>} */
	const files = new Set();
	const add = (/** @type {string} */ key) => {
		const chunk = manifest[key];
		if (!chunk || seen.has(key)) return;
		seen.add(key);
		for (const path of [chunk.file, ...(chunk.css ?? [])]) files.add(`/${path}`);
		for (const other of chunk.imports ?? []) add(other);
	};
	add(entry);
	if (files.size === 0) throw new Error(`${MANIFEST} does not know ${entry}`);
	return files;
}
