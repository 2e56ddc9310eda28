import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { compressFile } from './compress.mjs';

/**
 * One style sheet of many, in their order, beside the first: a page waits for each of its sheets before it paints anything.
 * @param {string} name what it is called
 * @param {string[]} paths of style sheets; only those beside the first may name files
 * @param {string} folder of the build
 * @returns {Promise<{ path: string, fonts: string[] }>} its path, and those of the upright faces that it names
 */
export async function joinStyles(name, paths, folder) {
	const place = dirname(paths[0] ?? '/');
	const texts = paths.map((path) => {
		const text = readFileSync(folder + path, 'utf8').trim();
		if (dirname(path) !== place && text.includes('url('))
			throw new Error(`${path} names files from elsewhere`);
		return text;
	});
	const text = texts.join('\n');
	if (/@(import|charset)\b/.test(text))
		throw new Error('a style sheet begins with what may only stand first');
	const hash = createHash('sha256').update(text).digest('base64url').slice(0, 8);
	const path = `${place}/${name}.${hash}.css`;
	writeFileSync(folder + path, text);
	await Promise.all([compressFile(folder + path, 'br'), compressFile(folder + path, 'gz')]);
	const fonts = [...text.matchAll(/url\(\.\/([\w.-]+\.woff2)\)/g)].map(([, file]) => `${place}/${file}`);
	return { path, fonts: [...new Set(fonts)].filter((font) => !font.includes('italic')) };
}
