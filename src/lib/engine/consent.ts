import type { Money, Result } from '$lib/core';
import { originFor } from '$lib/models';
import { rungsOf, targetOf, type RunState, type StepState } from '$lib/run';
import type { HeldCall } from './api';
import type { Engine } from './engine';
import type { Consent } from './settings';
import { readSettings, writeSettings } from './settings';

/** What a person says about a call that was held. What they say for a whole workflow is kept where they can take it back. */

export async function allowCall(
	engine: Engine,
	{ runId, stepId, hash }: HeldCall,
	scope: 'once' | 'workflow',
	raised?: Money
): Promise<Result<void>> {
	const standing = await standingFor(engine, runId, stepId, 'allow');
	const command = { type: 'allow-call' as const, stepId, hash, scope, ...(raised ? { raised } : {}) };
	const said = await engine.command(runId, command);
	if (!said.ok || scope !== 'workflow' || !standing) return said;
	await keep(engine, standing);
	for (const other of await alsoHeld(engine, runId, standing))
		await engine.command(runId, { type: 'allow-call', ...other, scope });
	return said;
}

export async function refuseCall(
	engine: Engine,
	{ runId, stepId, hash }: HeldCall,
	scope: 'once' | 'workflow',
	instead: 'next' | 'on-device'
): Promise<Result<void>> {
	const standing = await standingFor(engine, runId, stepId, 'never');
	const said = await engine.command(runId, { type: 'refuse-call', stepId, hash, scope, instead });
	if (!said.ok || scope !== 'workflow' || !standing) return said;
	await keep(engine, standing);
	for (const other of await alsoHeld(engine, runId, standing))
		await engine.command(runId, { type: 'refuse-call', ...other, scope, instead });
	return said;
}

/** Other steps of the run that ask the very same, such as the other items of a map. */
async function alsoHeld(
	engine: Engine,
	runId: string,
	{ target }: Consent
): Promise<{ stepId: string; hash: string }[]> {
	const { state } = await engine.log(runId);
	return Object.values(state.steps).flatMap((step) => {
		const { held } = step.ladder;
		if (step.asked?.why !== 'consent' || !held) return [];
		const rung = rungsOf(state, step).find((one) => one.id === held.rung.id);
		return rung && targetOf(rung.choice) === target ? [{ stepId: step.id, hash: held.prompt.hash }] : [];
	});
}

/** What would be kept of an answer for the whole workflow; null where it is about money, or about nothing any more. */
async function standingFor(
	engine: Engine,
	runId: string,
	stepId: string,
	answer: Consent['answer']
): Promise<Consent | null> {
	const { state } = await engine.log(runId);
	const step = state.steps[stepId];
	return step?.asked?.why === 'consent' ? consentFor(state, step, answer, engine.now()) : null;
}

function consentFor(state: RunState, step: StepState, answer: Consent['answer'], at: number): Consent | null {
	const rung = rungsOf(state, step).find((one) => one.id === step.ladder.held?.rung.id);
	if (!rung || !state.definition) return null;
	return {
		workflowId: state.definition.id,
		workflowTitle: state.definition.title,
		target: targetOf(rung.choice),
		title: rung.title,
		origin: originFor(rung.choice) ?? rung.title,
		answer,
		at
	};
}

/** The newest word about a workflow and a place is the one that counts. */
async function keep(engine: Engine, said: Consent): Promise<void> {
	const { database } = engine.ports;
	const settings = await readSettings(database);
	const others = settings.consents.filter(
		(one) => one.workflowId !== said.workflowId || one.target !== said.target
	);
	await writeSettings(database, { ...settings, consents: [...others, said] });
}
