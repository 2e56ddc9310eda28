import { BUILT_IN, modelsFrom } from '$lib/core';
import { configuredModelSchema, moneySchema, providerChoiceSchema } from '$lib/run';
import { getSetting, putSetting, type GalleyDatabase } from '$lib/storage';
import * as z from 'zod';
import type { Settings } from './protocol';

const consentSchema = z.object({
	workflowId: z.string(),
	workflowTitle: z.string(),
	target: z.string(),
	title: z.string(),
	origin: z.string(),
	answer: z.enum(['allow', 'never']),
	at: z.number()
});

/** What older releases did not store gets its default, or is made from what they did. */
const settingsSchema = z
	.object({
		provider: providerChoiceSchema.default(BUILT_IN),
		models: z.array(configuredModelSchema).optional(),
		lastResort: z.enum(['person', 'built-in']).default('person'),
		budget: z
			.object({ run: moneySchema.nullable(), month: moneySchema.nullable() })
			.default({ run: null, month: null }),
		consents: z.array(consentSchema).default([]),
		theme: z.enum(['system', 'light', 'dark']).default('system'),
		reviewer: z.string().default('You')
	})
	.transform((stored): Settings => ({ ...stored, models: modelsFrom(stored.provider, stored.models) }));

export const DEFAULT_SETTINGS: Settings = {
	provider: BUILT_IN,
	models: [],
	lastResort: 'person',
	budget: { run: null, month: null },
	consents: [],
	theme: 'system',
	reviewer: 'You'
};

/** The settings of this device; what cannot be read falls back to the defaults. */
export function readSettings(database: GalleyDatabase): Promise<Settings> {
	return getSetting<Settings>(database, 'settings', settingsSchema, DEFAULT_SETTINGS);
}

export function writeSettings(database: GalleyDatabase, settings: Settings): Promise<void> {
	return putSetting(database, 'settings', settings);
}
