import * as z from 'zod';
import { defineStepKind } from '../contract';

const config = z.strictObject({
	question: z
		.string()
		.default('')
		.meta({ title: 'Question' })
		.describe('What the person is asked at this gate.'),
	criteria: z
		.array(z.string().min(1))
		.default([])
		.meta({ title: 'Criteria' })
		.describe('What to look at before approving, one short line each.'),
	revise: z
		.string()
		.optional()
		.meta({ title: 'Step to run again' })
		.describe('The step that runs again when changes are asked for. Empty: the step that made the draft.'),
	maxRevisions: z
		.int()
		.min(1)
		.max(10)
		.default(3)
		.meta({ title: 'Revisions at most' })
		.describe('How often a draft may be made in one run, the first one included.')
});

export default defineStepKind({
	kind: 'review',
	title: 'Review',
	summary: 'Pauses the run until a person approves, edits, asks for changes or rejects.',
	jobs: ['decide'],
	config,
	example: { question: 'Is this report ready?', criteria: ['Numbers match the sources'], maxRevisions: 3 },
	gate: true,
	requiredInputs: ['draft']
});
