import 'fake-indexeddb/auto';
import { expect, it } from 'vitest';
import { says, TestExecutor, type Answer } from './testing';
import { open, start, stateOf, status, workflow, type Made } from './testing-flow';

const NOTE = 'Always include a section “Risks”.';
const steps: Made[] = [
	{ id: 'draft', kind: 'model', job: 'draft', instructions: 'Write.', permissions: { model: 'any' } },
	{ id: 'review', kind: 'review', job: 'decide', inputs: { draft: 'steps.draft.output' } }
];

/** What became of the note in a run of a scripted model. */
async function judged(model: Answer) {
	const { tab } = await open(new TestExecutor(model));
	await tab.api.confirmNote({
		...{ instruction: NOTE, scope: { kind: 'everywhere' }, before: '', after: '', from: null }
	});
	const runId = await start(tab, workflow(steps));
	await status(tab, runId, 'waiting');
	const attempt = (await stateOf(tab, runId)).steps['draft']?.attempts[0];
	return {
		verdicts: attempt?.verdicts.map(({ verdict }) => verdict),
		row: await tab.database.runs.get(runId)
	};
}

it('a model that obeys its prompt to the letter keeps the note; one that ignores it has missed it, and the list says so', async () => {
	/** Writes every section that its prompt asks for, and nothing of its own. */
	const obeying: Answer = ({ system }) =>
		says(
			[
				'# Week',
				...[...system.matchAll(/a section “([^”]+)”/g)].map(([, title]) => `## ${title}\n\nNone.`)
			].join('\n\n')
		);
	const kept = await judged(obeying);
	expect(kept.verdicts).toEqual(['held']);
	expect(kept.row?.waiting?.missed).toBe(0);
	const missed = await judged(() => says('# Week\n\nQuiet.'));
	expect(missed.verdicts).toEqual(['missed']);
	expect(missed.row?.waiting?.missed).toBe(1);
});
