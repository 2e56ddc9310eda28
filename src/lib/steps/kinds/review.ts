import { ok } from '$lib/core';
import { idSchema } from '$lib/workflow';
import * as z from 'zod';
import { defineStepKind } from '../contract';
import { explain } from '../explain';
import { evaluate, expressionProblem, isTrue } from '../expression';
import { derivedLabels } from '../material';
import { expressionData, stepData } from '../step-data';

const button = z.strictObject({
	id: idSchema.meta({ title: 'Id' }).describe('Letters, digits, - and _; the record names the button so.'),
	title: z.string().min(1).meta({ title: 'On the button' }),
	outcome: z
		.enum(['approve', 'changes', 'reject'])
		.meta({ title: 'It means' })
		.describe(
			'approve: the draft goes on. changes: a new draft is made, with a reason. reject: no, with a reason.'
		),
	route: idSchema
		.optional()
		.meta({ title: 'Way on' })
		.describe(
			'Later steps that run “on a route” of this review name it. A no with a way on does not end the run.'
		),
	revise: idSchema
		.optional()
		.meta({ title: 'Step to run again' })
		.describe('For changes. Empty: the one below.')
});

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
	askWhen: z
		.string()
		.optional()
		.meta({ title: 'Ask only when', format: 'code' })
		.describe(
			'JSONata over the inputs, and gate.flags, gate.missed, gate.revision. Example: amount > 500 or gate.flags > 0. Where it does not hold, the draft passes and the record says why. What acts outside needs a review that always asks. Empty: always.'
		),
	buttons: z
		.array(button)
		.superRefine((buttons, check) => {
			buttons.forEach(({ id }, index) => {
				if (buttons.findIndex((other) => other.id === id) === index) return;
				check.addIssue({ code: 'custom', path: [index, 'id'], message: `Two buttons have the id “${id}”.` });
			});
			if (buttons.length > 0 && !buttons.some(({ outcome }) => outcome === 'approve'))
				check.addIssue({
					code: 'custom',
					message: 'One of the buttons has to approve, or nothing could go on.'
				});
		})
		.optional()
		.meta({ title: 'Buttons' })
		.describe('The ways to decide. None: Approve, Ask for changes, Reject.'),
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
		.describe('How often a draft may be made in one run, the first one included.'),
	deadlineHours: z
		.number()
		.positive()
		.max(8_784)
		.optional()
		.meta({ title: 'Answer within, in hours' })
		.describe(
			'By the clock on the wall: a closed browser or a sleeping device changes nothing. Empty: no limit.'
		),
	afterDeadline: z
		.enum(['wait', 'reject', 'continue'])
		.optional()
		.meta({ title: 'After that' })
		.describe(
			'wait: it goes on waiting, and is shown as late. reject: that is a no. continue: the draft passes as it is.'
		),
	each: z
		.boolean()
		.optional()
		.meta({ title: 'A list is decided one by one' })
		.describe('Each member is opened, then approved or left out; what was not opened cannot be approved.')
});

export default defineStepKind({
	kind: 'review',
	title: 'Review',
	summary: 'Pauses the run until a person approves, edits, asks for changes or rejects.',
	jobs: ['decide'],
	config,
	example: { question: 'Is this report ready?', criteria: ['Numbers match the sources'], maxRevisions: 3 },
	gate: true,
	requiredInputs: ['draft'],
	async check({ askWhen }) {
		const problem = askWhen?.trim() ? await expressionProblem(askWhen) : null;
		return problem === null
			? []
			: [{ path: ['askWhen'], message: `The condition cannot be read: ${problem}`, hint: 'Mend it.' }];
	},
	/** Works out whether the person is asked: `{ask, because}`. What cannot be judged is asked about. */
	async run(context) {
		const { askWhen = '' } = context.config;
		const answer = (ask: boolean, because: string) =>
			ok({
				output: {
					content: { ask, because },
					media: 'application/json',
					labels: derivedLabels(context.inputs),
					from: []
				}
			});
		if (!askWhen.trim()) return answer(true, '');
		const given = await stepData(context);
		if (!given.ok) return given;
		const data = expressionData(given.value);
		if (!data.ok) return data;
		const found = await evaluate(askWhen, data.value);
		const holds = found.ok && isTrue(found.value);
		const { says, unknown } = await explain(askWhen, data.value, holds);
		if (!found.ok && unknown.length === 0) return found;
		if (!holds && unknown.length > 0) return answer(true, `${unknown.join(' and ')} is unknown`);
		return answer(holds, says);
	}
});
