import * as z from 'zod';
import { defineStepKind } from '../contract';

const config = z.strictObject({
	workflow: z
		.string()
		.min(1)
		.meta({ title: 'Workflow' })
		.describe('Id of the workflow to run. Its inputs and sources are the inputs of this step, by name.'),
	version: z
		.int()
		.min(1)
		.optional()
		.meta({ title: 'Version' })
		.describe('Empty: the newest when a run starts. It is frozen then.'),
	result: z
		.string()
		.optional()
		.meta({ title: 'Result' })
		.describe('The step of that workflow whose output counts. Empty: the last one.'),
	frozen: z
		.looseObject({})
		.optional()
		.meta({ title: 'As it was frozen' })
		.describe('Written by Galley when a run starts.')
});

export default defineStepKind({
	kind: 'workflow',
	title: 'Workflow',
	summary: 'Runs another workflow as one step, as it was when the run started.',
	jobs: ['extract', 'summarize', 'draft', 'flag', 'classify', 'evaluate'],
	config,
	example: { workflow: 'weekly-report' },
	host: true
});
