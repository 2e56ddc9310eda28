import { ok } from '$lib/core';
import { expect, it } from 'vitest';
import { wholeOf } from '../stream';
import { browserModel } from './language-model';
import type { PageModel } from './page-model';

const PROMPT = [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'How much?' }] }];

it('an answer is whole though its last pieces come after its end, and none is taken twice', async () => {
	const page: PageModel = {
		readiness: async () => 'available',
		async ask(_id, _question, onText) {
			onText('{"reven');
			setTimeout(() => onText('ue": 48210}'), 5);
			return ok('{"revenue": 48210}');
		},
		stop: async () => undefined
	};
	const { content } = await wholeOf(await browserModel(page).doStream({ prompt: PROMPT }));
	await new Promise((resolve) => setTimeout(resolve, 20));
	expect(content).toEqual([{ type: 'text', text: '{"revenue": 48210}' }]);
});
