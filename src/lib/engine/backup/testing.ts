import { DEFAULT_SETTINGS } from '../settings';
import { reportWorkflow, says, TestDevice, TestExecutor, until } from '../testing';

export type Tab = Awaited<ReturnType<TestDevice['tab']>>;

export const newTab = (device = new TestDevice()) => device.tab(new TestExecutor(() => says('# Report\n')));

/** Two runs, one of which waits at its gate; a note, a file that is no text, one that lies in a file of its own. */
export async function filled(biggest = 300_000): Promise<Tab> {
	const tab = await newTab();
	await tab.api.saveWorkflow(reportWorkflow());
	await tab.api.saveSettings({ ...DEFAULT_SETTINGS, reviewer: 'Ines' });
	const scope = { kind: 'workflow' as const, workflowId: 'report' };
	await tab.api.confirmNote({ instruction: 'Be brief.', scope, before: '', after: '', from: null });
	await tab.api.addFiles([
		{
			path: 'Sources/a.bin',
			media: 'application/octet-stream',
			content: new Uint8Array([0, 255, 10, 123])
		},
		{ path: 'Sources/b.csv', media: 'text/csv', content: new Uint8Array(biggest).fill(65) }
	]);
	const start = async (week: string) => {
		const sources = {
			notes: [{ kind: 'text' as const, name: 'n.txt', text: `Ünïcode ${week} ${'x'.repeat(biggest / 4)}` }]
		};
		const run = await tab.api.startRun('report', { inputs: { week }, sources });
		if (!run.ok) throw new Error(run.failure.message);
		await until('the gate', async () => (await tab.database.runs.get(run.value))?.status === 'waiting');
		return run.value;
	};
	const first = await start('W46');
	const records = await tab.store.records(`run:${first}`);
	const asked = records.findLast(({ event }) => event.type === 'review.requested')?.event as unknown as {
		draft: { hash: string };
	};
	await tab.api.approve({
		runId: first,
		stepId: 'review',
		draftHash: asked.draft.hash,
		ticks: [],
		text: 'Mine.\n'
	});
	await until('the end', async () => (await tab.database.runs.get(first))?.status === 'done');
	await start('W47');
	return tab;
}
