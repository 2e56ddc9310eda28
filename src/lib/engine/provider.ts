import { failure, type Failure, type ProviderChoice } from '$lib/core';
import type { RunState } from '$lib/run';
import type { Step } from '$lib/workflow';

/** What answers when nobody chose anything: always there, nothing to download. */
export const BUILT_IN: ProviderChoice = { id: 'built-in', title: 'Built-in', onDevice: true, config: {} };

/** The provider of a step: the run's, unless the step may not leave the device. */
export function providerFor(
	state: RunState,
	step: Step
): { choice: ProviderChoice; refused: Failure | null } {
	const choice = state.provider ?? BUILT_IN;
	if (choice.onDevice || step.permissions.model === 'any' || step.kind !== 'model')
		return { choice, refused: null };
	return {
		choice,
		refused: failure(
			'permission.model',
			`“${step.title}” may only use a model on this device, and this run was started with ${choice.title}. Nothing was sent. Retry with a model on this device, or allow any model in the workflow.`
		)
	};
}
