import type { ConfiguredModel, ProviderChoice } from '$lib/core';
import { everyStep, modelWish, type ModelWish, type Workflow } from '$lib/workflow';

/** Where a run's models are, before it starts: no call to another place may come as a surprise. */
export function sayWhere(
	workflow: Workflow,
	chosen: ProviderChoice,
	models: readonly ConfiguredModel[],
	sealed = false
): { leaves: boolean; words: string } {
	if (sealed) {
		const words = chosen.onDevice
			? `Sealed. Runs on ${chosen.title}, on this device.`
			: `Sealed. ${chosen.title} is elsewhere, so it is not asked.`;
		return { leaves: false, words };
	}
	const wishes = [...everyStep(workflow.steps)].flatMap(({ step }) => modelWish(step, workflow) ?? []);
	const open = wishes.filter((wish) => wish.privacy !== 'device');
	const others = models.filter((one) => !one.choice.onDevice && open.some((wish) => fits(wish, one)));
	if (open.length === 0 || (chosen.onDevice && others.length === 0)) {
		const words = chosen.onDevice
			? `Runs on ${chosen.title}, nothing leaves this device.`
			: 'Its steps use a model on this device only, nothing leaves it.';
		return { leaves: false, words };
	}
	const titles = others.map((one) => one.title).join(', ');
	const isOutright = open.some((wish) => wish.isOutright);
	if (chosen.onDevice) {
		const words = isOutright
			? `Runs on ${chosen.title} on this device. Where it cannot, or a step wants another model, what the step reads is sent to ${titles}.`
			: `Runs on ${chosen.title} on this device. ${titles} may be asked too, only after you agreed.`;
		return { leaves: isOutright, words };
	}
	return open.every((wish) => wish.privacy === 'ask')
		? {
				leaves: true,
				words: `Runs on ${chosen.title}: you are asked before what a step reads is sent there.`
			}
		: { leaves: true, words: `Runs on ${chosen.title}: what the steps read is sent there.` };
}

function fits({ tier, exact }: ModelWish, model: ConfiguredModel): boolean {
	if (exact) return model.id === exact || model.title === exact;
	return tier === null || model.tier === tier;
}
