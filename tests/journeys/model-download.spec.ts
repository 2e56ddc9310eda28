import { createHash } from 'node:crypto';
import type { Page } from '@playwright/test';
import { startFileServer } from '../support/file-server.mjs';
import { gguf, SIZES } from '../support/gguf.mjs';
import { expect, test } from './fixtures';
import { DOWNLOAD, files, letOut, openModelWorker } from './model-worker';

/** A model of four chunks, the last of them short. */
const FILE = gguf({ ...SIZES.medium, layers: 2, embedding: 768 }, 5);
const OTHER = gguf({ ...SIZES.medium, layers: 2, embedding: 768 }, 6);
const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

interface Model {
	key: string;
	state: string;
	size: number;
	sha256: string;
	hashFrom: string;
	chunks: (string | null)[];
	failure: { code: string } | null;
}
type Ended = { ok: boolean; value?: Model; failure?: { code: string; message: string } };

let server: Awaited<ReturnType<typeof startFileServer>>;
test.beforeEach(async () => {
	server = await startFileServer(FILE);
});
test.afterEach(() => server.close());

const download = async (page: Page, more: object = {}) => {
	const wish = { url: server.url, title: 'Made for the test', call: DOWNLOAD, ...more };
	await letOut(page, wish.url);
	return files<Ended>(page, 'downloadModel', wish);
};
const only = async (page: Page) => (await files<Model[]>(page, 'listModels'))[0];

/** The hash of what lies on the disk, and whether anything counts as the model's weights. */
function onDisk(page: Page, key: string): Promise<string | null> {
	return page.evaluate(async (folder) => {
		const root = await navigator.storage.getDirectory();
		const model = await (await root.getDirectoryHandle('models')).getDirectoryHandle(folder);
		const handle = await model.getFileHandle('weights.gguf').catch(() => null);
		if (!handle) return null;
		const digest = await crypto.subtle.digest('SHA-256', await (await handle.getFile()).arrayBuffer());
		return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
	}, key);
}

/** Fails unless the file is bit-exact, or is no model's file. */
async function exactOrRefused(page: Page, ended: Ended, right = FILE): Promise<void> {
	const model = await only(page);
	if (!ended.ok) {
		if (model) expect(await onDisk(page, model.key)).toBeNull();
		return;
	}
	expect(model).toMatchObject({ state: 'ready', sha256: hash(right), size: right.length });
	expect(await onDisk(page, model?.key ?? '')).toBe(hash(right));
}

test.describe('downloading a model', () => {
	test.setTimeout(120_000);

	test('in chunks, bit for bit, noted in the ledger', async ({ page }) => {
		await openModelWorker(page);
		const ended = await download(page);
		expect(ended).toMatchObject({ ok: true, value: { state: 'ready', hashFrom: 'first-copy' } });
		await exactOrRefused(page, ended);
		expect(server.asked.map(({ range }) => range)[1]).toBe('bytes=8388608-16777215');
		const [row] = await files<{ received: number; hosts: string[]; purpose: string }[]>(
			page,
			'modelDownloads'
		);
		expect(row).toMatchObject({ received: FILE.length, purpose: 'model download' });
		expect(row?.hosts).toEqual([new URL(server.url).host]);
	});

	const faults: [string, Parameters<typeof server.next>, { code?: string }][] = [
		['a connection that breaks', ['ok', 'cut', 'ok', 'cut'], {}],
		['a server that is busy for a while', ['busy', 'ok', 'busy', 'busy'], {}],
		['a server without ranges', ['no-range'], {}],
		['one that forgets its ranges half-way', ['ok', 'ok', 'no-range'], {}],
		['the page of a network that wants a sign-in', ['ok', 'page'], { code: 'model-file.web-page' }],
		['a range behind the end', ['ok', 'ok', 'behind'], { code: 'model-file.changed' }],
		['a file that is gone', ['ok', 'gone'], { code: 'model-file.not-found' }]
	];
	for (const [name, script, { code }] of faults) {
		test(`${name}: ${code ?? 'the right file in the end'}`, async ({ page }) => {
			await openModelWorker(page);
			server.next(...script);
			const ended = await download(page);
			if (code) expect(ended).toMatchObject({ ok: false, failure: { code } });
			else expect(ended.ok).toBe(true);
			await exactOrRefused(page, ended);
			if (code === undefined || code === 'model-file.changed') return;
			// What had come is kept, and going on gets the rest.
			const before = server.asked.length;
			const again = await download(page);
			expect(again.ok).toBe(true);
			expect(server.asked.length - before).toBe(3);
			await exactOrRefused(page, again);
		});
	}

	test('a host that hides its headers', async ({ page }) => {
		server.hide();
		await openModelWorker(page);
		await exactOrRefused(page, await download(page));
		expect((await only(page))?.state).toBe('ready');
	});

	test('another file at the same address is noticed, and got anew when that is wanted', async ({ page }) => {
		await openModelWorker(page);
		server.next('ok', 'ok', 'gone');
		await download(page);
		server.replace(OTHER);
		const ended = await download(page);
		expect(ended).toMatchObject({ ok: false, failure: { code: 'model-file.changed' } });
		await exactOrRefused(page, ended);
		await files(page, 'removeModel', (await only(page))?.key);
		await exactOrRefused(page, await download(page), OTHER);
		expect((await only(page))?.sha256).toBe(hash(OTHER));
	});

	test('a file that is not the one that was named is refused', async ({ page }) => {
		await openModelWorker(page);
		const ended = await download(page, { sha256: hash(OTHER), hashFrom: 'catalogue' });
		expect(ended).toMatchObject({ ok: false, failure: { code: 'model-file.hash' } });
		await exactOrRefused(page, ended);
	});

	test('a full disk: told, what came is kept, and it goes on when there is room', async ({ page }) => {
		const session = await page.context().newCDPSession(page);
		await openModelWorker(page);
		const origin = new URL(page.url()).origin;
		await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 20_000_000 });
		const ended = await download(page);
		expect(ended).toMatchObject({ ok: false, failure: { code: 'model-file.no-room' } });
		await exactOrRefused(page, ended);
		await session.send('Storage.overrideQuotaForOrigin', { origin });
		const again = await download(page);
		expect(again.ok).toBe(true);
		await exactOrRefused(page, again);
	});

	test('damage on the disk is found, and only that is downloaded again', async ({ page }) => {
		await openModelWorker(page);
		await download(page);
		const key = (await only(page))?.key ?? '';
		await page.evaluate(async (folder) => {
			const root = await navigator.storage.getDirectory();
			const model = await (await root.getDirectoryHandle('models')).getDirectoryHandle(folder);
			const handle = await model.getFileHandle('weights.gguf');
			const writable = await handle.createWritable({ keepExistingData: true });
			await writable.write({ type: 'write', position: 9_000_000, data: new Uint8Array([1, 2, 3]) });
			await writable.close();
		}, key);
		expect(await files(page, 'checkModel', key)).toMatchObject({ ok: true, value: { state: 'damaged' } });
		const before = server.asked.length;
		await exactOrRefused(page, await download(page));
		expect(server.asked.slice(before).map(({ range }) => range)).toEqual(['bytes=8388608-16777215']);
		expect((await only(page))?.state).toBe('ready');
	});

	test('ten interruptions by chance, of every sort: the file is exact or it is refused', async ({
		newPersistent
	}) => {
		test.setTimeout(300_000);
		const random = chance(20_261_124);
		const first = await newPersistent();
		const { folder } = first;
		let { context, page } = first;
		await openModelWorker(page);
		const seen: string[] = [];
		for (let round = 0; round < 10; round += 1) {
			const pick = ['kill', 'offline', 'quota', 'behind', 'changed', 'cut', 'page'][random(7)] ?? 'kill';
			seen.push(pick);
			if (pick === 'behind' || pick === 'cut' || pick === 'page') {
				const good = Array.from({ length: random(3) }, () => 'ok' as const);
				server.next(...good, pick);
				await exactOrRefused(page, await download(page), current());
			} else if (pick === 'changed') {
				server.next('ok', 'busy', 'gone');
				await download(page);
				server.replace(current() === FILE ? OTHER : FILE);
				flip();
				await exactOrRefused(page, await download(page), current());
			} else if (pick === 'quota') {
				const session = await context.newCDPSession(page);
				const origin = new URL(page.url()).origin;
				await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 12_000_000 });
				await exactOrRefused(page, await download(page), current());
				await session.send('Storage.overrideQuotaForOrigin', { origin });
			} else if (pick === 'offline') {
				server.next('slow', 'slow', 'slow', 'slow');
				const going = download(page);
				await page.waitForTimeout(200 + random(400));
				await context.setOffline(true);
				await page.waitForTimeout(300);
				await context.setOffline(false);
				await exactOrRefused(page, await going, current());
			} else {
				server.next('slow', 'slow', 'slow', 'slow');
				void download(page).catch(() => undefined);
				await page.waitForTimeout(200 + random(600));
				const session = await context.newCDPSession(page);
				await Promise.race([session.send('Page.crash').catch(() => undefined), page.waitForEvent('crash')]);
				await context.close();
				({ context, page } = await newPersistent(folder));
				await openModelWorker(page);
			}
			server.next();
			// As a person would: what is no use any more is put away, and what is whole is taken away for the next round.
			const model = await only(page);
			if (model?.failure?.code === 'model-file.changed' || model?.state === 'ready')
				await files(page, 'removeModel', model.key);
		}
		const last = await download(page);
		if (!last.ok && last.failure?.code === 'model-file.changed') {
			await files(page, 'removeModel', (await only(page))?.key);
			await exactOrRefused(page, await download(page), current());
		} else await exactOrRefused(page, last, current());
		expect((await only(page))?.state, seen.join(', ')).toBe('ready');
	});

	let isOther = false;
	const current = () => (isOther ? OTHER : FILE);
	const flip = () => (isOther = !isOther);
});

/** Numbers below a limit, the same each time. */
function chance(seed: number): (below: number) => number {
	let state = seed;
	return (below) => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return Math.floor((state / 2 ** 32) * below);
	};
}
