import { mount, unmount } from 'svelte';
import { afterEach, expect, it } from 'vitest';
import { canonicalJson } from '$lib/core';
import HandOver from './HandOver.svelte';
import ProposalView from './ProposalView.svelte';

let shown: object | null = null;
afterEach(async () => {
	if (shown) await unmount(shown);
	document.body.innerHTML = '';
});

const proposal = (more: object) =>
	canonicalJson({
		action: 'request',
		method: 'POST',
		url: 'https://api.example.org/tickets',
		headers: { 'content-type': 'text/plain' },
		body: 'Hello',
		idempotency: true,
		confirm: [],
		...more
	});

/** Shows a proposal; the last `ready` that it told. */
function view(text: string) {
	const told = { ready: false };
	const props = {
		text,
		get ready() {
			return told.ready;
		},
		set ready(value: boolean) {
			told.ready = value;
		}
	};
	shown = mount(ProposalView, { target: document.body, props });
	return told;
}
const settle = () => new Promise((resolve) => setTimeout(resolve, 20));
const said = () => document.body.textContent ?? '';

it('shows method, host, headers and body as they are, and names what cannot be seen', async () => {
	const told = view(proposal({ body: 'pay\u202e\u200b Ines\u{e0041}' }));
	await settle();
	expect(document.querySelector('.url strong')?.textContent).toBe('api.example.org');
	expect(document.querySelector('.url')?.textContent).toBe('https://api.example.org/tickets');
	expect(document.querySelector('pre')?.textContent).toBe('payU+202EU+200B InesU+E0041');
	expect(said()).toContain('text/plain');
	expect(told.ready).toBe(true);
});

it('is ready only once all of it was unfolded and every foreign field confirmed', async () => {
	const told = view(
		proposal({ body: 'a'.repeat(5_000), confirm: [{ field: 'url', from: 'ticket', value: 'x' }] })
	);
	await settle();
	expect(told.ready).toBe(false);
	const more = document.querySelector('button');
	expect(more?.textContent).toContain('1,000 more characters');
	more?.click();
	await settle();
	expect(document.querySelector('pre')?.textContent).toHaveLength(5_000);
	expect(told.ready).toBe(false);
	document.querySelector<HTMLInputElement>('input[type=checkbox]')?.click();
	await settle();
	expect(told.ready).toBe(true);
});

it('shows a text that is no proposal as it is, and is never ready for it', async () => {
	const told = view('{"action": "request"}');
	await settle();
	expect(document.querySelector('pre')?.textContent).toBe('{"action": "request"}');
	expect(told.ready).toBe(false);
});

it('hands a file over by a click, and says so', async () => {
	const files: string[] = [];
	const handed: string[] = [];
	shown = mount(HandOver, {
		target: document.body,
		props: {
			value: 'Text',
			config: { as: 'download', name: 'Report.md' },
			download: ({ name }: { name: string }) => void files.push(name),
			onhand: (how: string) => void handed.push(how)
		}
	});
	await settle();
	expect(handed).toEqual([]);
	document.querySelector('button')?.click();
	expect([files, handed]).toEqual([['Report.md'], ['download']]);
});
