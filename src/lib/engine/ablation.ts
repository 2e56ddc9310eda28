import { BUILT_IN, fail, failure, hashOf, ok, type Failure, type Result } from '$lib/core';
import {
	judgeNotes,
	lastAttempt,
	type AttemptState,
	type RunState,
	type Rung,
	type StepState
} from '$lib/run';
import { askAway, rungAway } from './ablation-away';
import type { Ablation, AblationAsk } from './api';
import type { Engine } from './engine';
import { feedbackOf, sourcesOf } from './given';
import { shareable } from './labels';
import { resolveStep } from './resolve';
import { scopeOf, specOf } from './spec';

/**
 * What a note changed: the step is done once more with all that it was given but that note. Nothing of it enters the run, is
 * kept or counted. Where a model elsewhere answered, nothing is sent before the person has seen exactly that prompt and let it
 * go (`allowed` is its hash); what leaves then stands in the egress ledger, under the run.
 */
export async function ablate(
	engine: Engine,
	{
		runId,
		stepId,
		noteId,
		allowed
	}: { runId: string; stepId: string; noteId: string; allowed?: string | undefined }
): Promise<Result<Ablation | AblationAsk>> {
	const { state } = await engine.log(runId);
	const step = state.steps[stepId];
	const attempt = step && lastAttempt(step);
	if (!step || attempt?.status !== 'succeeded' || !attempt.output || !attempt.prompt)
		return no('ablation.no-result', 'There is no finished result of this step to set beside it.');
	const note = attempt.given.find(({ id }) => id === noteId);
	if (!note) return no('ablation.not-given', 'This step was not given the note.');
	const provider = attempt.provider ?? BUILT_IN;
	const away = provider.onDevice ? ok(null) : await rungAway(engine, { state, step, attempt, noteId });
	if (!away.ok) return away;
	if (provider.onDevice && provider.id !== BUILT_IN.id && engine.isBusy)
		return no(
			'ablation.busy',
			'A run is at work, and models on this device do one thing at a time. Try again when it is done.'
		);
	const begun = engine.now();
	const spec = await specWithout(engine, { state, step, attempt, noteId, rung: away.value });
	if (!spec.ok) return spec;
	const stop = new AbortController();
	const timer = setTimeout(() => stop.abort('timeout'), step.def.timeoutSeconds * 1000);
	let prompt = '';
	let isHeld = false;
	const prepared = async (text: string) => {
		prompt = text;
		isHeld = away.value !== null && hashOf(text) !== allowed;
		// What is thrown here ends the call before anything of it is sent.
		if (isHeld) throw new Error('A person is asked first.');
	};
	const host = { prepared, emit: () => undefined, loading: () => undefined };
	const run = await engine.executor.run(spec.value, host, stop.signal).finally(() => clearTimeout(timer));
	if (isHeld && away.value) return askAway(engine, state, away.value, step.def.with['maxTokens'], prompt);
	if (!run.result.ok) return run.result;
	const { content } = run.result.value.output;
	if (content instanceof Uint8Array) return no('ablation.bytes', 'The step makes a file that is no text.');
	const [verdict] = judgeNotes([note], typeof content === 'string' ? content : null);
	return ok({
		then: {
			...{ run: state.title, step: step.def.title, model: provider.title, instruction: note.instruction },
			...{ prompt: attempt.prompt, output: attempt.output }
		},
		...{ prompt, content, repeats: provider.id === BUILT_IN.id },
		...{ verdict: verdict ?? null, ms: engine.now() - begun }
	});
}

/** What the step was given then, but one note; under the marker of then, so that nothing else of the prompt differs. */
async function specWithout(
	engine: Engine,
	given: { state: RunState; step: StepState; attempt: AttemptState; noteId: string; rung: Rung | null }
) {
	const { state, step, attempt, noteId, rung } = given;
	const whole = await resolveStep(state, step, engine.values);
	if (!whole.ok) return whole;
	const shared = shareable(step, rung, whole.value);
	if (!shared.ok) return shared;
	const sources = await sourcesOf(state, step, engine.values);
	if (!sources.ok) return sources;
	const sent = attempt.prompt && (await engine.values.get(attempt.prompt));
	const text = sent?.ok && typeof sent.value.content === 'string' ? sent.value.content : '';
	const marker = /\bThe marker of this message is (\S+)\./.exec(text)?.[1];
	const scope = await scopeOf(state, step, engine.values);
	const { inputs, evidence, schemas, instructions } = shared.value.resolved;
	// What leaves is put down in the ledger under its run, as a try that its log does not have.
	const id = rung ? `${state.id}/${step.id}/0.${engine.now()}` : `ablation/${engine.ports.random.id()}`;
	const spec = specOf(state, step, id, engine.ports.random, {
		...{ inputs, evidence, schemas, instructions, sources: sources.value },
		provider: rung ? { ...rung.choice, title: rung.title } : (attempt.provider ?? BUILT_IN),
		notes: attempt.given.filter((one) => one.id !== noteId),
		feedback: await feedbackOf(step, engine.values),
		...(scope ? { scope } : {}),
		...(marker ? { marker } : {})
	});
	return ok(spec);
}

function no(code: string, message: string): { ok: false; failure: Failure } {
	return fail(failure(code, `${message} Nothing was changed.`));
}
