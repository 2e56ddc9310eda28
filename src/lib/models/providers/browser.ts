import * as z from 'zod';
import { defineProvider } from '../contract';

export default defineProvider({
	id: 'browser',
	title: 'Browser’s own',
	summary:
		'The language model that this browser brings along, where it does (Chrome calls it the Prompt API). The browser runs it on this device and downloads it when you ask it to; Galley cannot see inside.',
	rung: 5,
	onDevice: true,
	needsModel: true,
	takesKey: false,
	config: z.strictObject({}),
	example: {},
	origin: () => null,
	async create(_config, { page }) {
		const { browserModel } = await import('../browser/language-model');
		return browserModel(page ?? null);
	}
});
