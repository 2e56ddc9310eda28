import type { ProviderChoice } from '$lib/core';

/** What answers when nobody chose anything: always there, nothing to download. */
export const BUILT_IN: ProviderChoice = { id: 'built-in', title: 'Built-in', onDevice: true, config: {} };
