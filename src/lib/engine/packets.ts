import { DONE, fail, failure, ok, type Failure, type Result } from '$lib/core';
import { readDecision, type PacketDecision } from '$lib/exports';
import { flaggedBefore } from '$lib/run';
import { getSetting, putSetting } from '$lib/storage';
import * as z from 'zod';
import type { AcceptedDecision, IssuedPacket } from './api';
import type { Engine } from './engine';
import { approve } from './run-commands';

/** Packets that are on their way, by their hash. */
const SETTING = 'packets';

/** So many are remembered, the newest; a decision about an older one is refused like a stranger's. */
const REMEMBERED = 500;

const issuedSchema = z.record(
	z.string(),
	z.object({
		id: z.string(),
		runId: z.string(),
		stepId: z.string(),
		draft: z.string(),
		criteria: z.array(z.string()),
		flags: z.int().optional(),
		at: z.number()
	})
);

export async function issuePacket(engine: Engine, hash: string, packet: IssuedPacket): Promise<Result<void>> {
	const issued = Object.entries(await readIssued(engine)).sort(([, a], [, b]) => b.at - a.at);
	const kept = Object.fromEntries([[hash, packet], ...issued.slice(0, REMEMBERED - 1)]);
	await putSetting(engine.ports.database, SETTING, kept);
	return DONE;
}

/**
 * A decision that came back in a file. It counts once, for the packet that was sent from here, and for the draft that
 * still waits. Failures beside those of reading it: `decision.elsewhere`, `decision.packet-edited`, `decision.twice`,
 * `decision.cannot-tell`, and what the gate itself refuses.
 */
export async function acceptDecision(engine: Engine, text: string): Promise<Result<AcceptedDecision>> {
	const read = readDecision(text);
	if (!read.ok) return read;
	const decision = read.value;
	const issued = await readIssued(engine);
	const packet = Object.hasOwn(issued, decision.packet.hash) ? issued[decision.packet.hash] : undefined;
	if (!packet) {
		const isOurs = Object.values(issued).some(({ id }) => id === decision.packet.id);
		return fail(isOurs ? packetEdited() : elsewhere());
	}
	const { runId, stepId, draft } = packet;
	const fits = runId === decision.runId && stepId === decision.stepId && draft === decision.draft;
	if (!fits || packet.id !== decision.packet.id) return fail(elsewhere());
	if (!decision.ticks.every((tick) => packet.criteria.includes(tick))) return fail(packetEdited());
	const log = await engine.log(runId);
	if (!log.state.definition) return fail(elsewhere());
	const decided = log.state.steps[stepId]?.decisions ?? [];
	if (decided.some((one) => one.packet === decision.packet.hash)) return fail(twice());
	if (decision.decision === 'cannot-tell') return fail(cannotTell(decision.by, decision.reason));
	// A packet of an earlier release had its flags in plain sight.
	const shown = packet.flags === undefined ? flaggedBefore(log.state, stepId) : decision.flagsSeen;
	const written = await carryOut(engine, { ...decision, flagsSeen: shown }, packet);
	return written.ok ? ok({ runId, stepId, decision: decision.decision, by: decision.by }) : written;
}

function carryOut(
	engine: Engine,
	{ decision, by, reason, text, ticks, flagsSeen, packet: { hash: packet } }: PacketDecision,
	{ runId, stepId, draft: draftHash }: IssuedPacket
): Promise<Result<void>> {
	const base = { stepId, draftHash, ticks };
	if (decision === 'approve')
		return approve(
			engine,
			{
				...{ ...base, runId },
				...(text === undefined ? {} : { text }),
				...(flagsSeen === undefined ? {} : { flagsSeen })
			},
			{ by, packet }
		);
	const type = decision === 'changes' ? ('ask-for-changes' as const) : ('reject' as const);
	return engine.command(runId, { ...base, type, reason, packet }, [], by);
}

function readIssued(engine: Engine): Promise<Record<string, IssuedPacket>> {
	return getSetting(engine.ports.database, SETTING, issuedSchema, {});
}

function elsewhere(): Failure {
	return failure(
		'decision.elsewhere',
		'This decision belongs to a review packet that was not made on this device, or to a run that is not here any more. Nothing was decided.'
	);
}

function packetEdited(): Failure {
	return failure(
		'decision.packet-edited',
		'The packet that this decision is about was changed after it left here, so what was decided about is not what you sent. Nothing was decided; send the packet again.'
	);
}

function twice(): Failure {
	return failure(
		'decision.twice',
		'This decision was brought in already and counts once. Nothing was changed.'
	);
}

function cannotTell(by: string, reason: string): Failure {
	return failure(
		'decision.cannot-tell',
		`${by} could not tell: “${reason}” Nothing was decided; the review still waits for you.`
	);
}
