import 'fake-indexeddb/auto';
import type { Json } from '$lib/core';
import { readFile } from '$lib/files';
import { expect, it } from 'vitest';
import { reportWorkflow, says, TestDevice, TestExecutor, until } from './testing';

/** Approves a report that is saved in some way; gives what the library then has, the newest first, and how the run ended. */
async function device() {
	let text = '';
	const tab = await new TestDevice().tab(new TestExecutor(() => says(text)));
	const report = async (said: string, how: Record<string, Json>) => {
		text = said;
		const workflow = reportWorkflow();
		const steps = workflow.steps.map((step) =>
			step.kind === 'save'
				? { ...step, retry: { attempts: 1, delaySeconds: 0 }, with: { path: 'Reports/all.md', ...how } }
				: step
		);
		await tab.api.saveWorkflow({ ...workflow, steps });
		const started = await tab.api.startRun('report', {
			inputs: { week: 'x' },
			sources: { notes: [{ kind: 'text', name: 'notes.txt', text: said }] }
		});
		if (!started.ok) throw new Error(started.failure.message);
		const row = () => tab.database.runs.get(started.value);
		await until('the gate', async () => (await row())?.status === 'waiting');
		const events = (await tab.store.records(`run:${started.value}`)).map(
			({ event }) => event as { type: string }
		);
		const request = events.find(({ type }) => type === 'review.requested') as unknown as {
			draft: { hash: string };
		};
		const gate = { runId: started.value, stepId: 'review', draftHash: request.draft.hash, ticks: ['True'] };
		await tab.api.approve(gate);
		await until('an end', async () => ['done', 'failed'].includes((await row())?.status ?? ''));
		return { status: (await row())?.status, failure: (await row())?.failure, draft: request.draft.hash };
	};
	const library = async () => {
		const entries = (await tab.database.entries.toArray()).sort(
			(a, b) => b.at - a.at || b.version - a.version
		);
		return Promise.all(
			entries.map(async (entry) => {
				const value = await tab.api.value(entry.value.hash);
				return { entry, content: value.ok ? value.value.content : null };
			})
		);
	};
	return { tab, report, library };
}

it('a second save is a version, another file, or added to the end; what lay there stays', async () => {
	const { tab, report, library } = await device();
	await report('# One\n', {});
	await report('# Two\n', { mode: 'version' });
	await report('# Three\n', { mode: 'new-file' });
	await report('# Four\n', { mode: 'append' });
	const found = (await library()).map(({ entry, content }) => [entry.path, entry.version, content]);
	expect(found).toEqual(
		expect.arrayContaining([
			['Reports/all.md', 1, '# One'],
			['Reports/all.md', 2, '# Two'],
			['Reports/all (2).md', 1, '# Three'],
			['Reports/all.md', 3, '# Two\n\n# Four']
		])
	);
	expect(found).toHaveLength(4);
	tab.engine.close();
});

it('what is added to stays one whole: a file that was brought in, a table, a list; else nothing is written', async () => {
	const { tab, report, library } = await device();
	const path = (name: string, format?: string) => ({
		...{ path: name, mode: 'append' },
		...(format ? { format } : {})
	});
	const file = (name: string, text: string) => ({
		path: name,
		media: 'text/plain',
		content: new Blob([text])
	});
	await tab.api.addFiles([
		file('log.md', '# Mine\r\n'),
		file('all.csv', 'a,b\r\n0,z\r\n'),
		file('pic.md', 'x\0y')
	]);
	const newest = async (name: string) => (await library()).find(({ entry }) => entry.path === name);
	await report('# Week', path('log.md'));
	expect((await newest('log.md'))?.content).toBe('# Mine\n\n# Week');
	const table = '| a | b |\n| --- | --- |\n| 1 | x |\n';
	await report(table, path('all.csv', 'csv'));
	expect((await newest('all.csv'))?.content).toBe('a,b\n0,z\n1,x\n');
	const other = await report(table.replace('b', 'c'), path('all.csv', 'csv'));
	expect(other).toMatchObject({ status: 'failed', failure: { code: 'save.append' } });
	expect((await newest('all.csv'))?.entry.version).toBe(2);
	await report('One', path('all.json', 'json'));
	await report('Two', path('all.json', 'json'));
	await report('Three', path('all.json', 'json'));
	expect(JSON.parse(String((await newest('all.json'))?.content))).toEqual([
		{ text: 'One' },
		{ text: 'Two' },
		{ text: 'Three' }
	]);
	expect(await report('Words', path('pic.md'))).toMatchObject({ failure: { code: 'save.append' } });
	await report('# Page', path('page.html', 'html'));
	expect(await report('# Page', path('page.html', 'html'))).toMatchObject({
		failure: { code: 'save.append' }
	});
	tab.engine.close();
});

it('an output in another form is made of what was approved, says so, and names run, version and approval', async () => {
	const { tab, report, library } = await device();
	const table = '# Week\n\n| a | b |\n| --- | --- |\n| 1 | x |\n';
	const { draft } = await report(table, { format: 'xlsx' });
	const [made] = await library();
	expect(made?.entry).toMatchObject({
		path: 'Reports/all.xlsx',
		value: { name: 'all.xlsx', from: [draft] },
		workflowVersion: 1,
		approval: { stepId: 'review' }
	});
	const read = await readFile({ name: 'all.xlsx', bytes: made?.content as Uint8Array });
	expect(read.ok && read.value.text).toBe('a,b\n1,x\n');
	const failed = await report('No table here.\n', { format: 'csv' });
	expect(failed).toMatchObject({ status: 'failed', failure: { code: 'save.no-table' } });
	expect(await library()).toHaveLength(1);
	tab.engine.close();
});
