import * as z from 'zod';
import { defineStepKind } from '../contract';

const config = z.strictObject({
	concurrency: z
		.int()
		.min(1)
		.max(32)
		.default(4)
		.meta({ title: 'Items at once' })
		.describe('How many items may be worked at together. Items that wait for you do not count.'),
	onFail: z
		.enum(['stop', 'collect', 'skip'])
		.default('stop')
		.meta({ title: 'When an item fails' })
		.describe(
			'stop: nothing more is begun until you have looked. collect: its failure takes its place in the result. skip: it is left out.'
		),
	result: z
		.string()
		.optional()
		.meta({ title: 'Result' })
		.describe('The inner step whose output is the item’s. Empty: the last one.'),
	max: z
		.int()
		.min(1)
		.max(1_000)
		.default(1_000)
		.meta({ title: 'Items at most' })
		.describe('A longer list is refused, never cut.')
});

export default defineStepKind({
	kind: 'map',
	title: 'For each',
	summary:
		'Does the steps inside it for every item of a list, several at once, and gives the list of results.',
	jobs: ['extract', 'summarize', 'draft', 'flag', 'classify', 'evaluate'],
	config,
	example: { concurrency: 4, onFail: 'collect' },
	requiredInputs: ['over'],
	host: true
});
