import * as z from 'zod';
import { defineStepKind } from '../contract';

const config = z.strictObject({
	question: z.string().min(1).meta({ title: 'Question' }).describe('What you want to be asked.'),
	schema: z
		.record(z.string(), z.json())
		.optional()
		.meta({ title: 'Form' })
		.describe('JSON Schema of the answer; a form is drawn from it. Empty: one text.')
});

export default defineStepKind({
	kind: 'ask',
	title: 'Ask',
	summary: 'Asks you something in the middle of a run; your answer is its output.',
	jobs: ['collect', 'decide', 'classify'],
	config,
	example: {
		question: 'Which audience is this for?',
		schema: {
			type: 'object',
			required: ['audience'],
			properties: { audience: { type: 'string', title: 'Audience', enum: ['Board', 'Team', 'Public'] } }
		}
	},
	host: true
});
