import { BUILT_IN, type ConfiguredModel } from '$lib/core';
import { workflowSchema } from '$lib/workflow';
import { expect, it } from 'vitest';
import { sayWhere } from './where';

const far: ConfiguredModel = {
	id: 'far',
	title: 'Far',
	tier: 'large',
	choice: { id: 'remote', title: 'Far', onDevice: false, config: {} }
};

const document = (permission: string, model: object = {}) =>
	workflowSchema.parse({
		format: 1,
		id: 'w',
		title: 'W',
		steps: [{ id: 's', title: 'S', kind: 'model', job: 'draft', permissions: { model: permission }, model }]
	});

it.each([
	['any', {}, BUILT_IN, [], 'Runs on Built-in, nothing leaves this device.'],
	['any', {}, BUILT_IN, [far], 'Far may be asked too, only after you agreed.'],
	['any', { privacy: 'may-leave' }, BUILT_IN, [far], 'what the step reads is sent to Far.'],
	['any', { tier: 'small' }, BUILT_IN, [far], 'nothing leaves this device.'],
	['on-device', {}, BUILT_IN, [far], 'nothing leaves this device.'],
	['on-device', {}, far.choice, [far], 'on this device only, nothing leaves it.'],
	['any', {}, far.choice, [far], 'what the steps read is sent there.'],
	['any', { privacy: 'ask' }, far.choice, [far], 'you are asked before']
])('%s, %j, on %o: %s', (permission, model, chosen, models, says) => {
	expect(sayWhere(document(permission, model), chosen, models).words).toContain(says);
});
