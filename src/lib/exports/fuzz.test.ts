import { canonicalJson, hashOf } from '$lib/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleIn, unpackBundle } from './bundle';
import { readDecision } from './packet/decision';
import { exportFormat } from './registry';
import { richSource } from './testing';
import { readUntrusted } from './untrusted';

/** Files that came to harm, or were made to do some: whatever it is, it is refused, or it is what went out. */

let seed = 20_261_128;
const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;

const JUNK = [
	'',
	'{',
	'}',
	'[',
	'"',
	'null',
	'\u0000',
	'\ud800',
	'<script>alert(1)</script>',
	'"__proto__":{"x":1},',
	'"constructor":{},',
	'1e999',
	'-0',
	'[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[['
];

/** The text with a few places changed: characters, junk, cuts, pieces that come twice or in another place. */
function mutated(text: string): string {
	let made = text;
	for (let times = 1 + random(3); times > 0; times--) {
		const at = random(made.length);
		const length = 1 + random(40);
		const piece = made.slice(at, at + length);
		switch (random(6)) {
			case 0:
				made =
					made.slice(0, at) +
					String.fromCharCode(made.charCodeAt(at) ^ (1 << random(7))) +
					made.slice(at + 1);
				break;
			case 1:
				made = made.slice(0, at) + (JUNK[random(JUNK.length)] ?? '') + made.slice(at);
				break;
			case 2:
				made = made.slice(0, at) + made.slice(at + length);
				break;
			case 3:
				made = made.slice(0, at) + piece + made.slice(at);
				break;
			case 4:
				made = made.slice(0, at);
				break;
			default: {
				const to = random(made.length);
				made = made.slice(0, to) + piece + made.slice(to + length);
			}
		}
	}
	return made;
}

const files: string[] = [];
beforeAll(async () => {
	for (const id of ['json', 'workflow', 'html']) {
		const made = await exportFormat(id)?.make(richSource());
		files.push(made?.ok ? String(made.value.content) : '');
	}
});

describe('damaged and hostile files', () => {
	it('of 3,500 none crashes, none reaches a prototype, and none says what was not said', () => {
		const wholes = files.map((text) => unpackBundle(bundleIn(text) ?? ''));
		const keys = Object.getOwnPropertyNames(Object.prototype).sort();
		let refused = 0;
		for (let n = 0; n < 3500; n++) {
			const which = n % files.length;
			const text = bundleIn(mutated(files[which] ?? '')) ?? '';
			const read = unpackBundle(text);
			if (read.ok) {
				// What no hash covers may differ: notes, entries, the time of the export.
				const whole = wholes[which];
				const { runs, workflows, values } = read.value;
				if (!whole?.ok) throw new Error('the whole file was refused');
				for (const run of runs) expect(whole.value.runs).toContainEqual(run);
				for (const workflow of workflows) expect(whole.value.workflows).toContainEqual(workflow);
				for (const { hash, content } of values)
					expect(whole.value.values.find((one) => one.hash === hash)?.content ?? content).toEqual(content);
			} else {
				refused += 1;
				expect(read.failure.message).toMatch(/\.$/);
			}
		}
		expect(refused).toBeGreaterThan(2000);
		expect(Object.getOwnPropertyNames(Object.prototype).sort()).toEqual(keys);
		expect(({} as { x?: number }).x).toBeUndefined();
	});

	it('of 1,500 decision files each is the one that was saved, or is refused in words', () => {
		const answer = {
			galley: 'decision',
			format: 1,
			packet: { id: 'p', hash: hashOf('p') },
			runId: 'r',
			stepId: 's',
			draft: hashOf('d'),
			decision: 'approve',
			text: 'Approved as it stands: 48,210.',
			ticks: ['Numbers match'],
			reason: '',
			by: 'Robin',
			at: 1
		};
		const whole = JSON.stringify({ ...answer, seal: hashOf(canonicalJson(answer)) }, null, '\t');
		expect(readDecision(whole).ok).toBe(true);
		let refused = 0;
		for (let n = 0; n < 1500; n++) {
			const read = readDecision(mutated(whole));
			if (read.ok) expect(read).toEqual(readDecision(whole));
			else {
				refused += 1;
				expect(read.failure.message).toMatch(/\.( |$)/);
			}
		}
		expect(refused).toBeGreaterThan(1000);
	});

	it('are refused in words when they are nested deeper than any of ours', () => {
		for (const text of [
			'['.repeat(5_000_000),
			'{"a":'.repeat(500_000),
			`{"galley":"bundle","x":${'['.repeat(65)}`
		]) {
			const begun = Date.now();
			expect(unpackBundle(text)).toMatchObject({ ok: false, failure: { code: 'bundle.too-deep' } });
			expect(Date.now() - begun).toBeLessThan(5_000);
		}
		expect(readUntrusted(`{"a":"${'['.repeat(1000)}\\"${'{'.repeat(1000)}"}`).ok).toBe(true);
	});
});
