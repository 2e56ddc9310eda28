import { fail, failure, ok, type Json } from '$lib/core';
import { idSchema } from '$lib/workflow';
import * as z from 'zod';
import { defineStepKind } from '../contract';
import { evaluate, expressionProblem, isTrue } from '../expression';
import { derivedLabels } from '../material';
import { expressionData, stepData } from '../step-data';

/** Characters of the data that a failure shows. */
const SHOWN = 400;

const route = z.strictObject({
	id: idSchema.meta({ title: 'Id' }).describe('Letters, digits, - and _; the name of this way.'),
	title: z.string().optional().meta({ title: 'Title' }),
	when: z
		.string()
		.min(1)
		.meta({ title: 'When', format: 'code' })
		.describe('JSONata over the step’s inputs, such as amount > 100 or label = "urgent".')
});

const config = z.strictObject({
	routes: z
		.array(route)
		.min(1)
		.superRefine((routes, check) => {
			routes.forEach(({ id }, index) => {
				if (routes.findIndex((other) => other.id === id) === index) return;
				check.addIssue({
					code: 'custom',
					path: [index, 'id'],
					message: `Another route has the id “${id}”.`
				});
			});
		})
		.meta({ title: 'Routes' })
		.describe('Tried in order; the first whose condition holds is taken.'),
	otherwise: idSchema
		.optional()
		.meta({ title: 'Otherwise' })
		.describe('The way that is taken when no condition holds. Empty: the step fails then.')
});

export default defineStepKind({
	kind: 'branch',
	title: 'Branch',
	summary: 'Chooses the way that a run goes on by conditions over its data. A model may label; this decides.',
	jobs: ['decide', 'classify'],
	config,
	seesRunInputs: true,
	example: {
		routes: [{ id: 'urgent', title: 'Answer today', when: 'label = "urgent" or amount > 1000' }],
		otherwise: 'routine'
	},
	async check({ routes }) {
		const problems = await Promise.all(routes.map(({ when }) => expressionProblem(when)));
		return problems.flatMap((problem, index) =>
			problem === null
				? []
				: [
						{
							path: ['routes', index, 'when'],
							message: `The condition of the route “${routes[index]?.id}” cannot be read: ${problem}`,
							hint: 'Mend it.'
						}
					]
		);
	},
	async run(context) {
		const given = await stepData(context);
		if (!given.ok) return given;
		const data = expressionData(given.value);
		if (!data.ok) return data;
		const take = (id: string, because: string) =>
			ok({
				output: {
					content: { route: id, because },
					media: 'application/json',
					labels: derivedLabels(context.inputs),
					from: [],
					name: context.step.title
				},
				route: id
			});
		for (const { id, title, when } of context.config.routes) {
			context.signal.throwIfAborted();
			const holds = await evaluate(when, data.value);
			if (!holds.ok) return fail({ ...holds.failure, message: `Route “${id}”: ${holds.failure.message}` });
			if (isTrue(holds.value)) return take(id, `“${title || id}” was taken because this holds: ${when}`);
		}
		const { otherwise } = context.config;
		if (otherwise !== undefined) return take(otherwise, 'No condition holds, so the run goes the other way.');
		return fail(
			failure(
				'branch.none',
				`No condition of “${context.step.title}” holds and there is no other way, so the run cannot go on. The data was ${shown(data.value)} Add a route or an “otherwise” and start a new run.`
			)
		);
	}
});

function shown(data: Record<string, Json>): string {
	const text = JSON.stringify(data);
	return text.length > SHOWN ? `${text.slice(0, SHOWN)}… (cut here).` : `${text}.`;
}
