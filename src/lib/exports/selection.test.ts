import { hashOf, OPEN, type ValueRef } from '$lib/core';
import { chain, emptyHead, foldAll, valuesOf, type RunEvent } from '$lib/run';
import { describe, expect, it } from 'vitest';
import { packBundle } from './bundle';
import type { ExportSource, ExportValue } from './contract';
import { exportFormats } from './registry';
import { packetReach } from './packet/packet';
import { chosenByDefault, itemsOf, madeOfLeftOut, notesTold, withOnly } from './selection';
import { richSource } from './testing';

const contents = new Map<string, string>();
const ref = (text: string, more: Partial<ValueRef> = {}): ValueRef => {
	contents.set(hashOf(text), text);
	return { hash: hashOf(text), media: 'text/markdown', bytes: text.length, labels: OPEN, from: [], ...more };
};

/** The rich run with other facts between its start and its end. */
function sourceOf(between: RunEvent[]): ExportSource {
	const base = richSource();
	const events = [base.records[0]!.event as RunEvent, ...between];
	const state = foldAll('r', events);
	const values = new Map<string, ExportValue>();
	for (const { hash, media } of valuesOf(state)) {
		const content = contents.get(hash) ?? base.values.get(hash)?.content;
		if (content !== undefined) values.set(hash, { hash, media, content, bytes: content.length });
	}
	return { ...base, state, records: chain(emptyHead('run:r'), events), values };
}

const attempt = (stepId: string) => ({ at: 2, attemptId: `r/${stepId}/1.1`, stepId });
const begun = (stepId: string, inputs: ValueRef[]): RunEvent => ({
	...{ type: 'attempt.started', ...attempt(stepId), revision: 1, attempt: 1, inputs: { data: inputs } }
});

/** Everything that any form of export holds, with `without` left out beside what is for this device only. */
async function exported(source: ExportSource, without: RegExp): Promise<string> {
	const chosen = [...chosenByDefault(itemsOf(source))].filter((id) => !without.test(id));
	const left = withOnly(source, new Set(chosen));
	const files = await Promise.all(exportFormats.map((format) => format.make(left)));
	const texts = files.map((file) =>
		file.ok ? (file.value.plain ?? String(file.value.content)) : file.failure.message
	);
	return [packBundle(left), ...texts].join('\n');
}

describe('what is left out takes along', () => {
	const secret = ref('The secret draft.');
	const failed = {
		code: 'x',
		message: 'No number in “SECRET”.',
		retryable: false,
		details: { was: 'SECRET' }
	};
	const gate = { at: 4, stepId: 'review', revision: 1, draft: secret };
	const places: [string, RunEvent[]][] = [
		[
			'remarks on it',
			[
				{ type: 'review.requested', ...gate },
				{
					...{ type: 'review.decided', ...gate, decision: 'changes', reason: '', ticks: [] },
					comments: [{ quote: 'SECRET', before: 'SECRET', after: 'SECRET', at: 0, text: 'Not SECRET.' }]
				}
			]
		],
		['why it was asked about', [{ type: 'review.requested', ...gate, because: 'amount is SECRET' }]],
		['why nobody was', [{ type: 'review.passed', ...gate, why: 'condition', because: 'amount is SECRET' }]],
		[
			'how a step failed that saw it',
			[
				begun('data', [secret]),
				{ type: 'attempt.failed', ...attempt('data'), failure: failed, egress: [], ms: 1 }
			]
		],
		[
			'how a block failed that saw it',
			[begun('data', [secret]), { type: 'block.failed', ...attempt('data'), failure: failed }]
		],
		[
			'where it was sent',
			[
				begun('data', [secret]),
				{ type: 'effect.intended', ...attempt('data'), hash: 'h', key: 'k', says: 'POST https://x/SECRET' }
			]
		],
		[
			'why another model was asked about it',
			[
				begun('draft', [secret]),
				{
					...{ type: 'rung.switched', at: 3, stepId: 'draft', because: 'x', says: 'It said SECRET.' },
					from: { id: 'a', title: 'A', onDevice: true },
					to: { id: 'b', title: 'B', onDevice: true }
				}
			]
		]
	];
	it.each(places)('%s', async (_what, events) => {
		const keeping: RunEvent[] = [begun('draft', []), { ...done('draft'), output: secret }];
		const source = sourceOf([...keeping, ...events]);
		expect(await exported(source, /^$/)).toContain('SECRET');
		expect(packBundle(withOnly(source, new Set()))).not.toContain('SECRET');
		expect(await exported(source, /^(made|prompt|source):/)).not.toContain('SECRET');
	});

	const done = (stepId: string) => ({
		...{ type: 'attempt.succeeded' as const, ...attempt(stepId), evidence: [], flags: [], verdicts: [] },
		...{ egress: [], ms: 1 }
	});

	it.each(['cut', 'besideNotes', 'withheldNotes'] as const)(
		'a note for this device only that the run was not given, though its facts name it (%s)',
		async (member) => {
			const prompt = ref('A prompt.', { media: 'text/plain' });
			const told = { given: [], cut: [], [member]: [{ id: 'kept', instruction: 'Name HERON.' }] };
			const source = sourceOf([
				begun('draft', []),
				{ type: 'attempt.prepared', ...attempt('draft'), prompt, ...told },
				{ ...done('draft'), output: ref('Out.') }
			]);
			const [known] = source.notes;
			source.notes = [{ ...known!, id: 'kept', instruction: 'Name HERON.', reach: 'local-only' }];
			expect([...notesTold(source.state)]).toEqual(['kept']);
			expect(itemsOf(source)).toContainEqual(expect.objectContaining({ id: 'note:kept', localOnly: true }));
			expect(await exported(source, /^$/)).not.toContain('HERON');
		}
	);
});

it('what was made of something left out is named, step by step, until it stays out, too', () => {
	const source = richSource();
	const items = itemsOf(source).map(({ id }) => id);
	const without = (...out: string[]) => new Set(items.filter((id) => !out.some((one) => id.startsWith(one))));
	expect(madeOfLeftOut(source, new Set(items))).toEqual([]);
	const made = madeOfLeftOut(source, without('source:'));
	expect(made).toEqual(['made:data', 'prompt:draft', 'made:draft']);
	expect(madeOfLeftOut(source, without('source:', ...made))).toEqual([]);
});

it('a packet is for this device only where its draft is, or a step that flagged something on the way to it', () => {
	const { state } = richSource();
	const { review, draft } = state.steps;
	const waiting = { ...review!, request: { draft: draft!.output! } as never };
	const reachOf = (steps: typeof state.steps) => packetReach({ ...state, steps }, 'review');
	expect(reachOf({ ...state.steps, review: waiting })).toBe('may-leave');
	const kept = { ...draft!.output!, labels: { ...OPEN, reach: 'local-only' as const } };
	const local = { ...waiting, request: { draft: kept } as never };
	expect(reachOf({ ...state.steps, review: local })).toBe('local-only');
	const flagging = { ...draft!, attempts: draft!.attempts.map((one) => ({ ...one, output: kept })) };
	expect(reachOf({ ...state.steps, review: waiting, draft: flagging })).toBe('local-only');
});

it('a notebook for Jupyter says that nothing left only where that was enforced', async () => {
	const ipynb = exportFormats.find(({ id }) => id === 'ipynb');
	const said = async (source: ExportSource) => {
		const made = await ipynb?.make(source);
		return made?.ok ? String(made.value.content) : '';
	};
	const loose = richSource();
	expect(await said(loose)).toContain('No request is on record.');
	const guard = { sealed: false, enforced: true };
	expect(await said({ ...loose, state: { ...loose.state, guard } })).toContain('0 bytes left the device.');
});
