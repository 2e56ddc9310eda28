import { stricter, type Failure, type ProviderChoice, type Result } from '$lib/core';
import { lastAttempt, type CorrectionNote, type Effect, type RunState } from '$lib/run';
import type { LoadingProgress } from '$lib/models';
import type { StepRun } from '$lib/steps';
import type { EarlierResult } from './earlier-result';
import type { MonthPorts } from './month';
import type { Executor } from './protocol';
import type { Settings } from './settings';
import type { MakeEvents, Log } from './run-log';
import type { Salvage } from './salvage';
import type { ValueBook } from './values';
import type { Saving } from './saving';

/** What everybody who carries out attempts shares: the ports, and the two facts about an attempt's end. */

export type Execute = Extract<Effect, { type: 'execute' }>;

/** What carrying out an attempt needs from the engine. */
export interface AttemptPorts extends MonthPorts {
	values: ValueBook;
	executor: Executor;
	now(): number;
	marker(): string;
	notes(): Promise<CorrectionNote[]>;
	/** The provider of that id as it is set up on this device; the built-in one where there is none. */
	provider(id: string): Promise<ProviderChoice>;
	/** As they are now: a consent that was taken back meanwhile counts no more. */
	settings(): Promise<Settings>;
	emit(runId: string, attemptId: string, piece: string): void;
	/** What streams in, for the case that this tab is killed. */
	salvage: Pick<Salvage, 'take' | 'end' | 'forget'>;
	/** Tells the screens how far the model is that an attempt waits for. */
	loading(runId: string, attemptId: string, progress: LoadingProgress): void;
	/** The same for a file that an attempt reads. */
	reading(runId: string, attemptId: string, said: string): void;
	/** The result of an earlier attempt into which the very same went, in a run that came to a good end. */
	earlier(key: string, runId: string): Promise<EarlierResult | null>;
	/** Marks a sealed run where the guards of workers and the service worker look. */
	seal(runId: string): Promise<void>;
	/** True when so much waits for the disk that pure steps should wait too. */
	isFarBehind(): boolean;
	/** Writes a library entry and the run's own record of it in one commit. */
	save(log: Log, saving: Saving): Promise<Result<void>>;
}

/**
 * Logs what pure work made. What is due next need not wait for the disk: what acts outside or asks a person waits for its
 * own commit, which comes after this one. A crash loses only pure results that nobody was told of; they are computed again.
 */
export async function logPure(log: Log, make: MakeEvents, ports: AttemptPorts): Promise<void> {
	const written = log.append(make, { durability: 'relaxed' });
	if (ports.isFarBehind()) await written;
}

/** Logs how an attempt failed, with what had left and what had arrived by then. */
export async function logFailure(
	log: Log,
	base: { attemptId: string; stepId: string },
	why: Failure,
	ms: number,
	ports: AttemptPorts,
	run?: Pick<StepRun, 'egress' | 'kept' | 'usage'>
): Promise<void> {
	const kept = keptOf(log.state, base, run?.kept ?? '', ports.values);
	await log.append(
		(state) => {
			if (!isOpen(state, base)) return null;
			return {
				events: [
					{
						type: 'attempt.failed',
						at: ports.now(),
						...base,
						failure: why,
						...(kept ? { kept: kept.ref } : {}),
						...(run?.usage ? { usage: run.usage } : {}),
						egress: run?.egress ?? [],
						ms
					}
				],
				values: kept ? [kept.stored] : []
			};
		},
		{ durability: 'strict' }
	);
}

/** Half an answer as a value: it goes no further than what the attempt was given. Null where nothing had arrived. */
export function keptOf(
	state: RunState,
	{ stepId }: { stepId: string },
	text: string,
	values: ValueBook
): ReturnType<ValueBook['put']> | null {
	if (text === '') return null;
	const step = state.steps[stepId];
	const attempt = step && lastAttempt(step);
	const given = [
		...Object.values(attempt?.inputs ?? {}).flat(),
		...(attempt?.prompt ? [attempt.prompt] : [])
	];
	const labels = { ...stricter(given.map((ref) => ref.labels)), trust: 'untrusted' as const };
	return values.put({ content: text, media: 'text/plain', labels, from: [] });
}

/** True while the attempt is the one that counts: nobody has ended the run, or sent the step back, meanwhile. */
export function isOpen(state: RunState, effect: { stepId: string; attemptId: string }): boolean {
	const step = state.steps[effect.stepId];
	const attempt = step && lastAttempt(step);
	if (state.ended || step?.status !== 'running') return false;
	return attempt?.id === effect.attemptId && attempt.status === 'running';
}
