import { count, sayBytes } from '$lib/ui';
import { uncertain, type LedgerRow, type LedgerTotal } from '$lib/run';
import type { Blocker, Purpose } from '$lib/core';
import type { ChipState } from '$lib/ui';

/** What the ledger says in words. */

const PURPOSE: Record<Purpose, string> = {
	model: 'asking a model',
	act: 'an approved request',
	test: 'testing a connection',
	download: 'downloading a model',
	page: 'fetching a web page that you asked for',
	none: 'nothing that you asked for'
};

const STOPPED: Record<Blocker, string> = {
	guard: 'by the guard of its worker',
	policy: 'by the browser, under Galley’s policy',
	'service-worker': 'by the service worker'
};

export function sayPurpose(row: LedgerRow): string {
	return row.purpose === 'none' && row.blocked ? row.blocked.what : PURPOSE[row.purpose];
}

export function sayOutcome(row: LedgerRow): { word: string; state: ChipState } {
	if (row.decision === 'blocked') return { word: 'Stopped', state: 'bad' };
	if (row.status !== null) return { word: `Answered ${row.status}`, state: row.status < 400 ? 'ok' : 'wait' };
	if (row.endedAt === null) return { word: 'No end on record', state: 'wait' };
	return uncertain(row) ? { word: 'No answer', state: 'wait' } : { word: 'Cut off', state: 'wait' };
}

/** Why it was stopped, or what else there is to know. */
export function sayMore(row: LedgerRow): string {
	if (row.blocked) return `Stopped ${STOPPED[row.blocked.by]} (${row.blocked.code}).`;
	const parts: string[] = [];
	if (row.answered) parts.push(`Answered by ${row.answered}.`);
	if (row.seen && row.received !== null) {
		const same = row.seen.sent === row.sent && row.seen.received === row.received;
		parts.push(
			same
				? 'The service worker counted the same.'
				: `The service worker counted ${sayBytes(row.seen.sent)} out and ${sayBytes(row.seen.received)} in.`
		);
	}
	return parts.join(' ');
}

export function sayTotal(total: LedgerTotal): string {
	const parts = [
		count(total.requests, 'request'),
		`${sayBytes(total.sent)} sent`,
		`${sayBytes(total.received)} received`
	];
	if (total.uncertain > 0) parts.push(`${total.uncertain} without an answer, which may have arrived`);
	if (total.blocked > 0) parts.push(`${total.blocked} stopped`);
	return parts.join(' · ');
}
