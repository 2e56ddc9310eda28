import type { StepRun } from './contract';

/**
 * How the engine asks a step worker to carry out an attempt. Plain messages beside those of the library that carries all
 * other calls, which leaves alone what is none of its own: the id that it makes up for each call costs a twentieth of a
 * small step, and an attempt has an id.
 */

interface Attempt {
	attemptId: string;
}

interface Question<Spec extends Attempt> {
	step: Spec;
}

type Answer = { attemptId: string } & ({ run: StepRun } | { thrown: string });

/** Asks a worker. A call that it never answers stays open: whoever watches the worker settles it. */
export function stepCalls<Spec extends Attempt>(worker: Worker): (spec: Spec) => Promise<StepRun> {
	const open = new Map<string, { resolve: (run: StepRun) => void; reject: (cause: Error) => void }>();
	worker.addEventListener('message', ({ data }: MessageEvent<Answer | null>) => {
		const call = data && open.get(data.attemptId);
		if (!call) return;
		open.delete(data.attemptId);
		if ('run' in data) call.resolve(data.run);
		else call.reject(new Error(data.thrown));
	});
	return (step) =>
		new Promise((resolve, reject) => {
			open.set(step.attemptId, { resolve, reject });
			worker.postMessage({ step } satisfies Question<Spec>);
		});
}

/** Answers in a worker whatever is asked of it. */
export function answerSteps<Spec extends Attempt>(
	scope: Pick<Worker, 'addEventListener' | 'postMessage'>,
	carryOut: (spec: Spec) => Promise<StepRun>
): void {
	const answered = (answer: Answer) => scope.postMessage(answer);
	scope.addEventListener('message', ({ data }: MessageEvent<Partial<Question<Spec>> | null>) => {
		const step = data?.step;
		if (!step) return;
		const { attemptId } = step;
		carryOut(step).then(
			(run) => answered({ attemptId, run }),
			(cause: unknown) => answered({ attemptId, thrown: String(cause) })
		);
	});
}
