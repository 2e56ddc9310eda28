import type { LedgerEvent } from '$lib/core';
import { chain, emptyHead, headAfter, type RunEvent } from '$lib/run';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from './ports';
import {
	append,
	bytesValue,
	commitOf,
	entryEvent,
	noteEvent,
	rowFor,
	runCommit,
	runEnd,
	runEvents,
	savedEvent,
	textValue,
	tick,
	told,
	whole
} from './testing';
import type { Rig } from './testing-rig';

/** What every store does, whatever it is made of. */
export function storeConformance(name: string, make: () => Promise<Rig>): void {
	describe(`${name}: store`, { timeout: 30_000 }, () => {
		let rig: Rig;
		let store: Store;

		beforeEach(async () => {
			rig = await make();
			store = await rig.tab();
			expect(await store.open()).toMatchObject({ ok: true, value: { rebuilt: 'nothing', hadData: false } });
		});
		afterEach(() => rig.end());

		it('gives back what was committed, in order', async () => {
			const commit = runCommit('r1', 1000);
			expect(await store.commit(commit)).toEqual({ ok: true, value: undefined });
			expect(await store.records('run:r1')).toEqual(commit.records);
			expect(await store.records('run:r1', 2)).toEqual(commit.records.slice(2));
			expect(await store.records('run:r1', 9)).toEqual([]);
			expect(await store.records('run:other')).toEqual([]);
		});

		it('knows heads, also of streams that are not there', async () => {
			const commit = append('run:a', [tick(1), tick(2)]);
			await store.commit(commit);
			await store.commit(append('run:b', [tick(1)]));
			await store.commit(append('notes', [noteEvent('n', 1)]));
			const head = headAfter(emptyHead('run:a'), commit.records);
			expect(await store.head('run:a')).toEqual(head);
			expect(await store.head('run:none')).toEqual(emptyHead('run:none'));
			expect((await store.heads('run:')).map((one) => one.stream)).toEqual(['run:a', 'run:b']);
			expect(await store.heads('workflow:')).toEqual([]);
		});

		it('continues a stream only where it ends', async () => {
			const first = append('run:a', [tick(1)]);
			await store.commit(first);
			const head = headAfter(emptyHead('run:a'), first.records);
			expect(await store.commit(append('run:a', [tick(2)]))).toMatchObject(code('stream.moved'));
			expect(await store.commit(append({ ...head, length: 2 }, [tick(2)]))).toMatchObject(
				code('stream.moved')
			);
			expect(await store.commit(append({ ...head, hash: '0'.repeat(64) }, [tick(2)]))).toMatchObject(
				code('stream.moved')
			);
			expect(await store.commit(append(head, [tick(2)]))).toMatchObject({ ok: true });
			expect(await store.records('run:a')).toHaveLength(2);
		});

		it('refuses the very same records a second time', async () => {
			const commit = append('run:a', [tick(1)]);
			await store.commit(commit);
			expect(await store.commit(commit)).toMatchObject(code('stream.moved'));
		});

		it('writes all streams of a commit or none, values and rows included', async () => {
			await store.commit(append('run:a', [tick(1)]));
			const good = chain(emptyHead('run:b'), [tick(1)]);
			const moved = chain(emptyHead('run:a'), [tick(9)]);
			const value = textValue('must not be kept');
			const runs = [rowFor('b', runEvents('b', 5))];
			const result = await store.commit(commitOf([...good, ...moved], { values: [value], runs }));
			expect(result).toMatchObject(code('stream.moved'));
			expect(await store.head('run:b')).toEqual(emptyHead('run:b'));
			expect(await store.value(value.hash)).toMatchObject(code('value.missing'));
			expect((await rig.rows()).runs).toEqual([]);
			const both = [...good, ...chain(await store.head('run:a'), [tick(2)])];
			expect(await store.commit(commitOf(both))).toMatchObject({ ok: true });
			expect((await store.heads('run:')).map((head) => head.length)).toEqual([2, 1]);
		});

		it('lets exactly one of many racing writers win, over two tabs', async () => {
			const other = await rig.tab();
			await other.open();
			for (let round = 0; round < 5; round++) {
				const head = await store.head('run:race');
				const tries = [0, 1, 2, 3].map((n) =>
					(n % 2 ? store : other).commit(append(head, [tick(round * 10 + n), tick(round * 10 + n)]))
				);
				const results = await Promise.all(tries);
				expect(results.filter((result) => result.ok)).toHaveLength(1);
				expect(results.filter((result) => !result.ok)).toHaveLength(3);
			}
			expect(await other.records('run:race')).toHaveLength(10);
		});

		it('lets one of two tabs with the very same records win', async () => {
			const other = await rig.tab();
			await other.open();
			const commit = append('run:same', [tick(1)]);
			const results = await Promise.all([store.commit(commit), other.commit(commit)]);
			expect(results.map((result) => result.ok).sort()).toEqual([false, true]);
		});

		it('refuses an older epoch and lets commits without one pass', async () => {
			const first = await store.nextEpoch();
			const other = await rig.tab();
			await other.open();
			const second = await other.nextEpoch();
			expect(second).toBeGreaterThan(first);
			const stale = append('run:a', [tick(1)], { epoch: first });
			expect(await store.commit(stale)).toMatchObject(code('lease.lost'));
			expect(await store.head('run:a')).toEqual(emptyHead('run:a'));
			expect(await store.commit(append('run:a', [tick(1)], { epoch: null }))).toMatchObject({ ok: true });
			expect(await other.commit(append('run:b', [tick(1)], { epoch: second }))).toMatchObject({ ok: true });
		});

		it('writes nothing into data of a newer format, and does not open it', async () => {
			await store.commit(append('run:a', [tick(1)]));
			await rig.setFormat(99);
			const next = append(await store.head('run:a'), [tick(2)]);
			expect(await store.commit(next)).toMatchObject(code('format.newer'));
			expect(await store.records('run:a')).toHaveLength(1);
			const other = await rig.tab();
			expect(await other.open()).toMatchObject(code('format.newer'));
			expect(await other.commit(next)).toMatchObject({ ok: false });
		});

		it('keeps text, bytes and big contents as they were', async () => {
			const big = new Uint8Array(300 * 1024).map((_, index) => index % 251);
			const values = [
				textValue('Grüße, 世界 🎉'),
				textValue('{"a":1}', 'application/json'),
				textValue(''),
				bytesValue(new Uint8Array([0, 255, 128])),
				bytesValue(big),
				textValue('ä'.repeat(200 * 1024))
			];
			await store.commit(append('run:v', [tick(1)], { values }));
			for (const value of values) expect(told(await store.value(value.hash))).toEqual(whole(value));
			// Storing one again is no harm.
			expect(await store.commit(append('run:w', [tick(1)], { values }))).toMatchObject({ ok: true });
			expect(await store.value('0'.repeat(64))).toMatchObject(code('value.missing'));
		});

		it('never gives out content that does not match its hash', async () => {
			const value = bytesValue(new Uint8Array(300 * 1024).fill(7));
			await store.commit(append('run:v', [tick(1)], { values: [value] }));
			await rig.damage(value.hash);
			expect(await store.value(value.hash)).toMatchObject(code('value.damaged'));
		});

		it('forgets what nothing refers to any more, and has it again when it is stored again', async () => {
			const [loose, used, needed, big] = ['l', 'u', 'n', 'b'].map((text) =>
				bytesValue(new TextEncoder().encode(text.repeat(text === 'b' ? 300_000 : 9_000)))
			);
			if (!loose || !used || !needed || !big) throw new Error('there are four');
			const small = textValue('small');
			const values = [loose, used, needed, big, small];
			const entryOf = (id: string, { hash, bytes }: { hash: string; bytes: number }) => {
				const event = entryEvent(id, 1) as { entry: { value: object } };
				return { ...event, entry: { ...event.entry, value: { ...event.entry.value, hash, bytes } } } as never;
			};
			const named = values.map((value, at) => entryOf(`e${at}`, value));
			await store.commit(append('library', [...named, entryOf('copy', needed)], { values }));
			await store.commit(append('run:r', [{ ...tick(1), output: { hash: used.hash } } as never]));
			const hashes = values.map(({ hash }) => hash);
			// As long as they are in the library nothing goes.
			expect(await store.forget(hashes)).toEqual({ ok: true, value: 0 });
			const emptied = values.map((_, at) => ({ type: 'entry.emptied', at: 2, id: `e${at}` }) as never);
			await store.commit(append(await store.head('library'), emptied));
			// What is small lies in the journal for good, so it is not said to be freed.
			expect(await store.forget(hashes)).toEqual({ ok: true, value: 300_000 });
			for (const { hash } of [used, needed, small])
				expect(await store.value(hash)).toMatchObject({ ok: true });
			expect(await store.value(big.hash)).toMatchObject(code('value.missing'));
			const other = await rig.tab();
			await other.open();
			for (const [tab, stream] of [
				[store, 'run:again'],
				[other, 'run:other']
			] as const) {
				expect(await tab.commit(append(stream, [tick(1)], { values: [loose, big] }))).toMatchObject({
					ok: true
				});
				for (const value of [loose, big]) expect(told(await store.value(value.hash))).toEqual(whole(value));
			}
		});

		it('lists runs that are not over, oldest first', async () => {
			await store.commit(runCommit('late', 3000));
			await store.commit(runCommit('early', 1000));
			await store.commit(runCommit('over', 2000));
			expect(await store.openRuns()).toEqual(['early', 'over', 'late']);
			const events = runEnd('over', 2010);
			const row = rowFor('over', [...runEvents('over', 2000), ...events]);
			await store.commit(append(await store.head('run:over'), events, { runs: [row] }));
			expect(await store.openRuns()).toEqual(['early', 'late']);
			expect((await rig.rows()).runs.find((one) => one.id === 'over')).toEqual(row);
		});

		it('folds workflows, notes and library entries into rows', async () => {
			await store.commit(append('workflow:weekly', [savedEvent(1, 1), savedEvent(2, 5)]));
			await store.commit(
				append('library', [entryEvent('e1', 1), { type: 'entry.deleted', at: 2, id: 'e1' } as never])
			);
			await store.commit(append('notes', [noteEvent('n1', 1)]));
			const rows = await rig.rows();
			expect(rows.workflows).toMatchObject([
				{ id: 'weekly', version: 2, createdAt: 1, updatedAt: 5, deleted: 0 }
			]);
			expect(rows.entries).toMatchObject([{ id: 'e1', path: 'Files/e1.txt', deleted: 1 }]);
			expect(rows.notes).toMatchObject([
				{ id: 'n1', status: 'active', record: { given: 0, lastUsed: null } }
			]);
		});

		it('keeps the egress ledger, a row for each request, in whatever order its facts come', async () => {
			const asked = { at: 1, purpose: 'model', call: 'r1/draft/1.1' } as const;
			const to = { origin: 'https://api.example.org', method: 'POST' };
			const facts: LedgerEvent[] = [
				{ type: 'request.began', ...asked, id: 'a', ...to, sent: 10, address: 3 },
				{ type: 'request.ended', at: 2, id: 'a', status: 200, received: 7 },
				{ ...asked, type: 'request.blocked', id: 'b', by: 'service-worker', code: 'x', what: 'y', ...to },
				{ type: 'request.began', ...asked, id: 'b', ...to, sent: 10, address: 3 }
			];
			await store.commit(append('egress', facts));
			const rows = (await rig.rows()).requests;
			expect(rows.sort((a, b) => a.id.localeCompare(b.id))).toMatchObject([
				{ id: 'a', decision: 'allowed', sent: 10, received: 7, status: 200, endedAt: 2 },
				{ id: 'b', decision: 'blocked', sent: 0, blocked: { by: 'service-worker', code: 'x' } }
			]);
			await store.close();
			const again = await rig.tab();
			// Nothing that the person made: the first screen still greets them.
			expect(await again.open()).toMatchObject({ ok: true, value: { hadData: false } });
		});

		it('counts how notes fared, and a retry once', async () => {
			await store.commit(append('notes', [noteEvent('n1', 1)]));
			await store.commit(runCommit('r1', 1000));
			const again = runEvents('r1', 1500)[2];
			if (again?.type !== 'attempt.prepared') throw new Error('fixture');
			const retry: RunEvent = { ...again, attemptId: 'r1/draft/1.2' };
			await store.commit(append(await store.head('run:r1'), [retry]));
			await store.commit(append(await store.head('run:r1'), runEnd('r1', 1600)));
			await store.commit(runCommit('r2', 2000));
			const [note] = (await rig.rows()).notes;
			expect(note?.record).toEqual({ given: 2, held: 1, missed: 0, cannotTell: 0, lastUsed: 2002 });
		});

		it('survives closing and opening', async () => {
			const commit = runCommit('r1', 1000);
			await store.commit(commit);
			await store.close();
			expect(await store.commit(append('run:x', [tick(1)]))).toMatchObject({ ok: false });
			const again = await rig.tab();
			const report = { rebuilt: 'nothing', records: 0, hadData: true, notice: null };
			expect(await again.open()).toEqual({ ok: true, value: report });
			expect(await again.records('run:r1')).toEqual(commit.records);
			expect(await again.openRuns()).toEqual(['r1']);
		});

		it('deletes everything, and begins anew', async () => {
			const commit = runCommit('r1', 1000, { values: [textValue('x'), bytesValue(new Uint8Array(300_000))] });
			await store.commit(commit);
			const other = await rig.tab();
			await other.open();
			await other.commit(append('notes', [noteEvent('n1', 1)]));
			expect(await store.wipe()).toMatchObject({ ok: true });
			expect(await store.heads('')).toEqual([]);
			for (const { hash } of commit.values)
				expect(await store.value(hash)).toMatchObject(code('value.missing'));
			expect(await rig.rows()).toEqual({ runs: [], workflows: [], notes: [], entries: [], requests: [] });
			expect(await store.commit(commit)).toMatchObject({ ok: true });
			await store.wipe();
			await store.close();
			const again = await rig.tab();
			expect(await again.open()).toMatchObject({ ok: true, value: { rebuilt: 'nothing', hadData: false } });
		});
	});
}

function code(value: string) {
	return { ok: false, failure: { code: value } };
}
