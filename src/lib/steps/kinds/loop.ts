import { ok } from '$lib/core';
import * as z from 'zod';
import { defineStepKind } from '../contract';
import { evaluate, expressionProblem, isTrue } from '../expression';
import { derivedLabels } from '../material';
import { expressionData, stepData } from '../step-data';

const config = z.strictObject({
	until: z
		.string()
		.min(1)
		.meta({ title: 'Until', format: 'code' })
		.describe(
			'JSONata over the outputs of the round, each by the id of its step; output is the one that counts. Example: output.score >= 8.'
		),
	max: z
		.int()
		.min(1)
		.max(50)
		.default(5)
		.meta({ title: 'Rounds at most' })
		.describe('The last round’s result is taken then, and the cell says that the condition does not hold.'),
	result: z
		.string()
		.optional()
		.meta({ title: 'Result' })
		.describe('The inner step whose output counts. Empty: the last one.')
});

export default defineStepKind({
	kind: 'loop',
	title: 'Repeat until',
	summary: 'Does the steps inside it round after round until a condition holds, or a limit is reached.',
	jobs: ['extract', 'summarize', 'draft', 'flag', 'classify', 'evaluate'],
	config,
	example: { until: '$length(output) < 2000', max: 4 },
	async check({ until }) {
		const problem = await expressionProblem(until);
		return problem === null
			? []
			: [{ path: ['until'], message: `The condition cannot be read: ${problem}`, hint: 'Mend it.' }];
	},
	/** Asks the condition after a round; the inputs are what the round made. */
	async run(context) {
		const data = await stepData(context);
		if (!data.ok) return data;
		const members = expressionData(data.value);
		if (!members.ok) return members;
		const found = await evaluate(context.config.until, members.value);
		if (!found.ok) return found;
		const done = isTrue(found.value);
		const because = `${done ? 'This holds' : 'This does not hold yet'}: ${context.config.until}`;
		return ok({
			output: {
				content: { done, because },
				media: 'application/json',
				labels: derivedLabels(context.inputs),
				from: []
			}
		});
	}
});
