// Loaded with the forms that are drawn from schemas.
import type { Json, ProviderChoice } from '$lib/core';
import { providerOf, providers } from '$lib/models';
import { stepKinds } from '$lib/steps';
import * as z from 'zod';
import type { KindInfo, ProviderInfo } from '../catalogue-info';

export function kindInfos(): KindInfo[] {
	return stepKinds().map((kind) => ({
		kind: kind.kind,
		title: kind.title,
		summary: kind.summary,
		jobs: kind.jobs,
		config: schemaOf(kind.config),
		example: kind.example as Record<string, Json>,
		gate: kind.gate ?? false,
		acts: kind.acts ?? false,
		requiredInputs: kind.requiredInputs ?? []
	}));
}

export function providerInfos(): ProviderInfo[] {
	return providers
		.filter((provider) => !provider.hidden)
		.map((provider) => ({
			id: provider.id,
			title: provider.title,
			summary: provider.summary,
			onDevice: provider.onDevice,
			takesKey: provider.takesKey,
			presets: provider.presets ?? [],
			config: schemaOf(provider.config),
			example: provider.example as Record<string, Json>
		}));
}

/** What is wrong with the settings of a provider, by the path of each member; empty when nothing is. */
export function providerProblems({ id, config }: ProviderChoice): Record<string, string> {
	const read = providerOf(id)?.config.safeParse(config);
	return Object.fromEntries(
		(read?.error?.issues ?? []).map(({ path, message }) => [path.map(String).join('.'), message])
	);
}

function schemaOf(config: z.ZodType): Record<string, Json> {
	return z.toJSONSchema(config, { io: 'input', unrepresentable: 'any' }) as Record<string, Json>;
}
