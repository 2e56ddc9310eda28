import { ok, OPEN } from '$lib/core';
import { defineStepKind } from '$lib/steps/contract';
import * as z from 'zod';
import { stateAfter } from './state';

/** A step that does nothing. It is known in the bench's build only, where it is one more file in the folder of kinds. */
export default defineStepKind({
	kind: 'noop',
	title: 'Nothing',
	summary: 'Hands on its state, counted up by one.',
	jobs: ['evaluate'],
	config: z.strictObject({
		/** Says that it began and waits until it is stopped: a run that every start finds unfinished. */
		hold: z.boolean().default(false),
		/** Hands on a list of so many states instead. */
		items: z.int().optional()
	}),
	example: {},
	async run(context) {
		const { config, inputs, signal } = context;
		if (config.hold) {
			context.emit('began');
			await new Promise((_, refuse) => signal.addEventListener('abort', refuse, { once: true }));
		}
		const content =
			config.items === undefined
				? stateAfter(inputs['state']?.[0]?.content)
				: Array.from({ length: config.items }, (_, count) => ({ count }));
		return ok({ output: { content, media: 'application/json', labels: OPEN, from: [] } });
	}
});
