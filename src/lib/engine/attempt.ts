import { failure, fail, OPEN, stricter, type Failure, type Result, type Value } from '$lib/core';
import {
	approvedHashes,
	judgeNotes,
	lastAttempt,
	selectNotes,
	stepOf,
	type CorrectionNote,
	type Effect,
	type LibraryEntry,
	type RunEvent,
	type RunState
} from '$lib/run';
import { stepKind, type StepContext, type StepOutcome, type StepRun } from '$lib/steps';
import type { StoredValue } from '$lib/storage';
import type { Step } from '$lib/workflow';
import { BUILT_IN } from './provider';
import type { Executor } from './protocol';
import { resolveStep } from './resolve';
import type { RunLog } from './run-log';
import type { ValueBook } from './values';

export type Execute = Extract<Effect, { type: 'execute' }>;

/** What carrying out an attempt needs from the engine. */
export interface AttemptPorts {
	values: ValueBook;
	executor: Executor;
	now(): number;
	marker(): string;
	notes(): Promise<CorrectionNote[]>;
	emit(runId: string, attemptId: string, piece: string): void;
	/** True when so much waits for the disk that pure steps should wait too. */
	isFarBehind(): boolean;
	/** Writes a library entry and the run's own record of it in one commit. */
	save(
		log: RunLog,
		entry: Omit<LibraryEntry, 'version'>,
		values: StoredValue[],
		make: (version: number) => RunEvent
	): Promise<Result<void>>;
}

/** Carries out one attempt from its start to its outcome in the log. Settles when the outcome is written or given up. */
export async function carryOut(
	log: RunLog,
	effect: Execute,
	signal: AbortSignal,
	ports: AttemptPorts
): Promise<void> {
	const step = stepOf(log.state, effect.stepId);
	if (!step) return;
	const base = { attemptId: effect.attemptId, stepId: step.id };
	const begun = ports.now();
	const resolved = await resolveStep(log.state, step, ports.values);
	const provider = log.state.provider ?? BUILT_IN;
	const started: RunEvent = {
		type: 'attempt.started',
		at: begun,
		...base,
		revision: effect.revision,
		attempt: effect.attempt,
		inputs: resolved.ok ? resolved.value.refs : {},
		...(stepKind(step.kind)?.takesNotes ? { provider } : {})
	};
	void log.append((state) => (state.ended ? null : { events: [started] }), { durability: 'relaxed' });

	if (!resolved.ok) {
		await logFailure(log, base, resolved.failure, 0, ports);
		return;
	}
	const sources = await sourcesOf(log.state, step, ports.values);
	if (!sources.ok) {
		await logFailure(log, base, sources.failure, 0, ports);
		return;
	}
	const kind = stepKind(step.kind);
	if (!kind) {
		await logFailure(log, base, unexpectedKind(step), 0, ports);
		return;
	}
	const makes = step.output.type === 'json' || step.job === 'flag' ? ('data' as const) : ('text' as const);
	const where = { workflowId: log.state.definition?.id ?? '', stepId: step.id, makes };
	const chosen = kind.takesNotes ? selectNotes(await ports.notes(), where) : { given: [], cut: [] };
	const feedback = await feedbackOf(log.state, step.id, ports.values);
	const run = await ports.executor.run(
		{
			attemptId: effect.attemptId,
			run: {
				id: log.id,
				number: log.state.number,
				date: log.state.date,
				title: log.state.title,
				inputs: log.state.inputs
			},
			step,
			sources: sources.value,
			inputs: resolved.value.inputs,
			evidence: resolved.value.evidence,
			schemas: resolved.value.schemas,
			instructions: resolved.value.instructions,
			notes: chosen.given,
			feedback,
			provider,
			marker: ports.marker()
		},
		{
			prepared: async (prompt) => {
				const labels = stricter(
					Object.values(resolved.value.inputs)
						.flat()
						.map((value) => value.labels)
				);
				const packed = ports.values.put({ content: prompt, media: 'text/plain', labels, from: [] });
				const written = log.append(
					(state) =>
						isOpen(state, effect)
							? {
									events: [
										{ type: 'attempt.prepared', at: ports.now(), ...base, prompt: packed.ref, ...chosen }
									],
									values: [packed.stored]
								}
							: null,
					{ durability: provider.onDevice ? 'relaxed' : 'strict' }
				);
				// What leaves the device must be in the log first; what stays may run ahead of the disk.
				if (!provider.onDevice) {
					const result = await written;
					if (!result.ok) throw new Error(result.failure.message);
				}
			},
			emit: (piece) => ports.emit(log.id, effect.attemptId, piece)
		},
		signal
	);
	if (signal.aborted && !run.result.ok && signal.reason !== 'timeout') return;
	const outcome = signal.reason === 'timeout' && !run.result.ok ? timedOut(run, step) : run;
	if (outcome.result.ok)
		await logSuccess(log, effect, step, outcome, outcome.result.value, chosen.given, ports, begun);
	else await logFailure(log, base, outcome.result.failure, ports.now() - begun, ports, outcome);
}

async function logSuccess(
	log: RunLog,
	effect: Execute,
	step: Step,
	run: StepRun,
	outcome: StepOutcome,
	given: { id: string; instruction: string }[],
	ports: AttemptPorts,
	begun: number
): Promise<void> {
	const known = log.state.steps[step.id];
	const attempt = known && lastAttempt(known);
	const from = Object.values(attempt?.inputs ?? {}).flat();
	const output: Value = {
		...outcome.output,
		labels: stricter([outcome.output.labels, ...from.map((ref) => ref.labels)]),
		from: outcome.output.from.length ? outcome.output.from : from.map((ref) => ref.hash)
	};
	const packed = ports.values.put(output);
	const text = typeof output.content === 'string' ? output.content : null;
	const event: RunEvent = {
		type: 'attempt.succeeded',
		at: ports.now(),
		attemptId: effect.attemptId,
		stepId: step.id,
		output: packed.ref,
		evidence: outcome.evidence ?? [],
		flags: outcome.flags ?? [],
		verdicts: given.length ? judgeNotes(given, text) : [],
		...(outcome.usage ? { usage: outcome.usage } : {}),
		...(outcome.model ? { model: outcome.model } : {}),
		egress: run.egress,
		ms: ports.now() - begun
	};
	if (!outcome.effect) {
		// The next step need not wait for the disk: what acts outside or asks a person waits for its own commit, which
		// comes after this one. A crash loses only pure results that nobody was told of; they are computed again.
		const written = log.append(
			(state) => (isOpen(state, effect) ? { events: [event], values: [packed.stored] } : null),
			{ durability: 'relaxed' }
		);
		if (ports.isFarBehind()) await written;
		return;
	}
	const saved = ports.values.put(outcome.effect.value);
	if (!approvedHashes(log.state).has(saved.ref.hash)) {
		await logFailure(
			log,
			{ attemptId: effect.attemptId, stepId: step.id },
			failure(
				'approval.mismatch',
				'What was to be written is not what you approved, so nothing was written. Approve it again in a new run.'
			),
			ports.now() - begun,
			ports
		);
		return;
	}
	const entry: Omit<LibraryEntry, 'version'> = {
		// Derived from coordinates, so the same approval can't be written twice.
		id: `${log.id}/${step.id}/${effect.revision}`,
		kind: 'output',
		path: outcome.effect.path,
		value: saved.ref,
		at: ports.now(),
		runId: log.id,
		workflowId: log.state.definition?.id ?? '',
		deleted: 0
	};
	const written = await ports.save(log, entry, [saved.stored, packed.stored], (version) => ({
		...event,
		saved: { entryId: entry.id, path: entry.path, version }
	}));
	if (!written.ok) {
		await logFailure(
			log,
			{ attemptId: effect.attemptId, stepId: step.id },
			written.failure,
			ports.now() - begun,
			ports
		);
	}
}

async function logFailure(
	log: RunLog,
	base: { attemptId: string; stepId: string },
	why: Failure,
	ms: number,
	ports: AttemptPorts,
	run?: StepRun
): Promise<void> {
	const kept = run?.kept
		? ports.values.put({
				content: run.kept,
				media: 'text/plain',
				labels: { ...OPEN, trust: 'untrusted' },
				from: []
			})
		: null;
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

/** True while the attempt is the one that counts and nobody has ended the run meanwhile. */
function isOpen(state: RunState, effect: { stepId: string; attemptId: string }): boolean {
	const step = state.steps[effect.stepId];
	const attempt = step && lastAttempt(step);
	return !state.ended && attempt?.id === effect.attemptId && attempt.status === 'running';
}

async function sourcesOf(
	state: RunState,
	step: Step,
	values: ValueBook
): Promise<Result<StepContext['sources']>> {
	if (step.job !== 'collect') return { ok: true, value: [] };
	const found: StepContext['sources'] = [];
	for (const source of state.definition?.sources ?? []) {
		const given: StepContext['sources'][number]['values'] = [];
		for (const ref of state.sources[source.id] ?? []) {
			const value = await values.get(ref);
			if (!value.ok) {
				const name = ref.name ?? 'a file';
				return fail(
					failure(
						'source.vanished',
						`“${name}” (${source.title}) can no longer be read: ${value.failure.message} Choose it again.`,
						{
							details: { sourceId: source.id, file: name, cause: value.failure.code }
						}
					)
				);
			}
			given.push({ value: value.value, hash: ref.hash });
		}
		found.push({ source, values: given });
	}
	return { ok: true, value: found };
}

async function feedbackOf(
	state: RunState,
	stepId: string,
	values: ValueBook
): Promise<StepContext['feedback']> {
	const feedback = state.steps[stepId]?.feedback;
	if (!feedback) return null;
	const draft = await values.get(feedback.draft);
	return {
		reason: feedback.reason,
		draft: draft.ok && typeof draft.value.content === 'string' ? draft.value.content : ''
	};
}

function timedOut(run: StepRun, step: Step): StepRun {
	return {
		...run,
		result: fail(
			failure(
				'step.timeout',
				`“${step.title}” took longer than ${step.timeoutSeconds} seconds and was stopped. Everything before it is kept; try again, or give it more time in the workflow.`,
				{ retryable: true }
			)
		)
	};
}

function unexpectedKind(step: Step): Failure {
	return failure(
		'kind.unknown',
		`This Galley cannot run steps of kind “${step.kind}”. The run is kept; update Galley, then retry.`
	);
}
