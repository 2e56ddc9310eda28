import { hashOf } from '$lib/core';
import { isBackup } from '$lib/exports';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FolderBook, type ConnectedFolder } from '$lib/storage';
import { reportWorkflow, says, TestDevice, TestExecutor, until } from '../testing';

// Real handles of the origin's private file system; only the leave is made up where a test says so.

let root: FileSystemDirectoryHandle;
let disk: FileSystemDirectoryHandle;
let book: FolderBook;
let tab: Awaited<ReturnType<TestDevice['tab']>>;
let count = 0;

beforeEach(async () => {
	root = await navigator.storage.getDirectory();
	const name = `Disk${Date.now()}-${(count += 1)}`;
	disk = await root.getDirectoryHandle(name, { create: true });
	book = new FolderBook(`folders-${name}`);
	const executor = new TestExecutor(() => says('# Report of the week\n'));
	tab = await new TestDevice().tab(executor, undefined, { folders: book });
});
afterEach(async () => {
	vi.restoreAllMocks();
	tab.engine.close();
	book.close();
	await root.removeEntry(disk.name, { recursive: true });
});

async function put(path: string, text: string): Promise<void> {
	const parts = path.split('/');
	const name = parts.pop() ?? '';
	let place = disk;
	for (const part of parts) place = await place.getDirectoryHandle(part, { create: true });
	const writable = await (await place.getFileHandle(name, { create: true })).createWritable();
	await writable.write(text);
	await writable.close();
}
async function onDisk(name: string): Promise<string | null> {
	const handle = await disk.getFileHandle(name).catch(() => null);
	return handle && (await (await handle.getFile()).text());
}
async function names(): Promise<string[]> {
	const found: string[] = [];
	for await (const name of disk.keys()) found.push(name);
	return found.sort();
}
async function connect(): Promise<ConnectedFolder> {
	const connected = await tab.api.connectFolder(disk, 'library');
	if (!connected.ok) throw new Error(connected.failure.message);
	await tab.api.lookAtFolders();
	return connected.value;
}
const look = async () => (await book.all())[0]?.look;
const library = async () =>
	(await tab.database.entries.orderBy('path').toArray())
		.filter((entry) => !entry.deleted)
		.map(({ path, version }) => `${path.replace(disk.name, 'Disk')} v${version}`);

/** One run, approved, whose report is saved in the folder. */
async function report(): Promise<void> {
	const workflow = reportWorkflow();
	const save = workflow.steps.find(({ kind }) => kind === 'save');
	if (!save) throw new Error('the report is saved');
	save.with = { path: `${disk.name}/Report.md` };
	save.permissions = { ...save.permissions, write: [disk.name] };
	await tab.api.saveWorkflow(workflow);
	const sources = { notes: [{ kind: 'text' as const, name: 'n.txt', text: 'Notes' }] };
	const run = await tab.api.startRun('report', { inputs: { week: 'W46' }, sources });
	if (!run.ok) throw new Error(run.failure.message);
	const status = async () => (await tab.database.runs.get(run.value))?.status;
	await until('the gate', async () => (await status()) === 'waiting');
	const records = await tab.store.records(`run:${run.value}`);
	const asked = records.findLast(({ event }) => event.type === 'review.requested')?.event as unknown as {
		draft: { hash: string };
	};
	await tab.api.approve({ runId: run.value, stepId: 'review', draftHash: asked.draft.hash, ticks: [] });
	await until('the end', async () => (await status()) === 'done');
	await tab.api.lookAtFolders();
}

test('files are read where they lie, anew when they were changed, and leave with the file', async () => {
	await put('sales.csv', 'a,b\n1,2\n');
	await put('2026/notes.md', '# Notes');
	await put('.hidden', 'x');
	await connect();
	expect(await library()).toEqual(['Disk/2026/notes.md v1', 'Disk/sales.csv v1']);
	await tab.api.lookAtFolders();
	expect(await library()).toEqual(['Disk/2026/notes.md v1', 'Disk/sales.csv v1']);

	await put('sales.csv', 'a,b\n1,3\n');
	await tab.api.lookAtFolders();
	expect(await library()).toEqual(['Disk/2026/notes.md v1', 'Disk/sales.csv v1', 'Disk/sales.csv v2']);

	// Touched and not changed: the hash says so.
	await put('sales.csv', 'a,b\n1,3\n');
	await tab.api.lookAtFolders();
	expect(await library()).toHaveLength(3);

	await disk.removeEntry('sales.csv');
	await tab.api.lookAtFolders();
	expect(await library()).toEqual(['Disk/2026/notes.md v1']);
	expect(await look()).toMatchObject({ state: 'here', files: 1, problems: [], waiting: [] });
});

test('a file that was emptied is told, and what was read before stays', async () => {
	await put('a.txt', 'A');
	await put('b.txt', 'B');
	await connect();
	await put('a.txt', '');
	await tab.api.lookAtFolders();
	expect(await library()).toEqual(['Disk/a.txt v1', 'Disk/b.txt v1']);
	expect((await look())?.problems).toMatchObject([
		{ message: expect.stringContaining('empty now') as string }
	]);
	await put('a.txt', 'Again');
	await tab.api.lookAtFolders();
	expect(await library()).toEqual(['Disk/a.txt v1', 'Disk/a.txt v2', 'Disk/b.txt v1']);
	expect((await look())?.problems).toEqual([]);
});

test('a start does not wait for ever for a slow folder, and goes on with what was read before', async () => {
	await put('a.txt', 'A');
	await connect();
	// A network disk that does not answer.
	vi.spyOn(FileSystemDirectoryHandle.prototype, 'values').mockImplementation(
		() =>
			({
				next: () => new Promise(() => undefined),
				[Symbol.asyncIterator]() {
					return this;
				}
			}) as never
	);
	const isWanted = (path: string) => path === disk.name;
	tab.engine.folders.answerMs = 500;
	expect(await tab.engine.folders.lookBefore(() => false, 50)).toEqual({ ok: true, value: undefined });
	expect(await tab.engine.folders.lookBefore(isWanted, 50)).toMatchObject({
		ok: false,
		failure: {
			code: 'folder.slow',
			message: expect.stringContaining('start with what was read before') as string
		}
	});
	const workflow = reportWorkflow();
	await tab.api.saveWorkflow({
		...workflow,
		sources: [{ id: 'notes', title: 'Notes', kind: 'library', path: disk.name }] as never
	});
	const begun = performance.now();
	const run = await tab.api.startRun('report', { inputs: { week: 'W46' }, sources: {}, asRead: true });
	expect(run).toMatchObject({ ok: true });
	expect(performance.now() - begun).toBeLessThan(10_000);
	// The look itself ends too, and says why; nobody behind it waits for ever.
	await tab.api.lookAtFolders();
	expect((await look())?.problems).toMatchObject([
		{ message: expect.stringContaining('the disk does not answer') as string }
	]);
	expect(await library()).toEqual(['Disk/a.txt v1']);
	vi.restoreAllMocks();
	await put('b.txt', 'B');
	await tab.api.lookAtFolders();
	expect(await look()).toMatchObject({ state: 'here', problems: [] });
	expect(await library()).toContain('Disk/b.txt v1');
});

test('where all files are gone at once, nothing is put away unless that is meant', async () => {
	await put('a.txt', 'A');
	await put('b.txt', 'B');
	const { id } = await connect();
	await disk.removeEntry('a.txt');
	await disk.removeEntry('b.txt');
	await tab.api.lookAtFolders();
	expect(await library()).toHaveLength(2);
	expect(await look()).toMatchObject({ state: 'emptied' });
	await tab.api.lookAtFolders(id);
	expect(await library()).toEqual([]);
});

test('an approved output is a file in the folder; a file that is not ours is never written over', async () => {
	await connect();
	await report();
	const first = await onDisk('Report.md');
	expect(first).toContain('# Report of the week');
	expect(await library()).toEqual(['Disk/Report.md v1']);

	// The next one takes the place of a file that Galley wrote and nobody changed.
	await report();
	expect(await names()).toEqual(['Report.md']);
	expect(await library()).toEqual(['Disk/Report.md v1', 'Disk/Report.md v2']);

	await put('Report.md', 'Mine now.');
	await tab.api.lookAtFolders();
	expect(await library()).toContain('Disk/Report.md v3');
	await report();
	expect(await onDisk('Report.md')).toBe('Mine now.');
	expect(await names()).toEqual(['Report (2).md', 'Report.md']);
	expect(await onDisk('Report (2).md')).toBe(first);
	expect(await look()).toMatchObject({ problems: [], waiting: [] });
	// What was written is not taken for something new.
	await tab.api.lookAtFolders();
	expect(await library()).toHaveLength(4);
});

test('a run is given what lies in the folder when it starts', async () => {
	await put('a.txt', 'Old.');
	await connect();
	const workflow = reportWorkflow();
	const [notes] = workflow.sources;
	if (!notes) throw new Error('the report has a source');
	Object.assign(notes, { kind: 'library', path: disk.name });
	await tab.api.saveWorkflow(workflow);
	await put('a.txt', 'New words.');
	const run = await tab.api.startRun('report', { inputs: { week: 'W46' }, sources: {} });
	if (!run.ok) throw new Error(run.failure.message);
	const [first] = await tab.store.records(`run:${run.value}`);
	const { sources } = first?.event as unknown as { sources: Record<string, { hash: string }[]> };
	expect(sources['notes']?.map(({ hash }) => hash)).toEqual([hashOf('New words.')]);
});

test('an output that came in from a file is written to no folder', async () => {
	await connect();
	await report();
	const [own] = await tab.database.entries.toArray();
	if (!own) throw new Error('there is an output');
	const forged = { ...own, id: 'forged', path: `${disk.name}/Forged.md`, at: Date.now() + 1_000_000 };
	const brought = await tab.api.bringIn({ streams: [], values: [], notes: [], entries: [forged] });
	expect(brought).toMatchObject({ ok: true, value: { entries: 1 } });
	await tab.api.lookAtFolders();
	expect(await names()).toEqual(['Report.md']);
});

test('an output that is deleted on disk stays in the library and is not written again', async () => {
	await put('a.txt', 'A');
	await connect();
	await report();
	await disk.removeEntry('Report.md');
	await tab.api.lookAtFolders();
	await tab.api.lookAtFolders();
	expect(await names()).toEqual(['a.txt']);
	expect(await library()).toEqual(['Disk/Report.md v1', 'Disk/a.txt v1']);
});

test('without leave nothing is read or written and that is said; with leave again all of it is', async () => {
	await put('a.txt', 'A');
	await connect();
	const leave = vi.spyOn(
		FileSystemHandle.prototype as unknown as { queryPermission: () => Promise<PermissionState> },
		'queryPermission'
	);
	leave.mockResolvedValue('prompt');
	await put('b.txt', 'B');
	await report();
	expect(await look()).toMatchObject({ state: 'no-leave', waiting: [`${disk.name}/Report.md`] });
	expect(await names()).toEqual(['a.txt', 'b.txt']);
	expect(await library()).toEqual(['Disk/Report.md v1', 'Disk/a.txt v1']);

	leave.mockRestore();
	// What the button does after the browser said yes.
	await tab.api.connectFolder(disk, 'library');
	await tab.api.lookAtFolders();
	expect(await look()).toMatchObject({ state: 'here', waiting: [], problems: [] });
	expect(await names()).toEqual(['Report.md', 'a.txt', 'b.txt']);
	expect(await book.all()).toHaveLength(1);
});

test('a folder that is not there any more is told as gone, and the library is left alone', async () => {
	await put('a.txt', 'A');
	await connect();
	await root.removeEntry(disk.name, { recursive: true });
	await tab.api.lookAtFolders();
	expect(await look()).toMatchObject({ state: 'gone', files: 1 });
	expect(await library()).toEqual(['Disk/a.txt v1']);
	await root.getDirectoryHandle(disk.name, { create: true });
});

test('two files of which only forbidden signs differ have two places in the library', async () => {
	await put('plan~.txt', 'A');
	await put('plan\u200d.txt', 'B');
	await put('plan.txt', 'C');
	await connect();
	expect(await library()).toHaveLength(3);
	await tab.api.lookAtFolders();
	expect((await library()).every((one) => one.endsWith(' v1'))).toBe(true);
});

test('a backup rolls: after changes, once a day, read back, the last five kept, and what is not ours stays', async () => {
	await put('mine.galley-backup', 'Not of this Galley.');
	await tab.api.saveWorkflow(reportWorkflow());
	expect(await tab.api.rollBackup({})).toEqual({ ok: true, value: false });
	await tab.api.connectFolder(disk, 'backups');
	expect(await tab.api.rollBackup({ draft: 'typed' })).toEqual({ ok: true, value: true });
	const [first = ''] = (await names()).filter((name) => name.startsWith('galley-'));
	const file = await (await disk.getFileHandle(first)).getFile();
	expect(await isBackup(file)).toBe(true);
	expect(await tab.api.checkBackup(file, null)).toMatchObject({
		ok: true,
		value: { workflows: 1, problems: [] }
	});
	const note = (await tab.database.settings.get('backup'))?.value;
	expect(note).toMatchObject({ folder: disk.name, bytes: file.size });

	// Not again on the same day, nor where nothing has changed.
	await tab.api.deleteWorkflow('report');
	expect(await tab.api.rollBackup({})).toEqual({ ok: true, value: false });
	const [folder] = await book.all('backups');
	if (!folder?.backups) throw new Error('the folder has a backup');
	const dayAgo = { ...folder.backups, doneAt: Date.now() - 25 * 3_600_000 };
	await book.change(folder.id, { backups: dayAgo });
	expect(await tab.api.rollBackup({})).toEqual({ ok: true, value: true });
	const heads = await tab.store.heads('');
	expect((await book.all('backups'))[0]?.backups?.lengths).toEqual(
		Object.fromEntries(heads.map(({ stream, length }) => [stream, length]))
	);
	await book.change(folder.id, {
		backups: { ...dayAgo, lengths: Object.fromEntries(heads.map(({ stream }) => [stream, 99])) }
	});
	expect(await tab.api.rollBackup({})).toEqual({ ok: true, value: false });

	await book.change(folder.id, { backups: dayAgo });
	for (let more = 0; more < 6; more++) await tab.api.rollBackup({}, true);
	const left = await names();
	// Five, one that this test made Galley forget, and the one that is somebody else's.
	expect(left).toHaveLength(7);
	expect(left).toContain('mine.galley-backup');
});

test('a backup that cannot be written is said, and the one before stays what counts', async () => {
	await tab.api.saveWorkflow(reportWorkflow());
	await tab.api.connectFolder(disk, 'backups');
	vi.spyOn(
		FileSystemHandle.prototype as unknown as { queryPermission: () => Promise<PermissionState> },
		'queryPermission'
	).mockResolvedValue('prompt');
	expect(await tab.api.rollBackup({})).toMatchObject({ ok: false, failure: { code: 'folder.no-leave' } });
	expect((await book.all('backups'))[0]?.look).toMatchObject({ state: 'no-leave' });
	expect(await tab.database.settings.get('backup')).toBeUndefined();
	expect(await names()).toEqual([]);

	vi.restoreAllMocks();
	// A disk that writes something else than it was given.
	vi.spyOn(FileSystemFileHandle.prototype, 'getFile').mockResolvedValue(new File(['x'], 'x'));
	expect(await tab.api.rollBackup({})).toMatchObject({ ok: false, failure: { code: 'backup.read-back' } });
	vi.restoreAllMocks();
	await root.removeEntry(disk.name, { recursive: true });
	expect(await tab.api.rollBackup({})).toMatchObject({ ok: false, failure: { code: 'folder.gone' } });
	await root.getDirectoryHandle(disk.name, { create: true });
	expect(await tab.api.rollBackup({})).toEqual({ ok: true, value: true });
});
