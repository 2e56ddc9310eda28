import { headAfter, emptyHead } from '$lib/run';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Commit, Store } from '../ports';
import { append, history, noteEvent, textValue, tick, told, whole } from '../testing';
import type { FaultRig } from '../testing-rig';

/** What a store of two copies does when one of them fails, is lost or damaged. */
export function storageFaults(name: string, make: () => Promise<FaultRig>): void {
	// Starting workers takes its time on a busy machine.
	describe(`${name}: faults`, { timeout: 30_000 }, () => {
		let rig: FaultRig;
		let store: Store;
		let commits: Commit[];

		beforeEach(async () => {
			rig = await make();
			store = await opened();
			commits = history();
			for (const commit of commits) expect(await store.commit(commit)).toMatchObject({ ok: true });
		});
		afterEach(() => rig.end());

		async function opened(tab = rig.tab()): Promise<Store> {
			const made = await tab;
			expect(await made.open()).toMatchObject({ ok: true });
			return made;
		}

		async function reopened() {
			await store.close();
			store = await rig.tab();
			const report = await store.open();
			if (!report.ok) throw new Error(report.failure.message);
			return report.value;
		}

		async function looked() {
			const report = await store.lookOver();
			if (!report.ok) throw new Error(report.failure.message);
			return report.value;
		}

		async function everythingIsThere(): Promise<void> {
			for (const commit of commits) {
				const [first] = commit.records;
				if (!first) continue;
				const records = await store.records(first.stream, first.seq);
				expect(records.slice(0, commit.records.length)).toEqual(commit.records);
				for (const value of commit.values) expect(told(await store.value(value.hash))).toEqual(whole(value));
			}
		}

		/** The journal alone suffices: the database goes, and all comes back. */
		async function journalIsWhole(): Promise<void> {
			await store.close();
			await rig.loseDatabase();
			expect(await reopened()).toMatchObject({ rebuilt: 'database', hadData: true });
			await everythingIsThere();
		}

		const entries = () => commits.reduce((sum, commit) => sum + commit.records.length, 0);

		it('brings a lost database back whole, says so once, and goes on', async () => {
			const before = await rig.rows();
			const values = await rig.valueKeys();
			await store.close();
			await rig.loseDatabase();
			const report = await reopened();
			expect(report).toMatchObject({ rebuilt: 'database', records: entries(), hadData: true });
			expect(report.notice).toContain('came back from the journal');
			expect(await rig.valueKeys()).toEqual(values);
			await everythingIsThere();
			expect(await rig.rows()).toEqual(before);
			expect(await reopened()).toEqual({ rebuilt: 'nothing', records: 0, hadData: true, notice: null });
			const more = append(await store.head('run:r1'), [tick(1)]);
			expect(await store.commit(more)).toMatchObject({ ok: true });
		});

		it('brings back a database that is lost while it is open', async () => {
			await rig.loseDatabase();
			const head = headAfter(
				emptyHead('notes'),
				commits.find((one) => one.records[0]?.stream === 'notes')?.records ?? []
			);
			const next = append(head, [noteEvent('n2', 9)]);
			expect(await store.commit(next)).toMatchObject({ ok: true });
			commits.push(next);
			await everythingIsThere();
			expect(await reopened()).toMatchObject({ rebuilt: 'nothing', hadData: true });
			await everythingIsThere();
		});

		it('fences off an old lease also after the database was lost', async () => {
			const old = await store.nextEpoch();
			await store.close();
			await rig.loseDatabase();
			await new Promise((done) => setTimeout(done, 2));
			await reopened();
			await store.nextEpoch();
			expect(await store.commit(append('run:z', [tick(1)], { epoch: old }))).toMatchObject(
				code('lease.lost')
			);
		});

		it('rebuilds once when two tabs open at the same time', async () => {
			await store.close();
			await rig.loseDatabase();
			const tabs = [await rig.tab(), await rig.tab()];
			const reports = await Promise.all(tabs.map((tab) => tab.open()));
			const rebuilt = reports.map((report) => report.ok && report.value.rebuilt).sort();
			expect(rebuilt).toEqual(['database', 'nothing']);
			store = tabs[1] ?? store;
			await everythingIsThere();
		});

		it('begins a rebuild again that was broken off', async () => {
			const before = await rig.rows();
			await store.close();
			await rig.loseFence();
			expect(await reopened()).toMatchObject({ hadData: true });
			expect(await rig.rows()).toEqual(before);
			await everythingIsThere();
		});

		it('replays the tail that the database lost at a power cut', async () => {
			await store.close();
			await rig.loseTail('run:r1', 2);
			expect(await reopened()).toMatchObject({ rebuilt: 'database', records: 2 });
			await everythingIsThere();
			expect((await store.head('run:r1')).length).toBe(5);
		});

		it('rebuilds a lost journal from the database', async () => {
			await store.close();
			await rig.loseJournal();
			const report = await reopened();
			const values = new Set(commits.flatMap((one) => one.values.map(({ hash }) => hash)));
			expect(report).toMatchObject({ rebuilt: 'journal', records: entries() + values.size, hadData: true });
			expect(report.notice).toContain('from the database');
			expect(await reopened()).toMatchObject({ rebuilt: 'nothing', notice: null });
			await journalIsWhole();
		});

		it('completes a journal with a torn tail, without a word', async () => {
			await store.close();
			await rig.tearJournal();
			expect(await reopened()).toEqual({ rebuilt: 'nothing', records: 0, hadData: true, notice: null });
			await journalIsWhole();
		});

		it('mends a journal that is damaged in the middle', async () => {
			await store.close();
			await rig.flipJournal();
			expect(await reopened()).toMatchObject({ rebuilt: 'journal', hadData: true });
			expect(await reopened()).toMatchObject({ rebuilt: 'nothing', notice: null });
			expect(await store.commit(append('run:after', [tick(1)]))).toMatchObject({ ok: true });
			expect(await reopened()).toMatchObject({ rebuilt: 'nothing', notice: null });
			await journalIsWhole();
		});

		it('notices a cut also in a part of the journal that is no longer written', async () => {
			await store.close();
			await rig.flipJournal();
			expect(await reopened()).toMatchObject({ rebuilt: 'journal' });
			await store.close();
			// Still the longest part: what was mended went to another one, since this one is sealed.
			await rig.tearJournal();
			expect(await reopened()).toMatchObject({ rebuilt: 'journal', hadData: true });
			expect(await reopened()).toMatchObject({ rebuilt: 'nothing', notice: null });
			await journalIsWhole();
			expect(await reopened()).toMatchObject({ rebuilt: 'nothing', notice: null });
		});

		it('keeps what stands before and after the damage when the database is lost too', async () => {
			await store.close();
			await rig.flipJournal();
			await rig.loseDatabase();
			expect((await reopened()).notice).toMatch(/up to \d+ entr(y|ies) could not be brought back/);
			const whole = await Promise.all(
				commits.map(async ({ records }) => {
					const [first] = records;
					return first ? (await store.records(first.stream, first.seq)).length >= records.length : true;
				})
			);
			expect(whole[0]).toBe(true);
			expect(whole[whole.length - 1]).toBe(true);
			expect(whole.filter((one) => !one).length).toBeLessThanOrEqual(2);
		});

		it.each(['events', 'heads', 'runs'] as const)('notices that a row of %s is lost', async (table) => {
			const before = await rig.rows();
			await store.close();
			await rig.loseRow(table);
			expect((await reopened()).notice).toMatch(/had lost part of|was lost or damaged/);
			expect(await rig.rows()).toEqual(before);
			await everythingIsThere();
			expect(await reopened()).toMatchObject({ rebuilt: 'nothing', notice: null });
		});

		it('finds a flipped bit in a part of the journal that nobody takes, by looking it over', async () => {
			await store.close();
			store = await opened(rig.smallTab());
			for (let n = 0; n < 40; n++) {
				const next = append(await store.head('run:long'), [tick(n)], {
					values: [textValue(`value ${n}`.repeat(40))]
				});
				expect(await store.commit(next)).toMatchObject({ ok: true });
				commits.push(next);
			}
			await store.close();
			await rig.flipJournal();
			const [opening, look] = [await reopened(), await looked()];
			expect([opening.rebuilt, look.rebuilt].sort()).toEqual(['journal', 'nothing']);
			expect(opening.notice ?? look.notice).toContain('journal was incomplete');
			expect(await looked()).toMatchObject({ rebuilt: 'nothing', notice: null });
			expect(await reopened()).toMatchObject({ rebuilt: 'nothing', notice: null });
			expect(await store.commit(append('run:after', [tick(1)]))).toMatchObject({ ok: true });
			await journalIsWhole();
		});

		it('says it too when a value is all that the journal lost', async () => {
			const values = Array.from({ length: 60 }, (_, index) => textValue(`value ${index}`));
			const many = append('run:many', [tick(1)], { values });
			expect(await store.commit(many)).toMatchObject({ ok: true });
			commits.push(many);
			await store.close();
			// So many that one of them is in the middle, whatever is around them.
			await rig.flipJournal();
			const [opening, look] = [await reopened(), await looked()];
			expect([opening, look]).toContainEqual(expect.objectContaining({ rebuilt: 'journal', records: 1 }));
			expect(opening.notice ?? look.notice).toContain('journal was incomplete; 1 entry');
			await journalIsWhole();
		});

		it.each(['run:r1', 'workflows', 'notes', 'entries'] as const)('finds a lost row of %s', async (of) => {
			const before = await rig.rows();
			await (of === 'run:r1' ? rig.loseRecords(of) : rig.loseRow(of));
			expect((await looked()).notice).toMatch(/had lost part of|was lost or damaged/);
			expect(await rig.rows()).toEqual(before);
			await everythingIsThere();
			expect(await looked()).toMatchObject({ rebuilt: 'nothing', notice: null });
		});

		it.each(['runs', 'workflows', 'notes', 'entries'] as const)(
			'removes rows of %s that Galley did not write',
			async (table) => {
				const before = await rig.rows();
				await rig.putAlien(table);
				expect(await rig.rows()).not.toEqual(before);
				expect((await reopened()).notice).toContain('was lost or damaged');
				expect(await rig.rows()).toEqual(before);
				await everythingIsThere();
				expect(await reopened()).toMatchObject({ rebuilt: 'nothing', notice: null });
			}
		);

		it('removes a row of a run that nothing is kept of', async () => {
			const before = await rig.rows();
			await rig.copyRun('r1', 'nobody');
			await reopened();
			expect(await rig.rows()).toEqual(before);
		});

		it('finds nothing wrong while others write, and goes on under the same lease', async () => {
			const epoch = await store.nextEpoch();
			const writing = (async () => {
				for (let n = 0; n < 20; n++) {
					const next = append(await store.head('notes'), [noteEvent(`more ${n}`, n)], { epoch });
					expect(await store.commit(next)).toMatchObject({ ok: true });
				}
			})();
			for (let n = 0; n < 5; n++) expect(await looked()).toMatchObject({ rebuilt: 'nothing', notice: null });
			await writing;
			await rig.loseRow('notes');
			expect((await looked()).notice).toContain('was lost or damaged');
			expect(await store.commit(append('run:z', [tick(1)], { epoch }))).toMatchObject({ ok: true });
		});

		it('mends a damaged row from the journal when it is read', async () => {
			await rig.damageRow('run:r1', 1);
			await everythingIsThere();
		});

		it('mends a damaged value from the journal when it is read', async () => {
			const value = textValue('prompt of r1');
			await rig.damageInline(value.hash);
			expect(await store.value(value.hash)).toEqual({ ok: true, value });
		});

		it('acknowledges nothing when the database has no room, and goes on when it has', async () => {
			await rig.fill(store, 'database');
			const next = append(await store.head('run:r1'), [tick(1)]);
			expect(await store.commit(next)).toMatchObject(code('storage.full'));
			await rig.fill(store, null);
			expect((await store.head('run:r1')).length).toBe(5);
			expect(await store.commit(next)).toMatchObject({ ok: true });
			commits.push(next);
			expect(await reopened()).toMatchObject({ rebuilt: 'nothing' });
			await journalIsWhole();
		});

		it('acknowledges nothing while the journal has no room; the same commit again finishes it', async () => {
			await rig.fill(store, 'journal');
			const next = append(await store.head('run:r1'), [tick(1)], { values: [textValue('late')] });
			expect(await store.commit(next)).toMatchObject(code('storage.journal'));
			expect(await store.commit(next)).toMatchObject(code('storage.journal'));
			await rig.fill(store, null);
			expect(await store.commit(next)).toMatchObject({ ok: true });
			// From then on it is a commit like any other.
			expect(await store.commit(next)).toMatchObject(code('stream.moved'));
			commits.push(next);
			expect(await reopened()).toMatchObject({ rebuilt: 'nothing' });
			await journalIsWhole();
		});

		it('gives the journal what it is owed with the next commit of anything', async () => {
			await rig.fill(store, 'journal');
			const owed = append('run:owed', [tick(1)]);
			expect(await store.commit(owed)).toMatchObject(code('storage.journal'));
			const other = append('run:other', [tick(1)]);
			expect(await store.commit(other)).toMatchObject(code('storage.journal'));
			expect(await store.records('run:other')).toEqual([]);
			await rig.fill(store, null);
			expect(await store.commit(other)).toMatchObject({ ok: true });
			expect(await store.commit(owed)).toMatchObject({ ok: true });
			commits.push(owed, other);
			expect(await reopened()).toMatchObject({ rebuilt: 'nothing' });
			await journalIsWhole();
		});

		it('gives the journal what it is owed at the next start', async () => {
			await rig.fill(store, 'journal');
			const owed = append('run:owed', [tick(1), tick(2)], { values: [textValue('owed')] });
			expect(await store.commit(owed)).toMatchObject(code('storage.journal'));
			commits.push(owed);
			expect(await reopened()).toMatchObject({ rebuilt: 'nothing', notice: null });
			await journalIsWhole();
		});

		it('completes the segment of another tab that has gone, once', async () => {
			const other = await opened();
			await rig.fill(other, 'journal');
			const owed = append('run:owed', [tick(1), tick(2)]);
			expect(await other.commit(owed)).toMatchObject(code('storage.journal'));
			await rig.fill(other, null);
			commits.push(owed);
			await other.close();
			expect(await reopened()).toMatchObject({ rebuilt: 'nothing', notice: null });
			const entries = await rig.segments();
			expect(await reopened()).toMatchObject({ rebuilt: 'nothing', notice: null });
			expect(await rig.segments()).toEqual(entries);
			await journalIsWhole();
		});

		it('leaves alone the segment of a tab that is at work', async () => {
			const other = await opened();
			await rig.fill(other, 'journal');
			const owed = append('run:owed', [tick(1)]);
			expect(await other.commit(owed)).toMatchObject(code('storage.journal'));
			await rig.fill(other, null);
			const entries = await rig.segments();
			expect(await reopened()).toMatchObject({ rebuilt: 'nothing', notice: null });
			expect(await rig.segments()).toEqual(entries);
			expect(await other.commit(owed)).toMatchObject({ ok: true });
		});

		it('rolls over to further segments and reads them all', async () => {
			await store.close();
			store = await opened(rig.smallTab());
			for (let n = 0; n < 60; n++) {
				const next = append(await store.head('run:long'), [tick(n)], {
					values: [textValue(`value ${n}`.repeat(40))]
				});
				expect(await store.commit(next)).toMatchObject({ ok: true });
				commits.push(next);
			}
			expect((await rig.segments()).length).toBeGreaterThan(3);
			expect(await reopened()).toMatchObject({ rebuilt: 'nothing', notice: null });
			await journalIsWhole();
		});

		it('takes over segments of tabs that have gone, and leaves those of others alone', async () => {
			const other = await opened();
			await other.commit(append('run:other', [tick(1)]));
			expect(await rig.segments()).toHaveLength(2);
			await other.close();
			const third = await opened();
			await third.commit(append('run:third', [tick(1)]));
			expect(await rig.segments()).toHaveLength(2);
			commits.push(append('run:other', [tick(1)]), append('run:third', [tick(1)]));
			await third.close();
			await journalIsWhole();
		});
	});
}

function code(value: string) {
	return { ok: false, failure: { code: value } };
}
