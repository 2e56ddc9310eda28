import * as z from 'zod';
import { defineStepKind } from '../contract';

const config = z.strictObject({
	answerLimit: z
		.int()
		.min(0)
		.max(1_000_000)
		.default(1_000_000)
		.meta({ title: 'Answer at most, in bytes' })
		.describe('How much of the answer is kept.')
});

export default defineStepKind({
	kind: 'request',
	title: 'Request',
	summary: 'Sends one approved request to a host that this step may use, once, and keeps the answer.',
	jobs: ['act'],
	config,
	example: { answerLimit: 100_000 },
	acts: true,
	leaves: true,
	host: true,
	requiredInputs: ['proposal']
});
