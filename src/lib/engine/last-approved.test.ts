import 'fake-indexeddb/auto';
import { expect, it } from 'vitest';
import type { RunEvent } from '$lib/run';
import { reportWorkflow, says, TestDevice, TestExecutor, until } from './testing';

const workflow = reportWorkflow({
	sources: reportWorkflow().sources.concat({
		id: 'previous',
		title: 'Last report',
		kind: 'last-approved',
		accept: [],
		match: [],
		required: false,
		keep: false
	})
});

it('a week that is made late, or again, is compared with the one before it', async () => {
	const tab = await new TestDevice().tab(new TestExecutor(() => says('# Report\n\nAll well.\n')));
	await tab.api.saveWorkflow(workflow);
	const report = async (week: string) => {
		const started = await tab.api.startRun('report', {
			inputs: { week },
			sources: { notes: [{ kind: 'text', name: 'notes.txt', text: 'All well.' }] }
		});
		if (!started.ok) throw new Error(started.failure.message);
		const runId = started.value;
		await until('the gate', async () => (await tab.database.runs.get(runId))?.status === 'waiting');
		const events = (await tab.store.records(`run:${runId}`)).map((record) => record.event as RunEvent);
		const request = events.find((event) => event.type === 'review.requested');
		await tab.api.approve({ runId, stepId: 'review', draftHash: request?.draft.hash ?? '', ticks: ['True'] });
		await until('done', async () => (await tab.database.runs.get(runId))?.status === 'done');
		const start = events.find((event) => event.type === 'run.started');
		return start?.sources['previous']?.map((value) => value.name);
	};
	expect(await report('2026-W45')).toEqual([]);
	expect(await report('2026-W47')).toEqual(['Reports/2026-W45.md']);
	expect(await report('2026-W46')).toEqual(['Reports/2026-W45.md']);
	expect(await report('2026-W47')).toEqual(['Reports/2026-W46.md']);
	expect(await report('2026-W45')).toEqual([]);
	tab.engine.close();
});
