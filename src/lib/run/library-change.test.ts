import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldEntry, nameOf, safePath, type LibraryEntry, type LibraryEvent } from './library';
import { decideLibrary, type LibraryChange } from './library-change';

const labels = { trust: 'untrusted', reach: 'may-leave' } as const;
let ids = 0;
const context = { now: 5, id: () => `copy-${(ids += 1)}` };

function entry(path: string, version = 1, more: Partial<LibraryEntry> = {}): LibraryEntry {
	const value = { hash: path + version, media: 'text/plain', bytes: 1, labels, from: [] };
	return { id: `${path}@${version}`, kind: 'file', path, version, value, at: 1, deleted: 0, ...more };
}

function apply(entries: readonly LibraryEntry[], events: readonly LibraryEvent[]): LibraryEntry[] {
	const rows = new Map(entries.map((one) => [one.id, one]));
	for (const event of events) {
		const id = event.type === 'entry.added' ? event.entry.id : event.id;
		const row = foldEntry(rows.get(id) ?? null, event);
		if (row) rows.set(id, row);
	}
	return [...rows.values()];
}

function changed(entries: readonly LibraryEntry[], change: LibraryChange) {
	const decided = decideLibrary(entries, change, context);
	if (!decided.ok) throw new Error(decided.failure.message);
	return { ...decided.value, entries: apply(entries, decided.value.events) };
}

const placesOf = (entries: readonly LibraryEntry[]) =>
	entries.map((one) => `${one.path}@${one.version}${one.deleted ? ' gone' : ''}`).sort();

test('a folder goes with all that is in it, all versions, and comes back', () => {
	const before = [entry('A/x.md'), entry('A/x.md', 2), entry('A/B/y.md'), entry('C.md')];
	const moved = changed(before, { type: 'move', which: { paths: ['A', 'A/x.md'] }, to: 'Z' });
	expect(placesOf(moved.entries)).toEqual(['C.md@1', 'Z/A/B/y.md@1', 'Z/A/x.md@1', 'Z/A/x.md@2']);
	expect(placesOf(changed(moved.entries, moved.undo).entries)).toEqual(placesOf(before));
});

test('what would land on another path gets a name of its own', () => {
	const before = [entry('A/x.md'), entry('B/x.md'), entry('x.md')];
	const moved = changed(before, { type: 'move', which: { paths: ['A/x.md', 'B/x.md'] }, to: '' });
	expect(placesOf(moved.entries)).toEqual(['x (2).md@1', 'x (3).md@1', 'x.md@1']);
	expect(moved.renamed).toEqual(['x (2).md', 'x (3).md']);
});

test('a folder does not go into itself; a name keeps no slash; another case is another name', () => {
	const before = [entry('A/x.md')];
	const into = decideLibrary(before, { type: 'move', which: { paths: ['A'] }, to: 'A/B' }, context);
	expect(into).toMatchObject({ ok: false, failure: { code: 'library.into-itself' } });
	expect(placesOf(changed(before, { type: 'rename', path: 'A/x.md', name: '../y.md' }).entries)).toEqual([
		'A/..-y.md@1'
	]);
	expect(placesOf(changed(before, { type: 'rename', path: 'A/x.md', name: 'X.md' }).entries)).toEqual([
		'A/X.md@1'
	]);
});

test('a copy is the newest version and no output of a run', () => {
	const before = [
		entry('x.md'),
		entry('x.md', 2, { kind: 'output', runId: 'r', workflowId: 'w', tags: ['t'] })
	];
	const copied = changed(before, { type: 'copy', which: { paths: ['x.md'] }, to: '' });
	const made = copied.entries.find((one) => one.path === 'x (2).md');
	expect(made).toMatchObject({ kind: 'file', version: 1, value: { hash: 'x.md2' }, tags: ['t'] });
	expect(made).not.toHaveProperty('runId');
	expect(placesOf(changed(copied.entries, copied.undo).entries)).toContain('x (2).md@1 gone');
});

test('what comes out of the bin takes the next version where its own is taken', () => {
	const before = [entry('x.md', 1, { deleted: 1 }), entry('x.md', 1, { id: 'other' })];
	const back = changed(before, { type: 'restore', which: { ids: ['x.md@1'] } });
	expect(placesOf(back.entries)).toEqual(['x.md@1', 'x.md@2']);
});

test('versions that come out of the bin beside another one stay in their order', () => {
	const gone = [entry('x.md', 2, { deleted: 1 }), entry('x.md', 1, { deleted: 1 })];
	const before = [...gone, entry('x.md', 1, { id: 'other' })];
	const back = changed(before, { type: 'restore', which: { paths: ['x.md'] } }).entries;
	const versionOf = (id: string) => back.find((one) => one.id === id)?.version ?? 0;
	expect(versionOf('x.md@1')).toBe(2);
	expect(versionOf('x.md@2')).toBe(3);
});

test('paths that are longer than what is kept stay apart and keep their endings', () => {
	const long = 'Notes of the meeting '.repeat(15);
	const folder = Array.from({ length: 30 }, (_, at) => `A folder with a long name ${at}`).join('/');
	const paths = [`${long}1.pdf`, `${long}2.pdf`, `${folder}/a.md`, `${folder}/b.md`, `${folder}/deeper/a.md`];
	const safe = paths.map(safePath);
	expect(new Set(safe).size).toBe(paths.length);
	expect(safe.map((path) => path.slice(path.lastIndexOf('.')))).toEqual([
		'.pdf',
		'.pdf',
		'.md',
		'.md',
		'.md'
	]);
	for (const path of safe) {
		expect(path.length).toBeLessThanOrEqual(1_001);
		expect(nameOf(path).length).toBeLessThanOrEqual(200);
		expect(safePath(path)).toBe(path);
	}
	expect(() => encodeURIComponent(safePath('🙂'.repeat(200)))).not.toThrow();
});

test('tags are there once however they are written, and come back', () => {
	const before = [entry('x.md', 1, { tags: ['Old'] })];
	const change = { which: { paths: ['x.md'] }, add: [' Q3 ', 'q3', 'a,b'], remove: ['old'] };
	const tagged = changed(before, { type: 'tag', ...change });
	expect(tagged.entries[0]?.tags).toEqual(['Q3', 'a b']);
	expect(changed(tagged.entries, tagged.undo).entries[0]?.tags).toEqual(['Old']);
});

const path = fc.constantFrom('x.md', 'y.md', 'A/x.md', 'A/B/x.md', 'A/B/y', 'C/x.md', 'A', 'B');
const which = fc.oneof(
	fc.uniqueArray(path, { minLength: 1, maxLength: 3 }).map((paths) => ({ paths })),
	fc
		.uniqueArray(path, { minLength: 1, maxLength: 2 })
		.map((paths) => ({ ids: paths.map((one) => `${one}@1`) }))
);
const change: fc.Arbitrary<LibraryChange> = fc.oneof(
	fc.record({
		type: fc.constantFrom('move' as const, 'copy' as const),
		which,
		to: fc.constantFrom('', 'A', 'A/B', 'D')
	}),
	fc.record({ type: fc.constant('rename' as const), path, name: fc.constantFrom('x.md', 'z', 'A') }),
	fc.record({ type: fc.constantFrom('delete' as const, 'restore' as const), which })
);

test('whatever is done, nothing is lost or overwritten, and each change can be taken back', () => {
	fc.assert(
		fc.property(
			fc.uniqueArray(path, { maxLength: 6 }),
			fc.array(change, { maxLength: 6 }),
			(paths, changes) => {
				let entries = paths.map((one) => entry(one));
				for (const one of changes) {
					const decided = decideLibrary(entries, one, context);
					if (!decided.ok) continue;
					const after = apply(entries, decided.value.events);
					const live = after.filter((row) => !row.deleted);
					expect(new Set(live.map((row) => `${row.path}@${row.version}`)).size).toBe(live.length);
					expect(after.length).toBeGreaterThanOrEqual(entries.length);
					const back = changed(after, decided.value.undo).entries;
					const kept = back.filter((row) => entries.some(({ id }) => id === row.id));
					// A version that had to become another one when it came out of the bin stays that one.
					if (one.type !== 'restore') expect(placesOf(kept)).toEqual(placesOf(entries));
					entries = after;
				}
				for (const row of entries) expect(nameOf(row.path)).not.toBe('');
			}
		)
	);
});
