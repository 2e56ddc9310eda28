import { fail, ok, type Flag } from '$lib/core';
import * as z from 'zod';
import { computedValue, misfit } from '../computed';
import { defineStepKind } from '../contract';
import { flagsFrom } from '../flags';
import { stepData } from '../step-data';

/** Characters of the console that stand in the notebook. */
const SHOWN = 600;

const config = z.strictObject({
	code: z
		.string()
		.min(1)
		.meta({ title: 'Code', format: 'code' })
		.describe(
			'JavaScript, the body of a function of inputs and run; what it returns is the result. It has no network, no page and no timers.'
		),
	timeoutSeconds: z.int().min(1).max(60).default(5).meta({ title: 'Seconds at most' }),
	memoryMB: z.int().min(8).max(256).default(64).meta({ title: 'Megabytes of memory at most' })
});

export default defineStepKind({
	kind: 'code',
	title: 'Code',
	summary: 'Runs your JavaScript on the data of this step, in a sandbox that reaches nothing else.',
	jobs: ['extract', 'summarize', 'draft', 'flag', 'classify', 'evaluate'],
	config,
	seesRunInputs: true,
	example: {
		code: 'const total = inputs.orders.reduce((sum, order) => sum + order.total, 0);\nreturn { week: run.inputs.week, total };',
		timeoutSeconds: 5,
		memoryMB: 64
	},
	async run(context) {
		const data = await stepData(context);
		if (!data.ok) return data;
		context.signal.throwIfAborted();
		const done = await context.runCode({ ...context.config, data: data.value });
		if (!done.ok) return done;
		const { value, console } = done.value;
		const wrong = await misfit(context.step, value);
		if (wrong) return fail(wrong);
		return ok({
			output: computedValue(context, value),
			flags: [...(context.step.job === 'flag' ? flagsFrom(value) : []), ...wrote(console)]
		});
	}
});

/** Whoever writes to the console wants to see it before deciding, and so does the person at the gate. */
function wrote(lines: readonly string[]): Flag[] {
	if (lines.length === 0) return [];
	const text = lines.join(' · ');
	const short = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
	return [{ kind: 'uncertain', text: `The code wrote: ${short}`, about: 'console' }];
}
