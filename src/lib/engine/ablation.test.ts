import 'fake-indexeddb/auto';
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

it('is refused for a note that the step was not given, and where a model elsewhere answered', async () => {
	const { tab, runId } = await noted();
	expect(await tab.api.ablate(runId, 'draft', 'another')).toMatchObject({
		failure: { code: 'ablation.not-given' }
	});
	const far = new TestExecutor(() => says('It is € 4.'));
	const { tab: other } = await open(far);
	const choice = {
		id: 'openai-compatible',
		title: 'Far',
		onDevice: false,
		config: { baseUrl: 'https://x.test/v1', model: 'm' }
	};
	const settings = await other.api.saveSettings({ ...DEFAULT_SETTINGS, provider: choice });
	expect(settings.ok).toBe(true);
	const kept = await other.api.confirmNote({
		...{ instruction: NOTE, scope: { kind: 'everywhere' }, before: '', after: '', from: null }
	});
	const elsewhere = await start(other, workflow([{ ...draft, model: { privacy: 'may-leave' } }, review]));
	await status(other, elsewhere, 'waiting');
	const calls = far.ran.length;
	expect(await other.api.ablate(elsewhere, 'draft', kept.ok ? kept.value : '')).toMatchObject({
		failure: { code: 'ablation.elsewhere' }
	});
	expect(far.ran).toHaveLength(calls);
});
