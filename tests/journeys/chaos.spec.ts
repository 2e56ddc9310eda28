import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { killing } from '../chaos/kills.mjs';
import { Random } from '../chaos/random.mjs';
import { ROWS } from '../chaos/rows/index.mjs';
import { racing } from '../chaos/tabs.mjs';
import { wiping } from '../chaos/wipes.mjs';
import { BUILD, expect, test } from './fixtures';

// A short turn of `npm run chaos`, always with the same seed. Real: browser, profile on disk, workers, storage, the kills.
// Nothing is scripted but the moments.

test.describe.configure({ timeout: 300_000 });
const log = (message: string) => void process.stderr.write(`${message}\n`);

test('killed at random moments: nothing that was acknowledged is lost, nothing is done twice or stuck', async ({
	app
}) => {
	const found = await killing({ url: app.url, kills: 8, random: new Random(4), log });
	expect(found).toMatchObject({ lost: 0, twice: 0, stuck: 0, zombie: 0 });
	expect(found.acknowledged).toBeGreaterThan(20);
	expect(found.effects.sent).toBeGreaterThan(0);
});

test('a database wiped, a copy damaged: everything is back, and what neither copy has is said', async ({
	app
}) => {
	const found = await wiping({ url: app.url, wipes: 4, files: 0, random: new Random(4), log });
	expect(found).toMatchObject({ lost: 0, silent: 0, apart: 0, wiped: 4, corrupted: 4 });
	expect(found.restored).toBeGreaterThanOrEqual(4);
});

test('two tabs: the executing one is closed, then crashed, and the other takes over', async ({ app }) => {
	const found = await racing({ url: app.url, tabs: 2, ways: ['closed', 'crashed'], log });
	expect(found).toMatchObject({ twice: 0, stuck: 0, lost: 0 });
});

for (const [name, promise] of Object.entries({
	D8: 'the database thrown away by the browser: it goes on; everything thrown away: it stops and says so',
	D9: 'rows that Galley did not write: it starts, and all else is there',
	D10: 'an upgrade held up by another tab: it is said, and goes on by itself',
	D11: 'an old tab on data of a newer release: it writes nothing',
	D12: 'a new version during a run: the run ends on the old one',
	D15: 'an answer cut in the middle: what came is kept and not taken for the whole',
	D19: 'a tab put away and taken back: it executes again'
})) {
	test(`${name}: ${promise}`, async ({ app }) => {
		const told: string[] = [];
		const given = { url: app.url, random: new Random(4), told: (what: string) => void told.push(what) };
		await ROWS[name]?.({ ...given, trials: name === 'D15' ? 5 : 1 });
		expect(told).toEqual([]);
	});
}

test('the build has nothing of this in it', () => {
	const texts = files(BUILD).filter((file) => /\.(js|html)$/.test(file));
	expect(texts.length).toBeGreaterThan(10);
	for (const file of texts) expect(readFileSync(file, 'utf8'), file).not.toMatch(/__FAULT__|chaos/i);
});

function files(folder: string): string[] {
	return readdirSync(folder).flatMap((name) => {
		const path = join(folder, name);
		return statSync(path).isDirectory() ? files(path) : [path];
	});
}
