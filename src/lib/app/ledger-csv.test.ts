import type { LedgerEvent } from '$lib/core';
import { foldRequest } from '$lib/run';
import { expect, it } from 'vitest';
import { ledgerCsv } from './lazy/ledger-csv';

it('has a line for each request, quotes what needs it, and hands a spreadsheet no formula', () => {
	const began: LedgerEvent = {
		...{ type: 'request.began', at: 0, id: 'a', purpose: 'model', call: null },
		...{ origin: 'https://api.example.org:8443', method: 'POST', sent: 10, address: 3 }
	};
	const stopped: LedgerEvent = {
		...{ type: 'request.blocked', at: 1, id: 'b', purpose: 'none', call: null, by: 'guard', code: 'x' },
		...{ what: '=HYPERLINK("http://x"), "a"', origin: null, method: null }
	};
	const [head, first, second, end] = ledgerCsv([foldRequest(null, began), foldRequest(null, stopped)]).split(
		'\r\n'
	);
	expect(head?.split(',').slice(0, 6)).toEqual([
		'time',
		'decision',
		'purpose',
		'host',
		'method',
		'body bytes out'
	]);
	expect(first).toMatch(/^1970-01-01T00:00:00.000Z,allowed,model,api.example.org:8443,POST,10,3,,/);
	expect(second).toContain(`,guard,x,"'=HYPERLINK(""http://x""), ""a""",`);
	expect(end).toBe('');
});
