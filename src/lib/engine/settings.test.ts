import 'fake-indexeddb/auto';
import { BUILT_IN } from '$lib/core';
import { GalleyDatabase, putSetting } from '$lib/storage';
import { expect, it } from 'vitest';
import { DEFAULT_SETTINGS, readSettings, writeSettings } from './settings';
import { near, remote, settingsWith } from './testing-ladder';

const remoteChoice = remote('far').choice;

it.each([
	['none', undefined, DEFAULT_SETTINGS],
	[
		'of a release without a list, with the built-in one',
		{ provider: BUILT_IN, theme: 'dark', reviewer: 'Ines' },
		{ ...DEFAULT_SETTINGS, theme: 'dark', reviewer: 'Ines' }
	],
	[
		'of a release without a list, with a remote one',
		{ provider: remoteChoice, theme: 'system', reviewer: 'You' },
		{
			...DEFAULT_SETTINGS,
			provider: remoteChoice,
			models: [{ id: 'openai-compatible', title: 'FAR', tier: 'large', choice: remoteChoice }]
		}
	],
	[
		'with an emptied list',
		{ ...settingsWith([]), provider: remoteChoice },
		{ ...settingsWith([]), provider: remoteChoice }
	]
])('settings: %s', async (name, stored, expected) => {
	const database = new GalleyDatabase(`settings ${name}`);
	if (stored) await putSetting(database, 'settings', stored);
	const read = await readSettings(database);
	expect(read).toEqual(expected);
	await writeSettings(database, read);
	expect(await readSettings(database)).toEqual(expected);
	await database.delete();
});

it('keeps a list with prices, limits and consents as it is', async () => {
	const database = new GalleyDatabase('settings whole');
	const far = remote('far', {
		price: { input: 1, output: 2, currency: 'EUR' },
		limits: { concurrent: 2, perMinute: 10 }
	});
	const consent = {
		workflowId: 'w',
		workflowTitle: 'W',
		target: 't',
		title: 'FAR',
		origin: 'https://far.example',
		answer: 'never' as const,
		at: 1
	};
	const settings = settingsWith([near, far], { consents: [consent], lastResort: 'built-in' });
	await writeSettings(database, settings);
	expect(await readSettings(database)).toEqual(settings);
	await database.delete();
});
