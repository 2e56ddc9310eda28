import { describe, expect, it } from 'vitest';
import { workflowSchema } from '$lib/workflow';
import { approvedBefore, inputsOfPath, pathInputs, type Approved } from './earlier';
import type { LibraryEntry } from './library';
import { refTo } from './testing';

function workflowSaving(path: string) {
	return workflowSchema.parse({
		format: 1,
		id: 'w',
		title: 'W',
		inputs: ['week', 'region', 'title'].map((id) => ({ id, title: id, required: false })),
		steps: [
			{
				id: 'save',
				title: 'Save',
				kind: 'save',
				job: 'act',
				inputs: { value: 'inputs.week' },
				with: { path }
			}
		]
	});
}

/** Outputs in the order in which they were saved. */
function saved(...paths: string[]): Approved[] {
	return paths.map((path, at) => ({ entry: entryAt(path, at), inputs: null }));
}

function entryAt(path: string, at: number): LibraryEntry {
	return {
		id: `e${at}`,
		kind: 'output',
		path,
		version: 1,
		value: refTo(path),
		at,
		workflowId: 'w',
		deleted: 0
	};
}

const weekly = workflowSaving('Reports/{{inputs.week}} Weekly.md');
const of = (week: string) => `Reports/${week} Weekly.md`;
const chosen = (week: string, weeks: string[]) => {
	const found = approvedBefore(weekly, { week }, saved(...weeks.map(of)));
	return found && [inputsOfPath(weekly, found.entry.path)?.['week'], found.by];
};

describe('the report that a run is compared with', () => {
	it.each([
		['the next week', '2026-W47', ['2026-W45', '2026-W46'], ['2026-W46', 'order']],
		['a week made later', '2026-W45', ['2026-W44', '2026-W46', '2026-W47'], ['2026-W44', 'order']],
		['a week made again', '2026-W46', ['2026-W45', '2026-W46', '2026-W47'], ['2026-W45', 'order']],
		['the first week, made later', '2026-W45', ['2026-W46', '2026-W47'], null],
		['numbers of different length', '2026-W10', ['2026-W9', '2026-W8'], ['2026-W9', 'order']],
		['a new year', '2027-W1', ['2026-W52', '2026-W9'], ['2026-W52', 'order']],
		['the year behind', 'W1 2027', ['W52 2026', 'W30 2026'], ['W52 2026', 'order']],
		['days with points', '1.12.2026', ['30.11.2026', '2.12.2026'], ['30.11.2026', 'order']],
		['months by name', 'November 2026', ['October 2026', 'December 2026'], ['October 2026', 'order']],
		['days that could be months', '3/4/2026', ['2/4/2026', '1/12/2026'], ['1/12/2026', 'time']],
		['names without numbers', 'spring', ['winter', 'autumn'], ['autumn', 'time']],
		['a new form of names', '2026-W46', ['44', '45'], ['45', 'time']],
		['a form that has changed before', '2026-W45', ['44', '2026-W44', '2026-W46'], ['2026-W44', 'order']],
		['the very first', '2026-W45', [], null]
	])('%s', (_, week, weeks, expected) => {
		expect(chosen(week, weeks)).toEqual(expected);
	});

	it('belongs to the same group where the path has one', () => {
		const workflow = workflowSaving('{{inputs.region}}/{{inputs.week}}.md');
		const outputs = saved('South/2026-W44.md', 'North/2026-W45.md', 'South/2026-W46.md');
		const found = approvedBefore(workflow, { week: '2026-W46', region: 'North' }, outputs);
		expect(found?.entry.path).toBe('North/2026-W45.md');
	});

	it('is found although every name has a title of its own', () => {
		const workflow = workflowSaving('{{inputs.week}} {{inputs.title}}.md');
		const outputs = saved('2026-W45 Rain.md', '2026-W47 Sun.md');
		const found = approvedBefore(workflow, { week: '2026-W46', title: 'Snow' }, outputs);
		expect(found?.entry.path).toBe('2026-W45 Rain.md');
	});

	it('is placed by the inputs of its run where the path says nothing', () => {
		const outputs = [
			{ entry: entryAt('Old place/forty-five.md', 1), inputs: { week: '2026-W45' } },
			{ entry: entryAt(of('2026-W47'), 2), inputs: null }
		];
		expect(approvedBefore(weekly, { week: '2026-W46' }, outputs)?.entry.path).toBe('Old place/forty-five.md');
	});

	it('is neither in the bin nor a file', () => {
		const [bin, file] = saved(of('2026-W44'), of('2026-W45'));
		if (bin) bin.entry.deleted = 1;
		if (file) file.entry.kind = 'file';
		expect(
			approvedBefore(
				weekly,
				{ week: '2026-W46' },
				[bin, file].filter((one) => one !== undefined)
			)
		).toBeNull();
	});
});

it('a path is made of these inputs', () => {
	expect(
		pathInputs(workflowSaving('{{inputs.region}}/{{inputs.week}} {{run.date}} {{inputs.week}}.md'))
	).toEqual(['region', 'week']);
	expect(inputsOfPath(weekly, 'Elsewhere/2026-W45.md')).toBeNull();
});
