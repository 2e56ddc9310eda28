import type { Json } from '$lib/core';
import type { Preset } from '$lib/models';

export type { Preset };

/** A step kind, for forms drawn from schemas. */
export interface KindInfo {
	kind: string;
	title: string;
	summary: string;
	jobs: string[];
	/** JSON Schema (2020-12) of `step.with`. */
	config: Record<string, Json>;
	example: Record<string, Json>;
	gate: boolean;
	acts: boolean;
	requiredInputs: string[];
}

export interface ProviderInfo {
	id: string;
	title: string;
	summary: string;
	onDevice: boolean;
	takesKey: boolean;
	/** Ready-made settings for well-known servers; often none. */
	presets: readonly Preset[];
	/** JSON Schema (2020-12) of its settings. */
	config: Record<string, Json>;
	example: Record<string, Json>;
}
