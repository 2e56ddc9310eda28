import type { LedgerEvent } from '$lib/core';
import { EGRESS_CHANNEL } from '$lib/pass';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { UNLISTED } from './barred';
import { violationTeller } from './violations';

let heard: LedgerEvent[];
const listener = new BroadcastChannel(EGRESS_CHANNEL);
listener.onmessage = (event: MessageEvent<LedgerEvent>) => void heard.push(event.data);
beforeEach(() => {
	heard = [];
});
afterAll(() => listener.close());

test('what a policy stops is told once, by its origin and never by its address', async () => {
	const tell = violationTeller('a page');
	const image = { blockedURI: 'https://far.example/p?secret=1', effectiveDirective: 'img-src', sample: '' };
	tell(image);
	tell(image);
	tell({ blockedURI: '', effectiveDirective: 'trusted-types', sample: UNLISTED });
	tell({ blockedURI: 'eval', effectiveDirective: 'script-src', sample: '' });
	await vi.waitFor(() => expect(heard).toHaveLength(2));
	expect(heard).toMatchObject([
		{
			type: 'request.blocked',
			by: 'policy',
			code: 'img-src',
			origin: 'https://far.example',
			what: 'a request in a page'
		},
		{ code: 'script-src', origin: null, what: 'eval in a page' }
	]);
	expect(JSON.stringify(heard)).not.toContain('secret');
});

test('a flood of them is not', async () => {
	const tell = violationTeller('a page');
	for (let index = 0; index < 1_000; index++)
		tell({ blockedURI: `https://x${index}.example/`, effectiveDirective: 'img-src', sample: '' });
	await vi.waitFor(() => expect(heard.length).toBeGreaterThanOrEqual(200));
	expect(heard).toHaveLength(200);
});
