import { ledgerHost, type LedgerRow } from '$lib/run';

const COLUMNS = [
	'time',
	'decision',
	'purpose',
	'host',
	'method',
	'body bytes out',
	'address bytes out',
	'body bytes in',
	'status',
	'answered by',
	'counted again out',
	'counted again in',
	'stopped by',
	'why',
	'what',
	'run',
	'workflow',
	'step',
	'attempt'
] as const;

/** The rows as CSV with a line of titles; what is unknown is empty. */
export function ledgerCsv(rows: readonly LedgerRow[]): string {
	const lines = rows.map((row) => [
		new Date(row.at).toISOString(),
		row.decision,
		row.purpose,
		ledgerHost(row),
		row.method,
		row.sent,
		row.address,
		row.received,
		row.status,
		row.answered,
		row.seen?.sent,
		row.seen?.received,
		row.blocked?.by,
		row.blocked?.code,
		row.blocked?.what,
		row.runId,
		row.workflowId,
		row.stepId,
		row.attemptId
	]);
	return [COLUMNS, ...lines].map((line) => `${line.map(cell).join(',')}\r\n`).join('');
}

/** Quoted where it has to be; a text that a spreadsheet would take for a formula is made plain. */
function cell(value: string | number | null | undefined): string {
	if (value === null || value === undefined) return '';
	if (typeof value === 'number') return String(value);
	const plain = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
	return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
