import { BUILT_IN, type ConfiguredModel, type ProviderChoice } from './report';

/**
 * The configured models of stored settings. Releases before the list kept one choice only: it becomes the list, unless it is
 * the built-in one, which is always there and in no list.
 */
export function modelsFrom(
	provider: ProviderChoice,
	models: ConfiguredModel[] | undefined
): ConfiguredModel[] {
	if (models) return models;
	if (provider.id === BUILT_IN.id) return [];
	const tier = provider.onDevice ? 'small' : 'large';
	return [{ id: provider.id, title: provider.title, choice: provider, tier }];
}
