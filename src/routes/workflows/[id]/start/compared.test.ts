import { describe, expect, it } from 'vitest';
import { OPEN } from '$lib/core';
import type { Approved } from '$lib/run';
import { workflowSchema } from '$lib/workflow';
import { sayCompared } from './compared';

const workflow = workflowSchema.parse({
	format: 1,
	id: 'w',
	title: 'W',
	inputs: [{ id: 'week', title: 'Week' }],
	steps: [
		{
			id: 'save',
			title: 'Save',
			kind: 'save',
			job: 'act',
			inputs: { value: 'inputs.week' },
			with: { path: '{{inputs.week}}.md' }
		}
	]
});

function saved(...weeks: string[]): Approved[] {
	return weeks.map((week, at) => ({
		inputs: null,
		entry: {
			id: week,
			kind: 'output',
			path: `${week}.md`,
			version: 1,
			value: { hash: '', media: 'text/markdown', bytes: 0, labels: OPEN, from: [] },
			at,
			deleted: 0
		}
	}));
}

describe('the start form says what a run is compared with', () => {
	it.each([
		['W46', ['W45', 'W47'], 'Compared with W45.md, the last one before this.'],
		['summer', ['W45'], 'Compared with W45.md, the one approved last.'],
		['W45', ['W46'], 'No approved report comes before this one, so there is nothing to compare with.'],
		['', ['W46'], 'Which one it is depends on “Week” above.'],
		['W45', [], 'No report was approved yet, so there is nothing to compare with.']
	])('%s after %s', (week, weeks, said) => {
		expect(sayCompared(workflow, { week }, saved(...weeks))).toBe(said);
	});
});
