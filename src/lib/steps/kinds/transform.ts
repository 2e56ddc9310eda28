import { fail, failure, ok } from '$lib/core';
import * as z from 'zod';
import { defineStepKind } from '../contract';
import { evaluate, expressionProblem } from '../expression';
import { flagsFrom } from '../flags';
import { computedValue, misfit } from '../computed';
import { expressionData, stepData } from '../step-data';

const config = z.strictObject({
	expression: z
		.string()
		.min(1)
		.meta({ title: 'Expression', format: 'code' })
		.describe(
			'JSONata over the step’s inputs, each by its name, beside run.number, run.date, run.title and run.inputs. Example: $sum(orders.total). To put sources together: $groupBy(list, "field"), $uniqueBy(list, "field"), $seenInSeveral(list, "field", "source").'
		)
});

export default defineStepKind({
	kind: 'transform',
	title: 'Transform',
	summary: 'Works out a result from data with an expression: select, compute, reshape. No model.',
	jobs: ['extract', 'summarize', 'draft', 'flag', 'classify', 'evaluate'],
	config,
	seesRunInputs: true,
	example: { expression: '{ "week": run.inputs.week, "revenue": $sum(orders.total) }' },
	async check({ expression }) {
		const problem = await expressionProblem(expression);
		return problem === null
			? []
			: [{ path: ['expression'], message: `The expression cannot be read: ${problem}`, hint: 'Mend it.' }];
	},
	async run(context) {
		const data = await stepData(context);
		if (!data.ok) return data;
		const members = expressionData(data.value);
		if (!members.ok) return members;
		context.signal.throwIfAborted();
		const found = await evaluate(context.config.expression, members.value);
		if (!found.ok) return found;
		if (found.value === undefined) {
			return fail(
				failure(
					'transform.nothing',
					`The expression of “${context.step.title}” found nothing in its data, so there is no result. The data is kept; compare the names in the expression with the step’s inputs.`
				)
			);
		}
		const wrong = await misfit(context.step, found.value);
		if (wrong) return fail(wrong);
		return ok({
			output: computedValue(context, found.value),
			flags: context.step.job === 'flag' ? flagsFrom(found.value) : []
		});
	}
});
