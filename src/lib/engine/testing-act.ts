import type { Json } from '$lib/core';
import type { Acted } from '$lib/egress';
import type { Workflow } from '$lib/workflow';
import { TestDevice, TestExecutor, until } from './testing';
import { NEVER, stateOf, status, workflow, type Made, type Tab } from './testing-flow';

/** propose -> review -> act, for tests of acting outside. */
export function actWorkflow(
	propose: Record<string, Json> = {
		url: 'https://api.example.org/tickets',
		json: { about: '{{inputs.topic}}' }
	},
	act: Made = {},
	more: Made[] = []
): Workflow {
	const permissions = { hosts: ['api.example.org'] };
	return workflow([
		{ id: 'propose', kind: 'propose', job: 'draft', with: propose, permissions },
		{ id: 'review', kind: 'review', job: 'decide', inputs: { draft: 'steps.propose.output' } },
		{
			id: 'send',
			kind: 'request',
			job: 'act',
			inputs: { proposal: 'steps.review.output' },
			permissions,
			...act
		},
		...more
	]);
}

export const answered = (status = 200, text = '{"number":7}'): Acted => ({
	how: 'answered',
	answer: { status, headers: {}, media: 'application/json', text, cut: false },
	egress: [{ origin: 'https://api.example.org', method: 'POST', status, sent: 1, received: text.length }]
});

/** An executor whose world outside is the test's. */
export const outside = (world: TestExecutor['outside']) => new TestExecutor(NEVER, world);

/** Waits for the gate and approves it, as it stands or with another text. */
export async function approve(tab: Tab, runId: string, text?: string, gate = 'review'): Promise<void> {
	await status(tab, runId, 'waiting');
	await until('the gate', async () => Boolean((await stateOf(tab, runId)).steps[gate]?.request));
	const draft = (await stateOf(tab, runId)).steps[gate]?.request?.draft;
	const given = { runId, stepId: gate, draftHash: draft?.hash ?? '', ticks: [] };
	const done = await tab.api.approve(text === undefined ? given : { ...given, text });
	if (!done.ok) throw new Error(done.failure.message);
}

/** The types of what was logged about a step. */
export async function logged(tab: Tab, runId: string, stepId: string): Promise<string[]> {
	const records = await tab.store.records(`run:${runId}`);
	return records.flatMap(({ event }) => ('stepId' in event && event.stepId === stepId ? [event.type] : []));
}

/** A tab with an engine of its own on a new device, or on a given one. */
export async function tabOf(executor: TestExecutor, device = new TestDevice()) {
	return { tab: await device.tab(executor), device, executor };
}
