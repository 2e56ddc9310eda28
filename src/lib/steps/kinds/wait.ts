import * as z from 'zod';
import { defineStepKind } from '../contract';
import { timeOf } from '../point-in-time';

/** The longest that is counted, seconds. */
const CENTURY = 3_155_760_000;

const config = z
	.strictObject({
		until: z
			.string()
			.optional()
			.meta({ title: 'Until' })
			.describe('A date or time, such as 2026-12-01, 2026-12-01T09:00 or {{inputs.publish}}.'),
		seconds: z
			.number()
			.min(0)
			.max(CENTURY)
			.optional()
			.meta({ title: 'Or for so many seconds' })
			.describe('Counted from the moment when the step is reached: 3600 is an hour, 86400 a day.')
	})
	.superRefine(({ until, seconds }, check) => {
		if ((until === undefined || until === '') === (seconds === undefined))
			check.addIssue({
				code: 'custom',
				path: ['until'],
				message: 'Say until when, or for how long: one of both.'
			});
		if (until && !until.includes('{{') && timeOf(until) === null)
			check.addIssue({
				code: 'custom',
				path: ['until'],
				message: `“${until}” is no date. Write one such as 2026-12-01 or 2026-12-01T09:00.`
			});
	});

export default defineStepKind({
	kind: 'wait',
	title: 'Wait',
	summary: 'Waits until a point in time. A closed browser or a sleeping device does not matter.',
	jobs: ['collect', 'evaluate', 'decide'],
	config,
	example: { seconds: 3600 },
	host: true
});
