import { describe, expect, it } from 'vitest';
import { runEventSchema, type RunEvent } from './event';
import { foldAll } from './fold';
import { firstBroken, type LogRecord } from './log';
import { saidOf } from './testing-golden';

/**
 * Logs that a released version wrote, each with what it made of them. They are never changed: what a person has on the
 * disk has to read the same for ever. A release adds a file: `npm run record`.
 */
interface Golden {
	release: string;
	stories: Record<string, { records: LogRecord[]; said: unknown }>;
}

const files = import.meta.glob<Golden>('../../../tests/golden/*.json', { eager: true, import: 'default' });

it('there is a recording of the first release', () => {
	expect(Object.keys(files)).toEqual(expect.arrayContaining(['../../../tests/golden/0.1.json']));
});

describe.each(Object.values(files))('logs of release $release', ({ stories }) => {
	it.each(Object.entries(stories))('%s', (_name, { records, said }) => {
		expect(firstBroken(records)).toBeNull();
		const events = records.map((record) => record.event as RunEvent);
		for (const event of events) expect(runEventSchema.safeParse(event).error).toBeUndefined();
		const id = records[0]?.stream.slice('run:'.length) ?? '';
		const state = foldAll(id, events);
		expect(state.unknown).toBe(0);
		expect(saidOf(state)).toEqual(said);
	});
});

it('an event of a newer release is counted, changes nothing, and breaks no list', () => {
	const [golden] = Object.values(files);
	const [story] = Object.values(golden?.stories ?? {});
	const events = (story?.records ?? []).map((record) => record.event as RunEvent);
	const about = (stepId?: string | null) => ({ type: 'step.dreamt', at: 5, stepId }) as unknown as RunEvent;
	const first = events.flatMap((event) => ('stepId' in event ? [event.stepId] : []))[0];
	const more = foldAll('r', [
		...events.slice(0, 4),
		about(first),
		about(),
		about('no such step'),
		...events.slice(4)
	]);
	expect(saidOf(more)).toEqual(saidOf(foldAll('r', events)));
	expect(more.unknown).toBe(3);
});
