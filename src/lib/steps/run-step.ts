import { fail, failure, unexpected, type EgressRow, type Result, type Usage } from '$lib/core';
import * as z from 'zod';
import type { StepContext, StepOutcome, StepRun } from './contract';
import { stepKind } from './registry';

/**
 * Carries out one attempt of a step. Settles always: a throw becomes the failure `unexpected`, an abort `aborted`.
 * Every request that left the device is listed, also when the step failed, and so is text that had arrived by then.
 */
export async function runStep(kind: string, context: Omit<StepContext, 'config'>): Promise<StepRun> {
	const egress: EgressRow[] = [];
	let kept = '';
	let usage: Usage | null = null;
	const watched: Omit<StepContext, 'config'> = {
		...context,
		async generate(request, onText) {
			kept = '';
			const outcome = await context.generate(request, (piece) => {
				kept += piece;
				onText(piece);
			});
			egress.push(...outcome.egress);
			usage = outcome.ok ? outcome.value.usage : null;
			if (outcome.ok) kept = outcome.value.text;
			else if (outcome.kept) kept = outcome.kept;
			return outcome;
		}
	};
	const result = await attempt(kind, watched);
	if (result.ok) return { result, egress, kept: '' };
	return { result, egress, kept, ...(usage ? { usage } : {}) };
}

async function attempt(kind: string, context: Omit<StepContext, 'config'>): Promise<Result<StepOutcome>> {
	const known = stepKind(kind);
	const title = context.step.title;
	if (!known?.run) {
		const why = known
			? 'is decided by a person, not run'
			: `is of a kind “${kind}” that this Galley does not have`;
		return fail(
			failure('kind.not-runnable', `“${title}” ${why}. Nothing was changed.`, { details: { kind } })
		);
	}
	const config = known.config.safeParse(context.step.with);
	if (!config.success) {
		return fail(
			failure(
				'step.config',
				`The settings of “${title}” are not right: ${z.prettifyError(config.error)}. Change them in the workflow and start a new run.`,
				{ details: { issues: config.error.issues.map((issue) => issue.message) } }
			)
		);
	}
	try {
		context.signal.throwIfAborted();
		return await known.run({ ...context, config: config.data });
	} catch (cause) {
		if (context.signal.aborted) {
			return fail(failure('aborted', `“${title}” was stopped. It can be tried again.`, { retryable: true }));
		}
		return fail(unexpected(cause, `running “${title}”`));
	}
}
