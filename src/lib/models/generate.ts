import { failure } from '$lib/core';
import type { ModelOutcome, ModelRequest, ModelTools } from './contract';
import { providerOf } from './registry';

export async function generate(request: ModelRequest, tools: ModelTools): Promise<ModelOutcome> {
	const provider = providerOf(request.provider.id);
	return {
		ok: false,
		failure: failure('model.unknown-provider', `There is no provider “${provider?.id ?? request.provider.id}”.`),
		kept: '',
		egress: tools.egress?.() ?? []
	};
}
