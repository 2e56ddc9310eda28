import { fail, failure, type ConfiguredModel, type Price } from '$lib/core';
import type { ModelOutcome, ModelRequest } from '$lib/models';
import type { Settings } from './settings';
import { DEFAULT_SETTINGS } from './settings';
import { says, TestDevice, TestExecutor, until } from './testing';
import { stateOf, type Made, type Tab } from './testing-flow';

/** Models for tests of the ladder: each is answered for by its id. */

export const near: ConfiguredModel = {
	id: 'near',
	title: 'Near',
	tier: 'small',
	choice: { id: 'scripted', title: 'Near', onDevice: true, config: { name: 'near' } }
};

export const remote = (id: string, more: Partial<ConfiguredModel> = {}): ConfiguredModel => ({
	id,
	title: id.toUpperCase(),
	tier: 'large',
	choice: {
		id: 'openai-compatible',
		title: id.toUpperCase(),
		onDevice: false,
		config: { baseUrl: `https://${id}.example/v1`, model: `${id}-1` }
	},
	...more
});

export const EURO: Price = { input: 1_000, output: 1_000, currency: 'EUR' };

export const settingsWith = (models: ConfiguredModel[], more: Partial<Settings> = {}): Settings => ({
	...DEFAULT_SETTINGS,
	models,
	provider: models[0]?.choice ?? DEFAULT_SETTINGS.provider,
	...more
});

export type Answers = Record<string, (request: ModelRequest) => ModelOutcome>;

/** Answers by the host, or `near`; and lists every request that reached a model that is elsewhere. */
export function ladderExecutor(answers: Answers) {
	const left: ModelRequest[] = [];
	const executor = new TestExecutor((request) => {
		const { baseUrl } = request.provider.config;
		const name = typeof baseUrl === 'string' ? new URL(baseUrl).hostname.split('.')[0] : 'near';
		if (!request.provider.onDevice) left.push(request);
		return answers[name ?? '']?.(request) ?? refuses('model.unreachable');
	});
	return { executor, left };
}

export function refuses(code: string, retryable = false): ModelOutcome {
	const why = failure(code, `It could not: ${code}.`, { retryable });
	return { ...fail(why), kept: '', egress: [] };
}

/** An answer that took that many tokens. */
export function told(text: string, input: number, output: number): ModelOutcome {
	const said = says(text);
	return said.ok ? { ...said, value: { ...said.value, usage: { input, output } } } : said;
}

export const ask = (more: Made = {}): Made => ({
	id: 'draft',
	title: 'Draft',
	kind: 'model',
	job: 'draft',
	inputs: { topic: 'inputs.topic' },
	instructions: 'Write.',
	retry: { attempts: 1, delaySeconds: 0 },
	permissions: { model: 'any' },
	...more
});

export async function open(answers: Answers, settings: Settings) {
	const { executor, left } = ladderExecutor(answers);
	const device = new TestDevice();
	const tab = await device.tab(executor);
	await tab.api.saveSettings(settings);
	return { tab, left, device, executor };
}

export const held = async (tab: Tab, runId: string, stepId = 'draft') => {
	await until('a held call', async () => Boolean((await stateOf(tab, runId)).steps[stepId]?.asked));
	const step = (await stateOf(tab, runId)).steps[stepId];
	const call = step?.ladder.held;
	if (!call || !step.asked) throw new Error('nothing is held');
	return { call, why: step.asked.why, at: { runId, stepId, hash: call.prompt.hash } };
};
