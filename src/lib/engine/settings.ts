import { BUILT_IN, modelsFrom, type ConfiguredModel, type Money, type ProviderChoice } from '$lib/core';
import { configuredModelSchema, moneySchema, providerChoiceSchema, type Standing } from '$lib/run';
import { getSetting, putSetting, type GalleyDatabase } from '$lib/storage';
import * as z from 'zod';

/** What a person said once for a whole workflow about one place that its calls may go to. Revoked by removing it. */
export interface Consent extends Standing {
	workflowTitle: string;
	/** The model and where it is, as they were shown. */
	title: string;
	origin: string;
	at: number;
}

/** A workflow that came from elsewhere, and what of the powers that it asks for the person has allowed. */
export interface ImportedWorkflow {
	workflowId: string;
	at: number;
	allowed: string[];
}

/** Settings as they are stored; keys are never among them. */
export interface Settings {
	/** The one in use for new runs. */
	provider: ProviderChoice;
	/** The person's models, nearest to them first: the order of the ladder. The built-in one is in no list. */
	models: ConfiguredModel[];
	/** Who is asked when none of them could. */
	lastResort: 'person' | 'built-in';
	/** The most that a run, and all runs of a calendar month (UTC), may cost before the person is asked; null: no limit. */
	budget: { run: Money | null; month: Money | null };
	consents: Consent[];
	/** Workflows that came in from a file. One that is not among them was made here and may do what it says. */
	imported: ImportedWorkflow[];
	theme: 'system' | 'light' | 'dark';
	/** Name that decisions are signed with on this device. */
	reviewer: string;
}

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
		imported: z
			.array(z.object({ workflowId: z.string(), at: z.number(), allowed: z.array(z.string()) }))
			.default([]),
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
	imported: [],
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
