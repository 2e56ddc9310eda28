import { canonicalJson, fail, failure, hashOf, ok, stricter, type Labels, type Result } from '$lib/core';
import {
	foundBefore,
	lastAttempt,
	reviewRules,
	saidRevision,
	sayMissed,
	upstreamOf,
	type RunState
} from '$lib/run';
import * as z from 'zod';
import { fileName, textOf, type ExportFile, type ExportSource } from '../contract';
import { STYLE } from '../html-style';
import SCRIPT from '../page/packet.js?raw';
import PROOF from '../page/proof.js?raw';
import { inScript, pageHead } from '../sealed-page';

/** What somebody without Galley is asked to decide; a decision names the hash of all of it. */
export const packetSchema = z.object({
	galley: z.literal('packet'),
	format: z.literal(1),
	/** Of this very packet; the same gate may be sent out twice. */
	id: z.string(),
	runId: z.string(),
	stepId: z.string(),
	revision: z.int(),
	title: z.string(),
	question: z.string(),
	criteria: z.array(z.string()),
	draft: z.object({ hash: z.string(), media: z.string(), text: z.string() }),
	flags: z.array(z.string()),
	evidence: z.array(z.object({ claim: z.string(), place: z.string(), how: z.string() })),
	/** ms since 1970. */
	madeAt: z.number()
});
export type Packet = z.infer<typeof packetSchema>;

export function packetHash(packet: Packet): string {
	return hashOf(canonicalJson(packet));
}

/**
 * One HTML file that asks for one decision: it opens in any browser, from disk and offline, reaches nothing, and gives a
 * decision file back. Failures: `packet.not-waiting`, `packet.not-text`.
 */
export function makePacket(
	source: ExportSource,
	stepId: string,
	id: string
): Result<{ file: ExportFile; packet: Packet; hash: string }> {
	const { state } = source;
	const step = state.steps[stepId];
	const rules = reviewRules(state, stepId);
	if (!step?.request || step.status !== 'waiting' || !rules) return fail(notWaiting());
	const { draft } = step.request;
	if (draft.media !== 'text/markdown' && draft.media !== 'text/plain') return fail(notText());
	const maker = state.steps[rules.draftStep];
	const attempt = maker && lastAttempt(maker);
	const { flags, missed } = foundBefore(state, upstreamOf(state, stepId));
	const packet: Packet = {
		galley: 'packet',
		format: 1,
		...{ id, runId: state.id, stepId, revision: saidRevision(step, step.revision), title: state.title },
		question: rules.question,
		criteria: rules.criteria,
		draft: { hash: draft.hash, media: draft.media, text: textOf(source, draft.hash) },
		flags: [...missed.map(sayMissed), ...flags.map(({ text }) => text)],
		evidence: (attempt?.evidence ?? []).map(({ claim, document, where, place, how }) => {
			return { claim, place: `${document} · ${where ?? place}`, how };
		}),
		madeAt: source.exportedAt
	};
	const file: ExportFile = {
		name: fileName(`Review ${state.title}`, 'html'),
		media: 'text/html',
		content: page(packet)
	};
	return ok({ file, packet, hash: packetHash(packet) });
}

/** Where what a packet about a gate would hold may go: its draft, and whatever was flagged on the way to it. */
export function packetReach(state: RunState, stepId: string): Labels['reach'] {
	const draft = state.steps[stepId]?.request?.draft;
	const quoted = [...upstreamOf(state, stepId)].flatMap((id) => {
		const step = state.steps[id];
		const attempt = step && lastAttempt(step);
		const isQuoted = attempt && attempt.flags.length + attempt.verdicts.length > 0;
		return isQuoted && attempt.output ? [attempt.output.labels] : [];
	});
	return stricter([...(draft ? [draft.labels] : []), ...quoted]).reach;
}

/** Everything is put on the screen by the script from the data, so what is shown is what is decided about. */
function page(packet: Packet): string {
	const more =
		'textarea,input[type=text]{width:100%;font:inherit;padding:.5rem .7rem;border:1px solid var(--line);border-radius:8px;background:var(--sheet);color:var(--ink)}textarea{min-height:20rem;field-sizing:content;font:.9rem/1.6 ui-monospace,monospace}textarea.short{min-height:4rem}label{display:block;margin:.5rem 0}fieldset{border:0;padding:0;margin:1rem 0}legend{font-weight:600}.act{font-weight:600}';
	return `<!doctype html>
<html lang="en">${pageHead(`Review: ${packet.title}`, STYLE + more, [PROOF + SCRIPT])}
<body>
<main><noscript>This page needs its script to be shown; it asks no network for anything.</noscript></main>
<script type="application/json" id="galley-packet">${inScript(JSON.stringify(packet))}</script>
</body>
</html>
`;
}

function notWaiting() {
	return failure(
		'packet.not-waiting',
		'This review does not wait for anybody now, so there is nothing to send.'
	);
}

function notText() {
	return failure(
		'packet.not-text',
		'Only texts can be sent for review. What goes out to another system is approved in Galley, where all of it is shown.'
	);
}
