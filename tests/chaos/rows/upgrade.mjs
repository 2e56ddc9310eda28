import { Device, recordsOf, until } from '../device.mjs';
import { finish } from '../run-watch.mjs';
import { SHORT } from '../workflow.mjs';
import { begin, listen } from './common.mjs';

/**
 * D10: another tab holds the database open in an older form and does not let go. It is said, and once it lets go the new
 * tab goes on by itself.
 * @type {import('./common.mjs').Row}
 */
export async function blocked({ url, trials, told }) {
	const found = { said: 0, went: 0 };
	for (let trial = 0; trial < trials; trial++) {
		const device = new Device(url);
		try {
			const old = await device.blank();
			await old.evaluate(
				() =>
					new Promise((resolve) => {
						const open = indexedDB.open('galley', 1);
						open.onsuccess = () => {
							Object.assign(globalThis, { held: open.result });
							resolve(undefined);
						};
					})
			);
			const page = await (await device.open()).context.newPage();
			listen(page, told);
			const begun = Date.now();
			await page.goto(`${url}/runs`);
			const words = page.getByText('holds Galley’s data in an older form');
			await words
				.waitFor({ timeout: 20_000 })
				.catch(() => told('a tab that holds up the upgrade is not said'));
			found.said = Math.max(found.said, Date.now() - begun);
			const let_go = Date.now();
			await old.evaluate(() => /** @type {any} */ (globalThis).held.close());
			await until('the tab goes on by itself', async () => (await words.count()) === 0, 20_000).catch(
				(error) => told(error.message)
			);
			found.went = Math.max(found.went, Date.now() - let_go);
			await page
				.getByRole('main')
				.waitFor({ timeout: 10_000 })
				.catch(() => told('the screen stays empty'));
		} finally {
			await device.dispose();
		}
	}
	return { trials, ...found };
}

/**
 * D11: a newer Galley has upgraded the data under an open tab. The old tab writes nothing in the old format, says so, and
 * nothing that was there changes.
 * @type {import('./common.mjs').Row}
 */
export async function stale({ url, trials, told }) {
	for (let trial = 0; trial < trials; trial++) {
		const device = new Device(url);
		try {
			const { page, runId } = await begin(device, SHORT);
			await finish(device, page, runId);
			listen(page, told);
			const newer = await device.blank();
			await newer.evaluate(async () => {
				const known = (await indexedDB.databases()).find(({ name }) => name === 'galley')?.version ?? 0;
				const database = await new Promise((resolve, reject) => {
					const open = indexedDB.open('galley', known + 10);
					open.onsuccess = () => resolve(open.result);
					open.onerror = reject;
				});
				database.onversionchange = () => undefined;
				const meta = database.transaction('meta', 'readwrite', { durability: 'strict' }).objectStore('meta');
				await new Promise((resolve) => {
					const read = meta.get('fence');
					read.onsuccess = () => {
						meta.put({ ...read.result, format: read.result.format + 1 }).onsuccess = resolve;
					};
				});
			});
			const before = JSON.stringify(await recordsOf(newer).catch(() => []));
			const answer = await page.evaluate(
				(document) => globalThis.chaos.call('saveWorkflow', { ...document, goal: 'old format' }),
				SHORT
			);
			if (answer.ok) told('an old tab wrote into the data of a newer release');
			else if (answer.failure.code !== 'format.newer') told(`an old tab was told: ${answer.failure.message}`);
			if (JSON.stringify(await recordsOf(newer).catch(() => [])) !== before)
				told('an old tab changed records');
			await page
				.getByRole('main')
				.getByText('A newer Galley has upgraded the data')
				.first()
				.waitFor({ timeout: 5_000 })
				.catch(() => told('the screen of the old tab does not say that it is read-only'));
		} finally {
			await device.dispose();
		}
	}
	return { trials };
}
