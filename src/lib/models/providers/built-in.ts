import * as z from 'zod';
import { defineProvider } from '../contract';

export default defineProvider({
	id: 'built-in',
	title: 'Built-in',
	summary: 'Selects and arranges, does not write. On this device, no download, the same answer every time.',
	rung: 0,
	onDevice: true,
	takesKey: false,
	config: z.strictObject({}),
	example: {},
	origin: () => null,
	async create() {
		const { builtInModel } = await import('../built-in/model');
		return builtInModel();
	}
});
