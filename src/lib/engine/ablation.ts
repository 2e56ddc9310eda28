import { BUILT_IN, fail, failure, ok, type Failure, type Result } from '$lib/core';
import { judgeNotes, lastAttempt, type AttemptState, type RunState, type StepState } from '$lib/run';
import type { Ablation } from './api';
import type { Engine } from './engine';
import { feedbackOf, sourcesOf } from './given';
import { resolveStep } from './resolve';
import { scopeOf, specOf } from './spec';

/**
 * What a note changed: the step is done once more with all that it was given but that note. Nothing of it is logged, kept or
 * counted, and nothing leaves the device: what nobody can look up must not have gone anywhere.
 */
export async function ablate(
	engine: Engine,
	{ runId, stepId, noteId }: { runId: string; stepId: string; noteId: string }
): Promise<Result<Ablation>> {
	const { state } = await engine.log(runId);
	const step = state.steps[stepId];
	const attempt = step && lastAttempt(step);
	if (!step || attempt?.status !== 'succeeded' || !attempt.output || !attempt.prompt)
		return no('ablation.no-result', 'There is no finished result of this step to set beside it.');
	const note = attempt.given.find(({ id }) => id === noteId);
	if (!note) return no('ablation.not-given', 'This step was not given the note.');
	const provider = attempt.provider ?? BUILT_IN;
	if (!provider.onDevice)
		return no(
			'ablation.elsewhere',
			`${provider.title} is elsewhere, and this try would stand in no record of what left the device. Run it again with a model on this device to see what the note changes there.`
		);
	if (provider.id !== BUILT_IN.id && engine.isBusy)
		return no(
			'ablation.busy',
			'A run is at work, and models on this device do one thing at a time. Try again when it is done.'
		);
	const begun = engine.now();
	const spec = await specWithout(engine, { state, step, attempt, noteId });
	if (!spec.ok) return spec;
	const stop = new AbortController();
	const timer = setTimeout(() => stop.abort('timeout'), step.def.timeoutSeconds * 1000);
	let prompt = '';
	const run = await engine.executor.run(
		spec.value,
		{ prepared: async (text) => void (prompt = text), emit: () => undefined, loading: () => undefined },
		stop.signal
	);
	clearTimeout(timer);
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
	given: { state: RunState; step: StepState; attempt: AttemptState; noteId: string }
) {
	const { state, step, attempt, noteId } = given;
	const resolved = await resolveStep(state, step, engine.values);
	if (!resolved.ok) return resolved;
	const sources = await sourcesOf(state, step, engine.values);
	if (!sources.ok) return sources;
	const sent = attempt.prompt && (await engine.values.get(attempt.prompt));
	const text = sent?.ok && typeof sent.value.content === 'string' ? sent.value.content : '';
	const marker = /\bThe marker of this message is (\S+)\./.exec(text)?.[1];
	const scope = await scopeOf(state, step, engine.values);
	const { inputs, evidence, schemas, instructions } = resolved.value;
	const id = `ablation/${engine.ports.random.id()}`;
	const spec = specOf(state, step, id, engine.ports.random, {
		...{ inputs, evidence, schemas, instructions, sources: sources.value },
		provider: attempt.provider ?? BUILT_IN,
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
