import { attemptPlace, DONE, type LedgerEvent, type Result } from '$lib/core';
import { chain, ledgerEventSchema } from '$lib/run';
import type { Engine } from './engine';

/** How long reports are gathered before they are written down, ms. */
const GATHER_MS = 30;
/** How long an engine that does not lead leaves it to the one that does, ms. It looks then, since that one may have died. */
const FOLLOW_MS = 1_500;
/** After something could not be saved, ms. */
const AGAIN_MS = 5_000;
/** Reports that may wait: a flood must not take all memory. */
const MOST_WAITING = 2_000;

/** Stream of the ledger. */
const STREAM = 'egress';

/**
 * Writes down what workers, pages and the service worker report. The engine of every tab hears all of it, so that nothing is
 * lost with a tab; each fact is written once, by whoever comes first.
 */
export function keepLedger(reports: BroadcastChannel, engine: Engine): void {
	let heard: LedgerEvent[] = [];
	let timer: ReturnType<typeof setTimeout> | undefined;
	const later = (ms: number) => (timer ??= setTimeout(() => void write(), ms));
	reports.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
		const read = ledgerEventSchema.safeParse(data);
		if (!read.success || heard.length >= MOST_WAITING) return;
		heard.push(read.data);
		later(engine.isLeader ? GATHER_MS : FOLLOW_MS);
	});

	async function write(): Promise<void> {
		const events = heard;
		heard = [];
		const written = await record(engine, events).catch(() => null);
		timer = undefined;
		if (!written?.ok) heard = [...events, ...heard].slice(0, MOST_WAITING);
		if (heard.length > 0) later(written?.ok ? GATHER_MS : AGAIN_MS);
	}
}

function record(engine: Engine, events: readonly LedgerEvent[]): Promise<Result<void>> {
	const { store } = engine.ports;
	return engine.streams.inTurn(STREAM, async () => {
		for (;;) {
			const fresh = await placed(engine, await unknown(engine, events));
			if (fresh.length === 0) return DONE;
			const records = chain(await store.head(STREAM), fresh);
			const written = await engine.queue.write({ records, values: [], durability: 'relaxed' });
			if (written.ok || written.failure.code !== 'stream.moved') return written;
		}
	});
}

/** What is not in the ledger yet. */
async function unknown(engine: Engine, events: readonly LedgerEvent[]): Promise<LedgerEvent[]> {
	const ids = [...new Set(events.map(({ id }) => id))];
	const rows = await engine.ports.database.requests.bulkGet(ids);
	const told = new Set(rows.flatMap((row) => row?.told.map((type) => `${row.id} ${type}`) ?? []));
	return events.filter(({ id, type }) => !told.has(`${id} ${type}`));
}

/** With the place in a run that each belongs to. */
async function placed(engine: Engine, events: readonly LedgerEvent[]): Promise<LedgerEvent[]> {
	const { runs } = engine.ports.database;
	const workflows = new Map<string, string>();
	const made: LedgerEvent[] = [];
	for (const event of events) {
		const found = 'call' in event && event.call ? attemptPlace(event.call) : null;
		if (!found) {
			made.push(event);
			continue;
		}
		const known = workflows.get(found.runId) ?? (await runs.get(found.runId))?.workflowId ?? '';
		workflows.set(found.runId, known);
		made.push({ ...event, place: { ...found, workflowId: known } } as LedgerEvent);
	}
	return made;
}
