import { BUILT_IN, failure, fail, stricter, type Failure, type Labels, type Value } from '$lib/core';
import {
	approvalOf,
	isTry,
	judgeNotes,
	keepableHashes,
	lastAttempt,
	leaveOf,
	noRung,
	repairOf,
	rungOf,
	type EventOf,
	type NotesChosen,
	type RunEvent,
	type Rung,
	type StepState
} from '$lib/run';
import { sealedRun } from '$lib/egress';
import { stepKind, type StepOutcome, type StepRun } from '$lib/steps';
import type { Step } from '$lib/workflow';
import { actOutside, onlyTried } from './act';
import { isOpen, logFailure, logPure, type AttemptPorts, type Execute } from './attempt-log';
import { entriesOf } from './block-work';
import { groundOf, isStillDue } from './ground';
import { feedbackOf, notesFor, repairFor, sourcesOf } from './given';
import { keyOf, mayReuse } from './earlier-result';
import { shareable } from './labels';
import { CallHeld, logDeparture } from './leaving';
import { resolveStep, type Resolved } from './resolve';
import type { Log } from './run-log';
import { scopeOf, specOf } from './spec';
import type { Saving } from './saving';

const NO_NOTES: NotesChosen = { given: [], cut: [], withheld: [], beside: [] };

/** Carries out one attempt from its start to its outcome in the log. Settles when the outcome is written or given up. */
export async function carryOut(
	log: Log,
	effect: Execute,
	signal: AbortSignal,
	ports: AttemptPorts
): Promise<void> {
	const step = log.state.steps[effect.stepId];
	if (!step) return;
	const isSealed = log.state.guard?.sealed === true;
	if (isSealed) await ports.seal(log.id);
	const base = { attemptId: effect.attemptId, stepId: step.id };
	const ground = groundOf(log.state, step.id);
	const begun = ports.now();
	const kind = stepKind(step.def.kind);
	const resolved = await resolveStep(log.state, step, ports.values);
	const rung = kind?.takesNotes ? rungOf(log.state, step) : null;
	const provider = rung ? { ...rung.choice, title: rung.title } : (log.state.provider ?? BUILT_IN);
	const shared = resolved.ok ? shareable(step, rung, resolved.value) : resolved;
	const scope = await scopeOf(log.state, step, ports.values);
	const about = shared.ok ? Object.values(shared.value.resolved.inputs).flat() : [];
	const chosen = kind?.takesNotes
		? await notesFor(log.state, step, { onDevice: provider.onDevice, about }, ports)
		: NO_NOTES;
	const key =
		shared.ok && kind?.takesNotes && mayReuse(log.state, step, effect)
			? keyOf(log.state, step, shared.value.resolved, provider, chosen.given, scope)
			: null;
	const earlier = key && (await ports.earlier(key, log.id));
	if (earlier) {
		// The same text may have come from a source that is now kept here.
		const labels = stricter([earlier.output.labels, ...(resolved.ok ? [resolved.value.labels] : [])]);
		const output = { ...earlier.output, labels };
		const at = { at: begun, stepId: step.id };
		const event: RunEvent = { type: 'step.reused', ...at, why: 'equal', ...earlier, output };
		return logPure(log, (state) => (isStillDue(state, effect, ground) ? { events: [event] } : null), ports);
	}
	const repairs = repairOf(step)?.attemptId;
	const started: RunEvent = {
		type: 'attempt.started',
		at: begun,
		...base,
		revision: effect.revision,
		attempt: effect.attempt,
		inputs: shared.ok ? shared.value.resolved.refs : {},
		...(kind?.takesNotes ? { provider } : {}),
		...(rung && log.state.ladder ? { rung: placeOf(rung) } : {}),
		...(shared.ok && shared.value.withheld.length > 0 ? { withheld: shared.value.withheld } : {}),
		...(resolved.ok && resolved.value.unseen.length > 0 ? { unseen: resolved.value.unseen } : {}),
		...(repairs ? { repairs } : {})
	};
	const keyed: RunEvent[] = key ? [{ type: 'attempt.keyed', at: begun, ...base, key }] : [];
	if (!isStillDue(log.state, effect, ground)) return;
	void log.append((state) => (isStillDue(state, effect, ground) ? { events: [started, ...keyed] } : null), {
		durability: 'relaxed'
	});

	const giveUp = (why: Failure) => logFailure(log, base, why, 0, ports);
	if (!resolved.ok) return giveUp(resolved.failure);
	if (!shared.ok) return giveUp(shared.failure);
	if (!kind) return giveUp(unexpectedKind(step.def));
	if (kind.acts && isTry(log.state)) return giveUp(onlyTried(step.def));
	if (kind.leaves && isSealed) return giveUp(sealedRun());
	if (kind.acts && kind.host) return actOutside(log, effect, step, resolved.value, signal, ports);
	if (step.def.steps?.length) return openBlock(log, step, base, resolved.value, ports);
	const sources = await sourcesOf(log.state, step, ports.values);
	if (!sources.ok) return giveUp(sources.failure);
	if (kind.takesNotes && !rung && step.def.permissions.model !== 'none')
		return giveUp(noRung(log.state, step));
	if (rung && leaveOf(log.state, step, rung, null, (await ports.settings()).consents) === 'never')
		return giveUp(neverTo(step.def, rung));
	const { withheld } = shared.value;
	const { inputs, evidence, schemas, instructions, labels } = shared.value.resolved;
	const repair = await repairFor(step, ports.values);
	const spec = specOf(log.state, step, effect.attemptId, ports, {
		...{ inputs, evidence, schemas, instructions, provider },
		sources: sources.value,
		notes: chosen.given,
		feedback: await feedbackOf(step, ports.values),
		...repair,
		...(scope ? { scope } : {})
	});
	let isHeld = false;
	let arrived = '';
	const { marker } = spec;
	const run = await ports.executor.run(
		spec,
		{
			prepared: async (prompt) => {
				try {
					await logDeparture(log, effect, { rung, prompt, marker, inputs, chosen, withheld }, ports);
				} catch (cause) {
					isHeld = cause instanceof CallHeld;
					throw cause;
				}
			},
			emit: (piece) => {
				arrived += piece;
				ports.emit(log.id, effect.attemptId, piece);
			},
			loading: (progress) => ports.loading(log.id, effect.attemptId, progress),
			reading: (said) => ports.reading(log.id, effect.attemptId, said)
		},
		signal
	);
	if (isHeld || (signal.aborted && !run.result.ok && signal.reason !== 'timeout')) return;
	const outcome = signal.reason === 'timeout' && !run.result.ok ? timedOut(run, step.def) : run;
	if (outcome.result.ok)
		await logSuccess(
			log,
			effect,
			{ run: outcome, given: chosen.given, labels, begun },
			outcome.result.value,
			ports
		);
	else {
		// A worker that died took with it what it had; what had come from it by then is here.
		const kept = outcome.kept || arrived;
		await logFailure(log, base, outcome.result.failure, ports.now() - begun, ports, { ...outcome, kept });
	}
}

/** A block has no work of its own: it is let in, and its inner steps are due from then on. */
async function openBlock(
	log: Log,
	step: StepState,
	base: { attemptId: string; stepId: string },
	resolved: Resolved,
	ports: AttemptPorts
): Promise<void> {
	const entries = entriesOf(step, resolved);
	if (!entries.ok) return logFailure(log, base, entries.failure, 0, ports);
	const { count } = entries.value;
	const [over] = resolved.inputs['over'] ?? [];
	const list = step.def.kind === 'map' && over ? ports.values.put(over) : null;
	const event: RunEvent = {
		type: 'block.opened',
		at: ports.now(),
		...base,
		count,
		...(list ? { list: list.ref } : {})
	};
	await logPure(
		log,
		(state) => (isOpen(state, base) ? { events: [event], values: list ? [list.stored] : [] } : null),
		ports
	);
}

/** How an attempt went, beside what it made. */
interface Ended {
	run: StepRun;
	given: { id: string; instruction: string }[];
	/** Of everything that it could look at. */
	labels: Labels;
	begun: number;
}

async function logSuccess(
	log: Log,
	effect: Execute,
	{ run, given, labels, begun }: Ended,
	outcome: StepOutcome,
	ports: AttemptPorts
): Promise<void> {
	const known = log.state.steps[effect.stepId];
	const attempt = known && lastAttempt(known);
	const from = Object.values(attempt?.inputs ?? {}).flat();
	const output: Value = {
		...outcome.output,
		labels: stricter([
			outcome.output.labels,
			labels,
			...from.map((ref) => ref.labels),
			// What a note says may stand in what was made with it.
			...(attempt?.prompt ? [attempt.prompt.labels] : [])
		]),
		from: outcome.output.from.length ? outcome.output.from : from.map((ref) => ref.hash)
	};
	const packed = ports.values.put(output);
	const answer = outcome.repaired && ports.values.put(asItCame(outcome.repaired.answer, output));
	const raw = outcome.mended && ports.values.put({ ...output, content: outcome.mended.raw });
	const values = [packed, answer, raw].flatMap((one) => (one ? [one.stored] : []));
	const base = { attemptId: effect.attemptId, stepId: effect.stepId };
	const text = typeof output.content === 'string' ? output.content : null;
	const event: EventOf<'attempt.succeeded'> = {
		type: 'attempt.succeeded',
		at: ports.now(),
		...base,
		output: packed.ref,
		evidence: outcome.evidence ?? [],
		flags: outcome.flags ?? [],
		verdicts: given.length ? judgeNotes(given, text) : [],
		...(outcome.usage ? { usage: outcome.usage } : {}),
		...(outcome.model ? { model: outcome.model } : {}),
		...(answer && outcome.repaired ? { repaired: { ...outcome.repaired, answer: answer.ref } } : {}),
		egress: run.egress,
		...(outcome.agreement ? { agreement: outcome.agreement } : {}),
		...(outcome.mended && raw ? { mended: { rules: outcome.mended.rules, raw: raw.ref } } : {}),
		ms: ports.now() - begun
	};
	if (!outcome.effect) {
		const taken: RunEvent[] =
			outcome.route === undefined
				? []
				: [{ type: 'branch.taken', at: event.at, ...base, route: outcome.route }];
		return logPure(
			log,
			(state) => (isOpen(state, effect) ? { events: [...taken, event], values } : null),
			ports
		);
	}
	const saved = ports.values.put(outcome.effect.value);
	if (!keepableHashes(log.state).has(saved.ref.hash)) {
		await logFailure(
			log,
			base,
			failure(
				'approval.mismatch',
				'What was to be written is not what you approved, so nothing was written. Approve it again in a new run.'
			),
			ports.now() - begun,
			ports
		);
		return;
	}
	const approval = approvalOf(log.state, saved.ref.hash);
	const entry: Saving['entry'] = {
		// Derived from coordinates, so the same approval can't be written twice.
		id: `${log.id}/${effect.stepId}/${effect.revision}`,
		kind: 'output',
		at: ports.now(),
		...(approval ? { approval } : {}),
		workflowVersion: log.state.workflowVersion,
		...(log.state.ladder ? { labelsHold: true } : {}),
		runId: log.id,
		workflowId: log.state.definition?.id ?? '',
		deleted: 0
	};
	const written = await ports.save(log, {
		entry,
		effect: outcome.effect,
		values: [saved.stored, ...values],
		record: (at) => ({ ...event, saved: { entryId: entry.id, ...at } })
	});
	if (!written.ok) {
		await logFailure(log, base, written.failure, ports.now() - begun, ports);
	}
}

/** A model's answer before data was got out of it; it goes no further than that data. */
function asItCame(text: string, { labels, from }: Value): Value {
	return { content: text, media: 'text/plain', labels, from };
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

/** A rung as the log names it. */
function placeOf({ id, title, choice, place, of }: Rung) {
	return { id, title, onDevice: choice.onDevice, place, of };
}

function neverTo(step: Step, rung: Rung): Failure {
	return failure(
		'consent.never',
		`You said that this workflow never sends anything to ${rung.title}, so “${step.title}” did not. You can take that back in Settings under Model.`
	);
}

function unexpectedKind(step: Step): Failure {
	return failure(
		'kind.unknown',
		`This Galley cannot run steps of kind “${step.kind}”. The run is kept; update Galley, then retry.`
	);
}
