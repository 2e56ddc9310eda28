import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '$lib/core';
import { fileName, handOverConfig, LONGEST_MAILTO, mailto } from './hand-over';
import { cutAt, isProposal, shownProposal } from './proposal';

const REQUEST = {
	action: 'request',
	method: 'POST',
	url: 'https://api.example.org:8443/t/%C3%BC?q=1',
	headers: { 'content-type': 'text/plain' },
	body: 'Hello',
	idempotency: true,
	confirm: [{ field: 'url', from: 'ticket', value: 'ü' }]
};
const read = (more: object) => shownProposal(canonicalJson({ ...REQUEST, ...more }));

describe('a proposal to show', () => {
	it('is read whole, with the host apart', () => {
		expect(read({})).toEqual({
			...REQUEST,
			headers: [['content-type', 'text/plain']],
			place: { before: 'https://', host: 'api.example.org:8443', after: '/t/%C3%BC?q=1' }
		});
		const note = { action: 'notify', title: 'a', body: 'b', confirm: [] };
		expect(shownProposal(canonicalJson(note))).toEqual(note);
		expect([isProposal('application/vnd.galley.request+json'), isProposal('application/json')]).toEqual([
			true,
			false
		]);
	});

	it.each([
		['a member more', { more: 1 }],
		['a member less', { body: undefined }],
		['a header that is no text', { headers: { a: 1 } }],
		['an address that is not in its plain form', { url: 'https://API.example.org/' }],
		['an address with a name in it', { url: 'https://me@api.example.org/' }],
		['another action', { action: 'pay' }],
		['a confirmation that hides something', { confirm: [{ ...REQUEST.confirm[0], more: '' }] }]
	])('with %s is none: the text itself is shown', (_, more) => expect(read(more)).toBeNull());

	it('in another form than its plain one is none, also when a member stands twice', () => {
		expect(shownProposal(JSON.stringify(REQUEST))).toBeNull();
		expect(shownProposal(canonicalJson(REQUEST).replace('{', '{"body":"x",'))).toBeNull();
		expect(shownProposal('nonsense')).toBeNull();
	});

	it('is cut between characters', () => {
		expect([cutAt('abc', 5), cutAt('abcdef', 3), cutAt('ab😀c', 3)]).toEqual([3, 3, 2]);
	});
});

describe('a mail draft', () => {
	it('has recipient, subject and text, each as one component', () => {
		expect(mailto({ to: 'ines@example.org', subject: 'Week 47 & more' }, 'Hello,\nü')).toEqual({
			href: 'mailto:ines@example.org?subject=Week%2047%20%26%20more&body=Hello%2C%0D%0A%C3%BC',
			isWhole: true
		});
	});

	it('can be given no other recipient or header, and is never half a text', () => {
		fc.assert(
			fc.property(
				fc.string({ unit: 'binary' }),
				fc.string({ unit: 'binary', maxLength: 3_000 }),
				(subject, text) => {
					const { href, isWhole } = mailto({ to: 'a@b.example', subject }, text);
					const url = new URL(href);
					expect(url.pathname).toBe('a@b.example');
					expect([...url.searchParams.keys()]).toEqual(isWhole ? ['subject', 'body'] : ['subject']);
					expect(url.searchParams.get('subject')).not.toMatch(/\p{Cc}/u);
					expect(isWhole).toBe(href.length <= LONGEST_MAILTO && href.includes('&body='));
				}
			)
		);
		expect(mailto({}, 'a'.repeat(2_000)).isWhole).toBe(false);
	});

	it('comes from settings that are some; a file’s name is one that every system takes', () => {
		expect(handOverConfig({ as: 'mail', to: 'a@b.example', other: 1 })).toEqual({
			as: 'mail',
			to: 'a@b.example'
		});
		expect(handOverConfig({ as: 'fax' })).toBeNull();
		expect([fileName({ name: '../a:b\u202e.md' }), fileName({})]).toEqual(['-a-b-.md', 'Handed over.md']);
	});
});
