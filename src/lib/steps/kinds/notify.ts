import * as z from 'zod';
import { defineStepKind } from '../contract';

const config = z.strictObject({
	stay: z
		.boolean()
		.default(false)
		.meta({ title: 'Stays until closed' })
		.describe('Asks the system to leave the notification on the screen until somebody closes it.')
});

export default defineStepKind({
	kind: 'notify',
	title: 'Notify',
	summary: 'Shows one approved system notification on this device.',
	jobs: ['act'],
	config,
	example: { stay: true },
	acts: true,
	host: true,
	requiredInputs: ['proposal']
});
