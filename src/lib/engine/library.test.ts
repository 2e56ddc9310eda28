import 'fake-indexeddb/auto';
import { workflowSchema } from '$lib/workflow';
import { expect, it } from 'vitest';
import { says, TestDevice, TestExecutor } from './testing';

const file = (path: string, text: string) => ({ path, media: 'text/plain', content: new Blob([text]) });

it('files come in by their bytes; the same ones again are no version; one that is gone stops no other', async () => {
	const tab = await new TestDevice().tab(new TestExecutor(() => says('')));
	const gone = {
		path: 'gone.txt',
		media: 'text/plain',
		content: { arrayBuffer: () => Promise.reject(new Error()) }
	};
	const first = await tab.api.addFiles([file('A/x.txt', 'one'), gone as never, file('A/x.txt', 'two')]);
	expect(first).toMatchObject({
		ok: true,
		value: { same: 0, refused: [{ failure: { code: 'file.vanished' } }] }
	});
	const again = await tab.api.addFiles([file('A/x.txt', 'two'), file('../A/x.txt', 'three')]);
	expect(again).toMatchObject({ ok: true, value: { same: 1, refused: [] } });
	const rows = await tab.database.entries.where('path').equals('A/x.txt').sortBy('version');
	expect(rows.map((row) => row.version)).toEqual([1, 2, 3]);
	const stored = await tab.api.value(rows[2]?.value.hash ?? '');
	expect(stored).toMatchObject({ ok: true, value: { content: new TextEncoder().encode('three') } });
	tab.engine.close();
});

it('a change is written as events, counts for two tabs at once, and can be taken back', async () => {
	const device = new TestDevice();
	const [one, two] = [
		await device.tab(new TestExecutor(() => says(''))),
		await device.tab(new TestExecutor(() => says('')))
	];
	await one.api.addFiles([file('a.txt', 'a'), file('A/a.txt', 'b'), file('B/a.txt', 'c')]);
	const [up, other] = await Promise.all([
		one.api.changeLibrary({ type: 'move', which: { paths: ['A/a.txt'] }, to: 'C' }),
		two.api.changeLibrary({ type: 'move', which: { paths: ['B/a.txt'] }, to: 'C' })
	]);
	const paths = async () => (await one.database.entries.toArray()).map((row) => row.path).sort();
	expect(await paths()).toEqual(['C/a (2).txt', 'C/a.txt', 'a.txt']);
	if (!up.ok || !other.ok) throw new Error('not moved');
	await one.api.changeLibrary(up.value.undo);
	await one.api.changeLibrary(other.value.undo);
	expect(await paths()).toEqual(['A/a.txt', 'B/a.txt', 'a.txt']);
	const events = (await one.api.records('library')).map((record) => (record.event as { type: string }).type);
	expect(events.filter((type) => type === 'entry.moved')).toHaveLength(4);
	one.engine.close();
	two.engine.close();
});

it('a source finds what the library has at the start, and keeps to that', async () => {
	const tab = await new TestDevice().tab(new TestExecutor(() => says('')));
	await tab.api.addFiles([file('In/b.txt', 'second'), file('In/c.md', 'other'), file('Out/a.txt', 'else')]);
	await tab.api.saveWorkflow(
		workflowSchema.parse({
			format: 1,
			id: 'found',
			title: 'Found',
			sources: [{ id: 'texts', title: 'Texts', kind: 'library', path: 'In', pattern: '*.txt' }],
			steps: [
				{ id: 'collect', title: 'Collect', kind: 'collect', job: 'collect' },
				{ id: 'ask', title: 'Ask', kind: 'ask', job: 'decide', with: { question: 'Go on?' } }
			]
		})
	);
	const given = { inputs: {}, sources: {} };
	const started = await tab.api.startRun('found', given);
	if (!started.ok) throw new Error(started.failure.message);
	await tab.api.addFiles([file('In/d.txt', 'later')]);
	const sources = async (id: string) => {
		const first = (await tab.api.records(`run:${id}`))[0]?.event as unknown as {
			sources: Record<string, { name: string }[]>;
		};
		return first.sources['texts']?.map((ref) => ref.name);
	};
	expect(await sources(started.value)).toEqual(['In/b.txt']);
	const again = await tab.api.startRun('found', given);
	expect(again.ok && (await sources(again.value))?.sort()).toEqual(['In/b.txt', 'In/d.txt']);
	await tab.api.changeLibrary({ type: 'delete', which: { paths: ['In'] } });
	expect(await tab.api.startRun('found', given)).toMatchObject({
		ok: false,
		failure: { code: 'source.missing' }
	});
	tab.engine.close();
});

it('emptying the bin frees what no run needs, for good; what a run read is still in it', async () => {
	const tab = await new TestDevice().tab(new TestExecutor(() => says('')));
	const long = (path: string) => file(path, path.repeat(60_000));
	await tab.api.addFiles([long('In/a.txt'), long('b.txt'), long('c.txt'), file('d.txt', 'small')]);
	await tab.api.saveWorkflow(
		workflowSchema.parse({
			format: 1,
			id: 'reads',
			title: 'Reads',
			sources: [{ id: 'texts', title: 'Texts', kind: 'library', path: 'In' }],
			steps: [{ id: 'collect', title: 'Collect', kind: 'collect', job: 'collect' }]
		})
	);
	await tab.api.startRun('reads', { inputs: {}, sources: {} });
	const rows = await tab.database.entries.toArray();
	const hashOf = (path: string) => rows.find((row) => row.path === path)?.value.hash ?? '';
	await tab.api.changeLibrary({ type: 'delete', which: { paths: ['In', 'b.txt', 'd.txt'] } });
	const emptied = await tab.api.emptyBin();
	expect(emptied).toMatchObject({ ok: true, value: { entries: 3, freed: 300_000 } });
	expect(await tab.api.value(hashOf('In/a.txt'))).toMatchObject({ ok: true });
	expect(await tab.api.value(hashOf('c.txt'))).toMatchObject({ ok: true });
	const ids = rows.map(({ id }) => id);
	expect(await tab.api.changeLibrary({ type: 'restore', which: { ids } })).toMatchObject({
		ok: true,
		value: { changed: 0 }
	});
	expect(await tab.api.emptyBin()).toMatchObject({ ok: true, value: { entries: 0, freed: 0 } });
	// The very same file can come in again.
	await tab.api.addFiles([long('b.txt')]);
	const [b] = await tab.database.entries
		.where('path')
		.equals('b.txt')
		.filter((row) => !row.deleted)
		.toArray();
	expect(b?.version).toBe(2);
	expect(await tab.api.value(b?.value.hash ?? '')).toMatchObject({ ok: true });
	tab.engine.close();
});
