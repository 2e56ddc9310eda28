/**
 * Renders the PNG icons from static/icons/icon.svg (`node .ci/icons.mjs`). Run it after a change of the drawing and
 * commit the result: the PNGs are part of the sources, because a build must not need a browser.
 *
 * The G is the outline of Source Serif 4 at weight 640 and optical size 40 (OFL), so the icon needs no font.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { chromium } from 'playwright';
import { chromiumArgs, findChromium } from './chromium.mjs';

const FOLDER = 'static/icons';
const drawing = readFileSync(`${FOLDER}/icon.svg`, 'utf8');

/** A system crops a maskable icon to any shape within 80 % of it: the paper fills the square, the mark keeps clear. */
const MASKABLE = 'body { background: #faf9f6 } #sheet { display: none } svg { transform: scale(.84) }';

const images = [
	{ file: 'icon-192.png', size: 192, css: '' },
	{ file: 'icon-512.png', size: 512, css: '' },
	{ file: 'icon-maskable-512.png', size: 512, css: MASKABLE }
];

const browser = await chromium.launch({ executablePath: findChromium() ?? undefined, args: chromiumArgs() });
try {
	for (const { file, size, css } of images) {
		const page = await browser.newPage({ viewport: { width: size, height: size } });
		await page.setContent(
			`<style>body { margin: 0 } svg { display: block; width: 100vw; height: 100vh } ${css}</style>${drawing}`
		);
		writeFileSync(`${FOLDER}/${file}`, await page.screenshot({ omitBackground: true }));
		await page.close();
		console.log(`${FOLDER}/${file}`);
	}
} finally {
	await browser.close();
}
