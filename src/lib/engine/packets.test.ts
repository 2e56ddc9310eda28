import 'fake-indexeddb/auto';
import { canonicalJson, hashOf } from '$lib/core';
import { makePacket, readDecision, type Packet } from '$lib/exports';
import { foldAll, type RunEvent } from '$lib/run';
import { beforeAll, describe, expect, it } from 'vitest';
import { newTab, filled, type Tab } from './backup/testing';
import { until } from './testing';

/** What the page of a packet writes; its own script is run in a journey. */
function decisionFile(packet: Packet, more: Record<string, unknown> = {}): string {
	const answer = {
		galley: 'decision',
		format: 1,
		packet: { id: packet.id, hash: hashOf(canonicalJson(packet)) },
		runId: packet.runId,
		stepId: packet.stepId,
		draft: packet.draft.hash,
		decision: 'approve',
		text: 'Edited elsewhere.\n',
		ticks: packet.criteria,
		reason: '',
		by: 'Robin',
		at: 5,
		...more
	};
	const given = Object.fromEntries(Object.entries(answer).filter(([, value]) => value !== undefined));
	return JSON.stringify({ ...given, seal: hashOf(canonicalJson(given)) });
}

async function stateOf(tab: Tab, runId: string) {
	const records = await tab.store.records(`run:${runId}`);
	return foldAll(
		runId,
		records.map(({ event }) => event as RunEvent)
	);
}

/** A packet of the run that waits, made and noted as the export dialog does. */
async function sendPacket(tab: Tab, id: string, release: 'now' | 'before' = 'now'): Promise<Packet> {
	const row = await tab.database.runs.where('status').equals('waiting').first();
	const state = await stateOf(tab, row?.id ?? '');
	const draft = state.steps['review']?.request?.draft;
	const value = draft && (await tab.store.value(draft.hash));
	if (!value?.ok) throw new Error('no draft');
	const made = makePacket(
		{
			...{ state, records: [], workflowRecords: [], notes: [], entries: [], omitted: new Set<string>() },
			values: new Map([[value.value.hash, value.value]]),
			sanitise: (html) => html,
			settle: (html) => html,
			exportedAt: 1
		},
		'review',
		id
	);
	if (!made.ok) throw new Error(made.failure.message);
	const { packet, hash } = made.value;
	const issued = { id, runId: state.id, stepId: 'review', draft: packet.draft.hash, at: 1 };
	const counted = release === 'now' ? { flags: packet.flags.length } : {};
	await tab.api.issuePacket(hash, { ...issued, criteria: packet.criteria, ...counted });
	return packet;
}

let tab: Tab;
let packet: Packet;
beforeAll(async () => {
	tab = await filled(1000);
	packet = await sendPacket(tab, 'packet-1');
});

const refusedWith = async (text: string, on = tab) => {
	const taken = await on.api.acceptDecision(text);
	return taken.ok ? 'taken' : taken.failure.code;
};

describe('a decision that came back', () => {
	it('is refused with a reason when it is no decision, incomplete, newer or edited', async () => {
		const cases: [string, string][] = [
			['', 'decision.not-one'],
			['{"galley":"bundle"}', 'decision.not-one'],
			[`${'['.repeat(100_000)}`, 'decision.not-one'],
			[decisionFile(packet).replace('"format":1', '"format":2'), 'decision.newer'],
			[decisionFile(packet, { by: '  ' }), 'decision.incomplete'],
			[decisionFile(packet, { decision: 'changes', text: undefined }), 'decision.incomplete'],
			[decisionFile(packet, { decision: 'reject', reason: 'No.' }), 'decision.incomplete'],
			[decisionFile(packet, { text: undefined }), 'decision.incomplete'],
			[decisionFile(packet, { decision: 'yes' }), 'decision.incomplete'],
			[decisionFile(packet, { more: 1 }), 'decision.incomplete'],
			[decisionFile(packet).replace('Edited elsewhere', 'Forged'), 'decision.edited'],
			[decisionFile(packet).replace('Robin', 'Eve'), 'decision.edited']
		];
		for (const [text, code] of cases) expect(await refusedWith(text), text.slice(0, 80)).toBe(code);
	});

	it('is refused when it belongs elsewhere, or its packet was edited', async () => {
		expect(await refusedWith(decisionFile({ ...packet, id: 'other' }))).toBe('decision.elsewhere');
		expect(await refusedWith(decisionFile(packet), await newTab())).toBe('decision.elsewhere');
		const forged = { ...packet, question: 'Another question?' };
		expect(await refusedWith(decisionFile(forged))).toBe('decision.packet-edited');
		expect(await refusedWith(decisionFile(packet, { ticks: ['Made up'] }))).toBe('decision.packet-edited');
		expect(await refusedWith(decisionFile(packet, { stepId: 'save' }))).toBe('decision.elsewhere');
	});

	it('that could not tell decides nothing', async () => {
		const unsure = { decision: 'cannot-tell', text: undefined, reason: 'No idea.' };
		expect(await refusedWith(decisionFile(packet, unsure))).toBe('decision.cannot-tell');
		expect((await stateOf(tab, packet.runId)).steps['review']?.status).toBe('waiting');
	});

	it('is the decision of its gate, signed with the name given, once', async () => {
		const second = await sendPacket(tab, 'packet-2');
		expect(await tab.api.acceptDecision(decisionFile(packet))).toEqual({
			ok: true,
			value: { runId: packet.runId, stepId: 'review', decision: 'approve', by: 'Robin' }
		});
		const [decision] = (await stateOf(tab, packet.runId)).steps['review']?.decisions ?? [];
		expect(decision).toMatchObject({
			decision: 'approved-with-edits',
			by: 'Robin',
			packet: hashOf(canonicalJson(packet)),
			ticks: packet.criteria
		});
		const reviewed = await tab.store.value(decision?.reviewed?.hash ?? '');
		expect(reviewed).toMatchObject({ ok: true, value: { content: 'Edited elsewhere.\n' } });
		expect(await refusedWith(decisionFile(packet))).toBe('decision.twice');
		expect(await refusedWith(decisionFile(second))).toMatch(/^(review\.|run\.ended)/);
	});

	it('approves nothing whose flags were not opened; packets of earlier releases showed them in the open', async () => {
		for (const release of ['now', 'before'] as const) {
			const other = await filled(1000);
			await other.database.runs.clear();
			const scope = { kind: 'workflow' as const, workflowId: 'report' };
			const instruction = 'Do not use “Report”.';
			await other.api.confirmNote({ instruction, scope, before: '', after: '', from: null });
			const text = { kind: 'text' as const, name: 'n.txt', text: 'One.' };
			await other.api.startRun('report', { inputs: { week: 'W48' }, sources: { notes: [text] } });
			await until(
				'the gate',
				async () => (await other.database.runs.where('status').equals('waiting').count()) > 0
			);
			const sent = await sendPacket(other, 'packet-4', release);
			expect(sent.flags).toMatchObject([expect.stringContaining(instruction)]);
			const unopened = await refusedWith(decisionFile(sent), other);
			expect(unopened, release).toBe(release === 'now' ? 'review.flags-unseen' : 'taken');
			if (release === 'now')
				expect(await refusedWith(decisionFile(sent, { flagsSeen: 1 }), other)).toBe('taken');
		}
	});

	it('survives 2,500 damaged files: nothing is decided, nothing throws', async () => {
		const other = await filled(1000);
		const waiting = await sendPacket(other, 'packet-3');
		const before = await other.store.heads('');
		const whole = decisionFile(waiting);
		let seed = 7;
		const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
		for (let n = 0; n < 2500; n++) {
			const at = random(whole.length);
			const cut = at + 1 + random(8);
			const junk =
				[String.fromCharCode(32 + random(90)), '', '{', '"', '<script>', '\u0000'][random(6)] ?? '';
			const text = whole.slice(0, at) + junk + whole.slice(cut);
			if (text === whole) continue;
			expect(readDecision(text).ok && text).toBe(false);
			if (n % 100 === 0) expect((await other.api.acceptDecision(text)).ok).toBe(false);
		}
		expect(await other.store.heads('')).toEqual(before);
	});
});
