import 'fake-indexeddb/auto';
import { attemptPlace } from '$lib/core';
import { targetOf } from '$lib/run';
import { expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from './settings';
import { says, TestExecutor } from './testing';
import { open, start, stateOf, status, workflow, type Made } from './testing-flow';

const NOTE = 'Give money without decimals.';
const draft: Made = {
	...{ id: 'draft', kind: 'model', job: 'draft', instructions: 'Write.', permissions: { model: 'any' } }
};
const review: Made = {
	...{ id: 'review', kind: 'review', job: 'decide', inputs: { draft: 'steps.draft.output' } },
	with: { question: 'Fine?' }
};

/** A run of a step that was given a note by a model that obeys it, and what is on the disk after it. */
async function noted(more: Made = {}) {
	const executor = new TestExecutor(({ system }) =>
		says(system.includes(NOTE) ? 'It is € 4.' : 'It is € 4.20.')
	);
	const { tab } = await open(executor);
	const kept = await tab.api.confirmNote({
		...{ instruction: NOTE, scope: { kind: 'everywhere' }, before: '', after: '', from: null }
	});
	if (!kept.ok) throw new Error(kept.failure.message);
	const runId = await start(tab, workflow([{ ...draft, ...more }, review]));
	await status(tab, runId, 'waiting');
	return { tab, runId, noteId: kept.value, executor };
}

it('does the step without one note: the prompt differs by it, the result shows what it did, and nothing is kept', async () => {
	const { tab, runId, noteId } = await noted();
	const disk = async () => ({
		records: await tab.store.records(`run:${runId}`),
		note: await tab.database.notes.get(noteId),
		runs: await tab.database.runs.count(),
		results: await tab.database.results.count()
	});
	const before = await disk();
	const tried = await tab.api.ablate(runId, 'draft', noteId);
	if (!tried.ok) throw new Error(tried.failure.message);
	const attempt = (await stateOf(tab, runId)).steps['draft']?.attempts[0];
	const sent = attempt?.prompt && (await tab.store.value(attempt.prompt.hash));
	if (!sent?.ok) throw new Error('the prompt is kept');
	expect(sent.value.content).toContain(NOTE);
	expect(tried.value.prompt).not.toContain(NOTE);
	// Apart from the note it is the same to the letter, its marker included.
	const without = String(sent.value.content).replace(/\n\nCorrections to obey[^\n]*\n1\. [^\n]*/, '');
	expect(tried.value.prompt).toBe(without);
	expect(tried.value).toMatchObject({ content: 'It is € 4.20.', verdict: { verdict: 'missed' } });
	expect(await disk()).toEqual(before);
});

it('is refused for a note that the step was not given', async () => {
	const { tab, runId } = await noted();
	expect(await tab.api.ablate(runId, 'draft', 'another')).toMatchObject({
		failure: { code: 'ablation.not-given' }
	});
});

const FAR = {
	...{ id: 'openai-compatible', title: 'Far', onDevice: false },
	config: { baseUrl: 'https://x.test/v1', model: 'm' }
};

/** The same, answered by a model elsewhere. Nothing was sent to it but what is in `sent`. */
async function elsewhere() {
	const sent: string[] = [];
	const far = new TestExecutor(({ system }) => {
		sent.push(system);
		return says(system.includes(NOTE) ? 'It is € 4.' : 'It is € 4.20.');
	});
	const { tab } = await open(far);
	expect(await tab.api.saveSettings({ ...DEFAULT_SETTINGS, provider: FAR })).toMatchObject({ ok: true });
	const kept = await tab.api.confirmNote({
		...{ instruction: NOTE, scope: { kind: 'everywhere' }, before: '', after: '', from: null }
	});
	const noteId = kept.ok ? kept.value : '';
	const runId = await start(tab, workflow([{ ...draft, model: { privacy: 'may-leave' } }, review]));
	await status(tab, runId, 'waiting');
	return { tab, runId, noteId, sent, executor: far };
}

it('asks before exactly one prompt goes to a model elsewhere, and what leaves is the run’s in the ledger', async () => {
	const { tab, runId, noteId, sent, executor } = await elsewhere();
	const before = await tab.store.records(`run:${runId}`);
	expect(sent).toHaveLength(1);
	const asked = await tab.api.ablate(runId, 'draft', noteId);
	if (!asked.ok || !('asks' in asked.value)) throw new Error('it does not ask');
	expect(asked.value).toMatchObject({ title: 'Far', origin: 'https://x.test', model: 'm' });
	expect(asked.value.prompt).not.toContain(NOTE);
	// A word for other bytes is none for these.
	expect(await tab.api.ablate(runId, 'draft', noteId, 'f'.repeat(64))).toMatchObject({
		value: { asks: true }
	});
	expect(sent).toHaveLength(1);

	const tried = await tab.api.ablate(runId, 'draft', noteId, asked.value.hash);
	expect(tried).toMatchObject({ value: { content: 'It is € 4.20.', verdict: { verdict: 'missed' } } });
	expect(sent).toHaveLength(2);
	expect(attemptPlace(executor.ran.at(-1) ?? '')).toMatchObject({ runId, stepId: 'draft' });
	expect(await tab.store.records(`run:${runId}`)).toEqual(before);
});

it('is not asked for where it may not leave: a place refused for good, a note for this device, a budget', async () => {
	const refusal = async (given: Awaited<ReturnType<typeof elsewhere>>) => {
		const tried = await given.tab.api.ablate(given.runId, 'draft', given.noteId);
		expect(given.sent).toHaveLength(1);
		return tried.ok ? tried.value : tried.failure.code;
	};
	const never = await elsewhere();
	const said = { workflowId: 'flow', workflowTitle: 'Flow', title: 'Far', origin: 'https://x.test', at: 1 };
	await never.tab.api.saveSettings({
		...{ ...DEFAULT_SETTINGS, provider: FAR },
		consents: [{ ...said, target: targetOf(FAR), answer: 'never' }]
	});
	expect(await refusal(never)).toBe('ablation.never');

	const near = await elsewhere();
	const scope = { kind: 'everywhere' as const };
	const other = await near.tab.api.confirmNote({
		...{ instruction: 'Be brief.', scope, before: '', after: '', from: null }
	});
	const again = await near.tab.api.startRun('flow', { inputs: { topic: 'lakes' }, sources: {} });
	const runId = again.ok ? again.value : '';
	await status(near.tab, runId, 'waiting');
	near.sent.pop();
	await near.tab.api.editNote(other.ok ? other.value : '', 'Be brief.', scope, { reach: 'local-only' });
	expect(await refusal({ ...near, runId })).toBe('ablation.local-note');

	const poor = await elsewhere();
	const month = { amount: 1, currency: 'EUR' };
	await poor.tab.api.saveSettings({ ...DEFAULT_SETTINGS, provider: FAR, budget: { run: null, month } });
	expect(await refusal(poor)).toBe('ablation.budget');
});
