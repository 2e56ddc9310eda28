import { readFile } from '$lib/files';
import { runStep, type StepContext } from '$lib/steps';
import { workflowSchema } from '$lib/workflow';
import { expect } from 'vitest';
import { says } from '../testing';

/** As an attacker who knew it would write it. */
export const MARKER = 'k7f3q9x2m5b8';

/** What a model is sent when files are collected and handed to it, and what the person is told. */
export async function sentWith(
	files: readonly { name: string; bytes: Uint8Array }[],
	read: StepContext['readFile'] = (file) => readFile(file)
) {
	const { steps, sources } = workflowSchema.parse({
		format: 1,
		id: 'w',
		title: 'W',
		sources: [{ id: 'files', title: 'Files', kind: 'files' }],
		steps: [
			{ id: 'collect', title: 'Collect', kind: 'collect', job: 'collect' },
			{ id: 'draft', title: 'Draft', kind: 'model', job: 'draft', permissions: { model: 'any' } }
		]
	});
	const [collect, draft] = steps;
	const [source] = sources;
	if (!collect || !draft || !source) throw new Error('the workflow has two steps and a source');
	const sent: string[] = [];
	const base: Omit<StepContext, 'config' | 'step'> = {
		run: { id: 'r', number: 1, date: '2026-11-28', title: 'Run', inputs: {} },
		sources: [],
		inputs: {},
		evidence: {},
		instructions: 'Write a report.',
		notes: [],
		feedback: null,
		provider: { id: 'p', title: 'P', onDevice: true, config: {} },
		marker: MARKER,
		signal: new AbortController().signal,
		generate: () => Promise.resolve(says('Done.')),
		readFile: read,
		runCode: () => Promise.reject(new Error('no code')),
		prepared: async (prompt) => void sent.push(prompt),
		emit: () => undefined
	};
	const labels = { trust: 'untrusted', reach: 'may-leave' } as const;
	const media = 'application/octet-stream';
	const values = files.map(({ name, bytes }) => ({
		value: { content: bytes, media, labels, from: [], name },
		hash: name
	}));
	const collected = await runStep('collect', { ...base, step: collect, sources: [{ source, values }] });
	if (!collected.result.ok) throw new Error(collected.result.failure.message);
	const { output, flags = [] } = collected.result.value;
	const drafted = await runStep('model', { ...base, step: draft, inputs: { material: [output] } });
	if (!drafted.result.ok) throw new Error(drafted.result.failure.message);
	return { sent: sent[0] ?? '', flags };
}

/** The text outside of all fences, and what stands in each of them; a line opens or closes one only with the marker. */
export function taken(prompt: string): { outside: string; inside: string[] } {
	const outside: string[] = [];
	const inside: string[] = [];
	let open: string[] | null = null;
	for (const line of prompt.split('\n')) {
		if (open && line === `<<<end ${MARKER}>>>`) {
			inside.push(open.join('\n'));
			open = null;
		} else if (open) open.push(line);
		else if (new RegExp(`^<<<[a-z]+ ${MARKER}( .*)?>>>$`).test(line)) open = [];
		else outside.push(line);
	}
	if (open) throw new Error('a fence was not closed');
	return { outside: outside.join('\n'), inside };
}

/** Every order of the corpus is inside a fence and nowhere else, none closes one, and the person is told of some, with their place. */
export function expectFenced(
	{ sent, flags }: Awaited<ReturnType<typeof sentWith>>,
	corpus: readonly { canary: string; text: string }[],
	told: RegExp
): void {
	const { outside, inside } = taken(sent);
	const within = inside.join('\n');
	for (const { canary, text } of corpus) {
		expect(outside, text).not.toContain(canary);
		expect(within, text).toContain(canary);
	}
	// The marker itself is nowhere but in the fences of ours and the rule that explains them.
	expect(within).not.toContain(MARKER);
	expect(within).not.toMatch(/(^|[^\\])<<</);
	const suspected = flags.filter((flag) => flag.kind === 'anomaly');
	expect(suspected.length).toBeGreaterThanOrEqual(5);
	for (const flag of suspected) expect(flag.text).toMatch(told);
}
