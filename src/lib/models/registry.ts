import type { Provider } from './contract';

const found = import.meta.glob<{ default: Provider }>(['./providers/*.ts', '!./providers/*.test.ts'], {
	eager: true
});

/** Every provider, nearest to the person first. A new file in `providers/` is in it by being there. */
export const providers: readonly Provider[] = Object.values(found)
	.map((module) => module.default)
	.filter((provider) => provider !== undefined)
	.sort((a, b) => a.rung - b.rung || a.id.localeCompare(b.id));

/** The provider of that id, or undefined when this release has none. */
export function providerOf(id: string): Provider | undefined {
	return providers.find((provider) => provider.id === id);
}
