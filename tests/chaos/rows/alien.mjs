import { call, Device, recordsOf, rowsOf } from '../device.mjs';
import { finish, startRun } from '../run-watch.mjs';
import { SHORT } from '../workflow.mjs';
import { begin, isWell, listen } from './common.mjs';

const TABLES = /** @type {const} */ ([
	'events',
	'heads',
	'runs',
	'workflows',
	'notes',
	'entries',
	'values',
	'packs',
	'results'
]);

const SHAPES = /** @type {const} */ ([
	'nothing but a key',
	'wrong types',
	'a cycle',
	'five million characters',
	'a wrong checksum'
]);

/**
 * D9: rows that no Galley wrote lie in every table. The app starts, and everything else is there and goes on.
 * @type {import('./common.mjs').Row}
 */
export async function alien({ url, trials, told }) {
	const all = TABLES.flatMap((table) => SHAPES.map((shape) => ({ table, shape })));
	const cases = all.filter((_, index) => (index * trials * 4) % all.length < trials * 4);
	const device = new Device(url);
	let boots = 0;
	try {
		const { page, runId } = await begin(device, SHORT);
		await finish(device, page, runId);
		await page.close();
		for (const { table, shape } of cases) {
			const when = `${shape} in ${table}`;
			await put(device, table, shape);
			const opened = await device.tab().catch((error) => void told(`${when}: ${error.message}`));
			if (!opened) continue;
			listen(opened.page, (what) => told(`${when}: ${what}`));
			boots += 1;
			await isWell(opened.page, when, told);
			const records = [];
			for (const stream of device.ledger.streams) records.push(...(await recordsOf(opened.page, stream)));
			for (const lost of device.ledger.lost(records)) told(`${when}: ${lost}`);
			if (!(await rowsOf(opened.page)).some(({ id, status }) => id === runId && status === 'done'))
				told(`${when}: the run that was there is not in the list any more`);
			await call(opened.page, 'saveWorkflow', SHORT);
			const next = await startRun(device, opened.page, 'next', SHORT.id);
			await finish(device, opened.page, next, 20_000).catch((error) => told(`${when}: ${error.message}`));
			await opened.page.goto(`${url}/`);
			await opened.page.getByRole('main').getByRole('heading').first().waitFor({ timeout: 20_000 });
			await opened.page.close();
		}
	} finally {
		await device.dispose();
	}
	return { boots, of: cases.length };
}

/** A row that no Galley wrote, with the key that the table asks for. @param {Device} device @param {string} table @param {string} shape */
async function put(device, table, shape) {
	const page = await device.blank();
	await page.evaluate(
		async ([name, wanted]) => {
			/** @type {any} */
			const cycle = { event: { type: 'attempt.succeeded', at: 1 }, status: 'running', startedAt: 1 };
			cycle.event.self = cycle;
			/** @type {Record<string, any>} */
			const rows = {
				'nothing but a key': {},
				'wrong types': {
					...{ title: 7, status: {}, startedAt: 'never', event: null, note: [], value: 'x' },
					...{ deleted: 'no', records: 7, values: 'x', hashes: 7 }
				},
				'a cycle': cycle,
				'five million characters': { title: 'x'.repeat(5_000_000), status: 'done', startedAt: 2 },
				'a wrong checksum': {
					...{ hash: 'f'.repeat(64), prev: 'e'.repeat(64), length: 3, status: 'waiting', startedAt: 3 },
					...{ event: { type: 'run.started', at: 3 }, media: 'text/plain', content: 'x', bytes: 1 },
					...{ records: ['{"event":{"type":"run.started","at":3},"hash":"ff"}'], text: 'x' }
				}
			};
			const database = await new Promise((resolve, reject) => {
				const open = indexedDB.open('galley');
				open.onsuccess = () => resolve(open.result);
				open.onerror = reject;
			});
			const store = database.transaction(name, 'readwrite').objectStore(name);
			const row = rows[wanted];
			for (const path of [store.keyPath ?? []].flat())
				row[path] = /** @type {any} */ ({ seq: 0, stream: 'run:alien' })[path] ?? 'alien';
			const request = store.put(row);
			await new Promise((resolve, reject) => {
				request.onsuccess = resolve;
				request.onerror = () => reject(request.error);
			});
			database.close();
		},
		[table, shape]
	);
	await page.close();
}
