import { chain, emptyHead, type LogRecord } from '$lib/run';
import { expect, it } from 'vitest';
import { byStream } from './chains';
import { noRows, project, projectAll, touchedBy } from './project';
import { entryEvent, noteEvent, runEnd, runEvents, savedEvent, tick } from './testing';

const streams: [string, { type: string; at: number }[]][] = [
	['run:r1', [...runEvents('r1', 10), ...runEnd('r1', 20)]],
	['run:r2', runEvents('r2', 30)],
	['notes', [noteEvent('n1', 1), noteEvent('n2', 2), { type: 'note.retired', at: 3, id: 'n2' } as never]],
	['workflow:weekly', [savedEvent(1, 1), { type: 'workflow.deleted', at: 2 }]],
	['library', [entryEvent('e1', 1), entryEvent('e2', 2)]]
];
const records: LogRecord[] = streams.flatMap(([stream, events]) => chain(emptyHead(stream), events));

it('gives the same rows record by record as from whole streams', () => {
	const rows = noRows();
	// As it happened: the notes were there before the runs that used them.
	const happened = [...records].sort((a, b) => a.event.at - b.event.at);
	for (const record of happened) project(rows, [record]);
	const { runs, unreadable, ...all } = projectAll(byStream(records));
	expect(all).toEqual(rows);
	expect(unreadable).toEqual([]);
	expect(runs.map((row) => [row.id, row.status, row.held])).toEqual([
		['r1', 'done', 1],
		['r2', 'running', 0]
	]);
	expect(rows.notes.get('n1')?.record).toEqual({ given: 2, held: 1, missed: 0, cannotTell: 0, lastUsed: 32 });
	expect(rows.notes.get('n2')?.status).toBe('retired');
	expect(rows.workflows.get('weekly')).toMatchObject({ deleted: 1, version: 1 });
});

it('names every row that records change', () => {
	expect(touchedBy(records)).toEqual({
		workflows: ['weekly'],
		notes: ['n1', 'n2'],
		entries: ['e1', 'e2'],
		results: [],
		requests: []
	});
	expect(touchedBy(chain(emptyHead('run:x'), [tick(1)]))).toEqual({
		workflows: [],
		notes: [],
		entries: [],
		results: [],
		requests: []
	});
});

it('keeps what went into an attempt, so that an equal one finds it', () => {
	const keyed = chain(emptyHead('run:r1'), [
		{ type: 'attempt.keyed', at: 7, attemptId: 'r1/s/1.1', stepId: 's', key: 'k' }
	]);
	expect(touchedBy(keyed).results).toEqual(['r1/s/1.1']);
	const row = { attemptId: 'r1/s/1.1', key: 'k', runId: 'r1', stepId: 's', at: 7 };
	expect(project(noRows(), keyed).results.get('r1/s/1.1')).toEqual(row);
	expect(projectAll(byStream([...keyed, ...records])).results.get('r1/s/1.1')).toEqual(row);
});

it('goes on with the record that a note came with, and counts no run twice that it came along with', () => {
	const before = { given: 5, held: 3, missed: 1, cannotTell: 0, lastUsed: 9 };
	const { note, ...event } = noteEvent('n1', 1) as { note: object; type: string; at: number };
	const brought = { ...event, note: { ...note, earlier: { record: before, until: 20 } } };
	const rows = project(noRows(), chain(emptyHead('notes'), [brought]));
	expect(rows.notes.get('n1')?.record).toEqual(before);
	project(rows, chain(emptyHead('run:old'), runEvents('old', 10)));
	expect(rows.notes.get('n1')?.record).toEqual(before);
	project(rows, chain(emptyHead('run:new'), runEvents('new', 30)));
	expect(rows.notes.get('n1')?.record).toMatchObject({ given: 6 });
});

it('passes over a note that is not there', () => {
	const used = chain(emptyHead('run:r1'), runEvents('r1', 1, 'gone'));
	expect(project(noRows(), used).notes.size).toBe(0);
});

it('leaves out a run without a beginning and a stream that cannot be folded, and goes on', () => {
	const headless = chain(emptyHead('run:h'), runEnd('h', 1));
	const alien = chain(emptyHead('notes'), [{ type: 'note.confirmed', at: 1 }]);
	const { runs, unreadable, workflows } = projectAll(byStream([...headless, ...alien, ...records.slice(-4)]));
	expect(runs).toEqual([]);
	expect(unreadable).toEqual(['notes']);
	expect(workflows.size).toBe(1);
});
