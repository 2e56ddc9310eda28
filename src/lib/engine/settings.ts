import { getSetting, putSetting, type GalleyDatabase } from '$lib/storage';
import * as z from 'zod';
import type { Settings } from './protocol';
import { BUILT_IN } from './provider';

const settingsSchema = z.object({
	provider: z
		.object({
			id: z.string(),
			title: z.string(),
			onDevice: z.boolean(),
			config: z.record(z.string(), z.json())
		})
		.default(BUILT_IN),
	theme: z.enum(['system', 'light', 'dark']).default('system'),
	reviewer: z.string().default('You')
});

export const DEFAULT_SETTINGS: Settings = { provider: BUILT_IN, theme: 'system', reviewer: 'You' };

/** The settings of this device; what cannot be read falls back to the defaults. */
export function readSettings(database: GalleyDatabase): Promise<Settings> {
	return getSetting<Settings>(database, 'settings', settingsSchema, DEFAULT_SETTINGS);
}

export function writeSettings(database: GalleyDatabase, settings: Settings): Promise<void> {
	return putSetting(database, 'settings', settings);
}
