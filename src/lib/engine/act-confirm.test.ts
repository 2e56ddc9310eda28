import 'fake-indexeddb/auto';
import { describe, expect, it } from 'vitest';
import { actWorkflow, answered, outside, tabOf } from './testing-act';
import { says, until } from './testing';
import { outputOf, start, stateOf, status, workflow, type Made } from './testing-flow';

// A field of what goes out that a model has filled in needs the person's confirmation for that field: the engine asks for
// it, whatever a screen lets through.

const ASK = {
	id: 'ask',
	title: 'Ask',
	kind: 'model',
	job: 'extract',
	instructions: 'Which ticket?',
	permissions: { model: 'any' }
};

/** A proposal whose address, and one header, a model has filled in; the run waits at its gate. */
async function atGate() {
	const executor = outside(() => answered());
	executor.answer = () => says('17');
	const { tab } = await tabOf(executor);
	const [propose, ...others] = actWorkflow({
		url: 'https://api.example.org/tickets/{{ticket}}',
		headers: { 'x-ticket': '{{ticket}}' },
		json: { about: '{{inputs.topic}}' }
	}).steps as unknown as Made[];
	const runId = await start(
		tab,
		workflow([ASK, { ...propose, inputs: { ticket: 'steps.ask.output' } }, ...others])
	);
	await status(tab, runId, 'waiting');
	await until('the gate', async () => Boolean((await stateOf(tab, runId)).steps['review']?.request));
	const draftHash = (await stateOf(tab, runId)).steps['review']?.request?.draft.hash ?? '';
	const text = (await outputOf(tab, runId, 'propose')) as string;
	const gate = { runId, stepId: 'review', draftHash, ticks: [] };
	const fields = (JSON.parse(text) as { confirm: { field: string }[] }).confirm.map(({ field }) => field);
	return { tab, executor, runId, gate, text, fields };
}

const refused = (code: string) => ({ ok: false, failure: { code } });

describe('a field that a model has filled in', () => {
	it('has to be confirmed, each one, before anything is approved', async () => {
		const { tab, executor, runId, gate, fields } = await atGate();
		expect(fields).toHaveLength(2);
		expect(await tab.api.approve(gate)).toMatchObject(refused('confirm.missing'));
		expect(await tab.api.approve({ ...gate, confirmed: [] })).toMatchObject(refused('confirm.missing'));
		for (const field of fields)
			expect(await tab.api.approve({ ...gate, confirmed: [field] })).toMatchObject(
				refused('confirm.missing')
			);
		expect((await stateOf(tab, runId)).steps['review']?.decisions).toEqual([]);
		expect(await tab.api.approve({ ...gate, confirmed: fields })).toMatchObject({ ok: true });
		await status(tab, runId, 'done');
		expect((await stateOf(tab, runId)).steps['review']?.decisions).toMatchObject([{ confirmed: fields }]);
		expect(executor.acted).toHaveLength(1);
		tab.engine.close();
	});

	it('cannot be taken off the list by editing the proposal', async () => {
		const { tab, executor, gate, text, fields } = await atGate();
		const bare = text.replace(/"confirm":\[.*?\],"headers"/, '"confirm":[],"headers"');
		expect(bare).not.toBe(text);
		for (const confirmed of [[], fields])
			expect(await tab.api.approve({ ...gate, text: bare, confirmed })).toMatchObject(
				refused('confirm.dropped')
			);
		const edited = text.replace('rivers', 'lakes');
		expect(await tab.api.approve({ ...gate, text: edited })).toMatchObject(refused('confirm.missing'));
		expect(await tab.api.approve({ ...gate, text: edited, confirmed: fields })).toMatchObject({ ok: true });
		await until('the dispatch', () => executor.acted.length === 1);
		expect(executor.acted).toMatchObject([{ body: '{"about":"lakes"}' }]);
		tab.engine.close();
	});

	it('stops what acts, too, when the approval does not say that it was confirmed', async () => {
		const { tab, executor, runId, gate, fields } = await atGate();
		// Straight to the log: what a screen or an earlier release might have let through.
		const approve = { ...gate, type: 'approve' as const };
		await tab.engine.command(runId, { ...approve, confirmed: fields.slice(1) });
		await status(tab, runId, 'failed');
		const send = (await stateOf(tab, runId)).steps['send'];
		expect(send?.attempts[0]).toMatchObject({ intent: null, failure: { code: 'confirm.missing' } });
		expect(executor.acted).toEqual([]);
		tab.engine.close();
	});
});
