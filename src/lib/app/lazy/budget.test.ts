import type { ProviderChoice } from '$lib/core';
import { workflowSchema } from '$lib/workflow';
import { expect, test } from 'vitest';
import { tooLongFor } from './budget';

const workflow = workflowSchema.parse({
	format: 1,
	id: 'w',
	title: 'W',
	sources: [
		{ id: 'notes', title: 'Notes', kind: 'files' },
		{ id: 'guide', title: 'Guide', kind: 'files' }
	],
	steps: [
		{ id: 'collect', title: 'Collect', kind: 'collect', job: 'collect' },
		{
			...{ id: 'all', title: 'All of it', kind: 'model', job: 'draft' },
			inputs: { material: 'steps.collect.output' }
		},
		{
			...{ id: 'notes', title: 'Notes only', kind: 'model', job: 'draft' },
			inputs: { material: 'steps.collect.output' },
			with: { documents: ['notes'], maxMaterial: 500 }
		},
		{
			...{ id: 'short', title: 'From a draft', kind: 'model', job: 'draft' },
			inputs: { material: 'steps.all.output' }
		},
		{
			...{ id: 'direct', title: 'Straight', kind: 'model', job: 'draft' },
			inputs: { material: 'sources.guide' }
		}
	]
});
const local = (context?: number): ProviderChoice => ({
	...{ id: 'local', title: 'Small', onDevice: true },
	config: context === undefined ? {} : { context, answer: 500 }
});

test('which steps have no room for what they are given is told before anything is asked', () => {
	const found = tooLongFor(workflow, local(4_096), { notes: 3_000, guide: 12_000 });
	expect(found).toEqual([
		{ step: 'All of it', tokens: 5_000, room: 2_996 },
		{ step: 'Notes only', tokens: 1_000, room: 500 },
		{ step: 'Straight', tokens: 4_000, room: 2_996 }
	]);
	expect(tooLongFor(workflow, local(4_096), { notes: 300 })).toEqual([]);
	// Nobody knows what this one takes; a limit of the step's own is known.
	const unknown = tooLongFor(workflow, local(), { notes: 9_000_000 });
	expect(unknown.map(({ step }) => step)).toEqual(['Notes only']);
});
