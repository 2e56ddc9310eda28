import 'fake-indexeddb/auto';
import { readFileSync } from 'node:fs';
import { fail, failure, hashOf, type Json } from '$lib/core';
import { isEncrypted } from '$lib/exports';
import { Dexie } from 'dexie';
import { knownHashes } from '$lib/storage';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { reportWorkflow, TestDevice } from '../testing';
import { filled, newTab, type Tab } from './testing';

/** Everything that a device holds, past the API, in canonical form. */
async function stateOf(tab: Tab) {
	const { store, database } = tab;
	const heads = await store.heads('');
	const hashes = [...(await knownHashes(database))].sort();
	return {
		heads,
		records: await Promise.all(heads.map(({ stream }) => store.records(stream))),
		// What comes is held against its hash on the way.
		values: await Promise.all(hashes.map(async (hash) => sayValue(await store.value(hash)))),
		runs: await database.runs.toArray(),
		workflows: await database.workflows.toArray(),
		notes: await database.notes.toArray(),
		entries: await database.entries.toArray(),
		results: await database.results.toArray(),
		settings: (await database.settings.toArray()).filter(({ key }) => key !== 'backup')
	};
}

function sayValue(value: Awaited<ReturnType<Tab['store']['value']>>): string {
	if (!value.ok) return value.failure.code;
	const { hash, media, bytes, content } = value.value;
	return `${hash} ${media} ${bytes} ${typeof content}`;
}

async function backupOf(tab: Tab, passphrase: string | null = null): Promise<Blob> {
	const made = await tab.api.makeBackup({ kept: { draft: 'typed' }, passphrase, keys: false });
	if (!made.ok) throw new Error(made.failure.message);
	// The shelf's file is written over by the next one.
	return new Blob([await made.value.file.arrayBuffer()]);
}

let full: Tab;
let before: Awaited<ReturnType<typeof stateOf>>;
let backup: Blob;
beforeAll(async () => {
	full = await filled();
	before = await stateOf(full);
	backup = await backupOf(full);
});

describe('a backup', () => {
	it('restored on an empty device gives every store back', async () => {
		const other = await newTab();
		const restored = await other.api.restoreBackup(backup, null);
		expect(restored).toMatchObject({
			ok: true,
			value: { kept: { draft: 'typed' }, before: false, report: { runs: 2, notes: 1, problems: [] } }
		});
		expect(await stateOf(other)).toEqual(before);
	});

	it('has nothing of what was emptied out of the bin, and all that a run still needs', async () => {
		const tab = await newTab();
		const file = (path: string, text: string) => ({ path, media: 'text/plain', content: new Blob([text]) });
		await tab.api.addFiles([file('gone.txt', 'Remove this secret'), file('kept.txt', 'Keep these words')]);
		await tab.api.changeLibrary({ type: 'delete', which: { paths: ['gone.txt'] } });
		expect(await (await backupOf(tab)).text()).toContain('Remove this secret');
		expect(await tab.api.emptyBin()).toMatchObject({ ok: true, value: { entries: 1 } });
		const made = await backupOf(tab);
		const text = await made.text();
		expect(text).not.toContain('Remove this secret');
		expect(text).not.toContain('Remove this secret');
		const other = await newTab();
		expect(await other.api.restoreBackup(made, null)).toMatchObject({
			ok: true,
			value: { report: { problems: [] } }
		});
		expect(await other.database.entries.count()).toBe(2);
	});

	it('is noted with how far it went, and is no part of itself', async () => {
		const row = await full.database.settings.get('backup');
		expect(row?.value).toMatchObject({
			bytes: backup.size,
			lengths: { notes: 1, library: expect.any(Number) as number }
		});
		expect(await backup.text()).not.toContain('"lengths"');
	});

	it('gives a long text back to the letter, a mark at its beginning included', async () => {
		const tab = await newTab();
		const text = `\ufeff${'week;revenue\n'.repeat(30_000)}`;
		await tab.api.saveWorkflow(reportWorkflow());
		const given = {
			inputs: { week: 'W46' },
			sources: { notes: [{ kind: 'text' as const, name: 'n', text }] }
		};
		await tab.api.startRun('report', given);
		const other = await newTab();
		expect(await other.api.restoreBackup(await backupOf(tab), null)).toMatchObject({ ok: true });
		for (const { store } of [tab, other])
			expect(await store.value(hashOf(text))).toMatchObject({ ok: true, value: { content: text } });
	});

	it('under a passphrase opens with it alone', async () => {
		const locked = await backupOf(full, 'open sesame please');
		expect(await isEncrypted(locked)).toBe(true);
		const other = await newTab();
		expect(await other.api.checkBackup(locked, null)).toMatchObject({ failure: { code: 'backup.locked' } });
		expect(await other.api.checkBackup(locked, 'wrong words here')).toMatchObject({
			failure: { code: 'passphrase.wrong' }
		});
		expect(await other.api.restoreBackup(locked, 'open sesame please')).toMatchObject({ ok: true });
		expect((await stateOf(other)).records).toEqual(before.records);
	}, 60_000);

	it('takes keys along only under a passphrase', async () => {
		const made = await full.api.makeBackup({ kept: {}, passphrase: null, keys: true });
		expect(made).toMatchObject({ ok: false, failure: { code: 'backup.keys-open' } });
	});

	it('of every released format restores', async () => {
		const bytes = readFileSync('tests/golden/backup-1.galley-backup');
		const other = await newTab();
		expect(await other.api.restoreBackup(new Blob([new Uint8Array(bytes)]), null)).toMatchObject({
			ok: true,
			value: { report: { runs: 2, workflows: 1, notes: 1, entries: 3, problems: [], leftOut: [] } }
		});
	});

	it('of a newer format is refused in words', async () => {
		const text = (await backup.text()).replace('"format":1', '"format":99');
		const other = await newTab();
		const refused = await other.api.restoreBackup(new Blob([text]), null);
		expect(refused).toMatchObject({ ok: false, failure: { code: 'backup.newer' } });
	});
});

describe('a rehearsal', () => {
	it('counts what comes back and touches nothing', async () => {
		expect(await full.api.checkBackup(backup, null)).toMatchObject({
			ok: true,
			value: { runs: 2, workflows: 1, notes: 1, values: before.values.length, problems: [], missing: 0 }
		});
		expect(await stateOf(full)).toEqual(before);
		expect(await Dexie.exists(`${full.database.name}-scratch`)).toBe(false);
	});

	it('reports a cut tail, wherever it is cut', async () => {
		for (let part = 1; part < 20; part++) {
			const cut = await full.api.checkBackup(backup.slice(0, Math.floor((backup.size * part) / 20)), null);
			expect(cut, `${part} of 20`).toMatchObject({ ok: false, failure: { code: 'backup.cut' } });
		}
		// Only the last line break is not missed.
		const last = await full.api.checkBackup(backup.slice(0, backup.size - 2), null);
		expect(last).toMatchObject({ ok: false, failure: { code: 'backup.cut' } });
	});

	it('reports a flipped bit and says where', async () => {
		const whole = new Uint8Array(await backup.arrayBuffer());
		for (let try_ = 1; try_ < 40; try_++) {
			const at = 100 + Math.floor(((whole.length - 200) * try_) / 40);
			const bytes = whole.slice();
			bytes[at]! ^= 4;
			const checked = await full.api.checkBackup(new Blob([bytes]), null);
			expect(checked.ok, `byte ${at}`).toBe(false);
			if (!checked.ok) expect(checked.failure.message).toMatch(/part \d+, (at )?byte [\d,]+/);
		}
	});

	it('reports parts that changed places, and one that is missing', async () => {
		const parts = await split(backup);
		const swapped = [parts[0]!, parts[2]!, parts[1]!, ...parts.slice(3)];
		expect(await full.api.checkBackup(new Blob(swapped), null)).toMatchObject({
			ok: false,
			failure: { code: 'backup.damaged' }
		});
		expect(await full.api.checkBackup(new Blob(parts.filter((_, n) => n !== 3)), null)).toMatchObject({
			ok: false,
			failure: { code: 'backup.damaged' }
		});
	});

	it('is not made of what is no backup', async () => {
		for (const text of ['', 'hello', '{"galley":"bundle"}\n', '{"galley":"backup"'])
			expect(await full.api.checkBackup(new Blob([text]), null)).toMatchObject({
				failure: { code: 'backup.not-one' }
			});
	});
});

describe('a restore over what is there', () => {
	async function mine(device = new TestDevice()): Promise<Tab> {
		const tab = await newTab(device);
		await tab.api.saveWorkflow(reportWorkflow({ id: 'mine', title: 'Mine' }));
		return tab;
	}

	it('puts it aside, and back', async () => {
		const tab = await mine();
		const old = await stateOf(tab);
		expect(await tab.api.restoreBackup(backup, null)).toMatchObject({ ok: true, value: { before: true } });
		expect(await stateOf(tab)).toEqual(before);
		expect(await tab.api.undoRestore()).toMatchObject({ ok: true });
		expect(await stateOf(tab)).toEqual(old);
	});

	it('leaves no picture of a run that was there before, nor does a wipe', async () => {
		const tab = await mine();
		const forgotten = vi.fn(async () => true);
		vi.stubGlobal('caches', { delete: forgotten });
		try {
			expect(await tab.api.restoreBackup(backup, null)).toMatchObject({ ok: true });
			expect(forgotten.mock.calls).toEqual([['galley-first-views']]);
			forgotten.mockClear();
			// There are no model files here, of which it complains in the end.
			await tab.api.wipe();
			expect(forgotten.mock.calls).toContainEqual(['galley-first-views']);
		} finally {
			vi.unstubAllGlobals();
		}
	});

	it('leaves all as it was when the file is damaged', async () => {
		const tab = await mine();
		const old = await stateOf(tab);
		expect(await tab.api.restoreBackup(backup.slice(0, backup.size >> 1), null)).toMatchObject({ ok: false });
		expect(await stateOf(tab)).toEqual(old);
	});

	it('broken off before it was wanted leaves the old data whole', async () => {
		const device = new TestDevice();
		const tab = await mine(device);
		const old = await stateOf(tab);
		const create = device.shelf.create.bind(device.shelf);
		device.shelf.create = (name) =>
			name === 'wanted' ? Promise.resolve(fail(failure('storage.full', 'No room.'))) : create(name);
		expect(await tab.api.restoreBackup(backup, null)).toMatchObject({ failure: { code: 'storage.full' } });
		tab.engine.close();
		await tab.store.close();
		expect(await stateOf(await newTab(device))).toEqual(old);
	});

	it.each([1, 6])('broken off at commit %i is finished at the next start', async (commits) => {
		const device = new TestDevice();
		const tab = await mine(device);
		const commit = tab.store.commit.bind(tab.store);
		let left = commits;
		tab.store.commit = (one) =>
			(left -= 1) < 0 ? Promise.resolve(fail(failure('storage.full', 'No room.'))) : commit(one);
		expect(await tab.api.restoreBackup(backup, null)).toMatchObject({
			failure: { code: 'restore.unfinished' }
		});
		tab.engine.close();
		await tab.store.close();
		expect(await stateOf(await newTab(device))).toEqual(before);
	});
});

it('a restore that was begun is finished, whatever else is checked or restored before it could be', async () => {
	const device = new TestDevice();
	const tab = await newTab(device);
	await tab.api.saveWorkflow(reportWorkflow({ id: 'mine', title: 'Mine' }));
	const commit = tab.store.commit.bind(tab.store);
	tab.store.commit = () => Promise.resolve(fail(failure('storage.full', 'No room.')));
	expect(await tab.api.restoreBackup(backup, null)).toMatchObject({
		failure: { code: 'restore.unfinished' }
	});
	tab.store.commit = commit;
	expect(await tab.api.checkBackup(backup, null)).toMatchObject({ ok: true });
	expect(await tab.api.checkBackup(backup.slice(0, 500), null)).toMatchObject({ ok: false });
	expect(await tab.api.restoreBackup(backup.slice(0, 500), null)).toMatchObject({
		failure: { code: 'restore.another' }
	});
	tab.engine.close();
	await tab.store.close();
	expect(await stateOf(await newTab(device))).toEqual(before);
});

/** The first line, then each part. */
async function split(file: Blob): Promise<Uint8Array<ArrayBuffer>[]> {
	const bytes = new Uint8Array(await file.arrayBuffer());
	const parts: Uint8Array<ArrayBuffer>[] = [];
	let at = bytes.indexOf(10) + 1;
	parts.push(bytes.slice(0, at));
	while (at < bytes.length) {
		const end = bytes.indexOf(10, at) + 1;
		const line = JSON.parse(new TextDecoder().decode(bytes.slice(at, end))) as { bytes: number } & Json;
		parts.push(bytes.slice(at, end + line.bytes + 1));
		at = end + line.bytes + 1;
	}
	return parts;
}
