import 'fake-indexeddb/auto';
import { lastAttempt } from '$lib/run';
import { describe, expect, it } from 'vitest';
import { reportWorkflow, says } from './testing';
import { stateOf, status, transform, workflow, type Made, type Tab } from './testing-flow';
import { ask, near, open, remote, settingsWith } from './testing-ladder';

describe('labels that are kept', () => {
	const exactly: Made = { model: { exact: 'far', privacy: 'may-leave' } };
	const sources = (reach?: string) => [
		{ id: 'notes', title: 'Notes', kind: 'text', ...(reach ? { reach } : {}) }
	];
	const given = {
		inputs: { topic: 'rivers' },
		sources: { notes: [{ kind: 'text' as const, name: 'n.txt', text: 'the same text' }] }
	};
	async function run(tab: Tab, document: ReturnType<typeof workflow>): Promise<string> {
		await tab.api.saveWorkflow(document);
		const started = await tab.api.startRun(document.id, given);
		if (!started.ok) throw new Error(started.failure.message);
		return started.value;
	}

	it('what a failed item says may quote what it was given, and goes no further than that', async () => {
		const { tab, left } = await open({ far: () => says('far') }, settingsWith([remote('far')]));
		const runId = await run(
			tab,
			workflow(
				[
					transform('list', '[text]', { inputs: { text: 'sources.notes' } }),
					{
						id: 'each',
						kind: 'map',
						inputs: { over: 'steps.list.output' },
						with: { onFail: 'collect' },
						steps: [transform('fails', '$error(item)', { retry: { attempts: 1, delaySeconds: 0 } })]
					},
					ask({ id: 'tell', inputs: { each: 'steps.each.output' }, ...exactly })
				],
				{ sources: sources('local-only') }
			)
		);
		await status(tab, runId, 'failed');
		const { output } = (await stateOf(tab, runId)).steps['each'] ?? {};
		const stored = output && (await tab.store.value(output.hash));
		expect(stored?.ok && stored.value.content).toContain('the same text');
		expect(output?.labels).toEqual({ trust: 'untrusted', reach: 'local-only' });
		expect(left).toEqual([]);
		tab.engine.close();
	});

	it('a value that is called local-only goes to no model elsewhere, neither itself nor what was made of it', async () => {
		const TOKEN = 'PLANTED-7f3a';
		const device: string[] = [];
		const { tab, left } = await open(
			{
				near: (request) => (device.push(request.user), says(`copied ${TOKEN}`)),
				far: () => says('far')
			},
			settingsWith([near, remote('far')])
		);
		const base = reportWorkflow({
			sources: [
				{ id: 'notes', title: 'Notes', kind: 'text', reach: 'local-only' },
				{ id: 'open', title: 'Open', kind: 'text' }
			] as never
		});
		const { tab: _tab, ...document } = { tab, ...base };
		document.steps = workflow([
			ask({ id: 'near', inputs: { notes: 'sources.notes' }, model: { tier: 'small' } }),
			transform('part', '{ "first": $substring(text, 0, 40) }', { inputs: { text: 'steps.near.output' } }),
			ask({
				id: 'direct',
				inputs: { notes: 'sources.notes' },
				model: { exact: 'far', privacy: 'may-leave' }
			}),
			ask({
				id: 'derived',
				inputs: { text: 'steps.near.output' },
				model: { exact: 'far', privacy: 'may-leave' }
			}),
			ask({ id: 'member', inputs: { part: 'steps.part.output.first' }, model: { exact: 'far' } }),
			ask({
				id: 'words',
				inputs: { topic: 'inputs.week' },
				instructions: 'About {{steps.part.output.first}}.',
				model: { exact: 'far' }
			}),
			ask({
				id: 'withheld',
				inputs: { notes: 'sources.notes', open: 'sources.open' },
				optional: ['notes'],
				model: { exact: 'far', privacy: 'may-leave' }
			})
		]).steps;
		await tab.api.saveWorkflow(document);
		const text = (name: string, said: string) => [{ kind: 'text' as const, name, text: said }];
		const started = await tab.api.startRun('report', {
			inputs: { week: 'W47' },
			sources: { notes: text('n.txt', `secret ${TOKEN}`), open: text('o.txt', 'open words') }
		});
		if (!started.ok) throw new Error(started.failure.message);
		const runId = started.value;
		await status(tab, runId, 'failed');
		const { steps } = await stateOf(tab, runId);
		for (const id of ['direct', 'derived', 'member', 'words'])
			expect([id, lastAttempt(steps[id]!)?.failure?.code]).toEqual([id, 'label.local-only']);
		expect(lastAttempt(steps['withheld']!)).toMatchObject({ status: 'succeeded', withheld: ['notes'] });
		expect(device.join()).toContain(TOKEN);
		expect(left).toHaveLength(1);
		expect(JSON.stringify(left)).not.toContain(TOKEN);
		expect(JSON.stringify(left)).toContain('open words');
		tab.engine.close();
	});

	it('what is made while it was withheld may leave, and goes on to the next step that is elsewhere', async () => {
		const TOKEN = 'PLANTED-8e14';
		const { tab, left } = await open({ far: () => says('far away') }, settingsWith([remote('far')]));
		const both = [...sources('local-only'), { id: 'open', title: 'Open', kind: 'text' }];
		const steps = [
			ask({
				...{ id: 'first', inputs: { notes: 'sources.notes', open: 'sources.open' }, optional: ['notes'] },
				...exactly
			}),
			ask({ id: 'second', inputs: { text: 'steps.first.output' }, ...exactly })
		];
		await tab.api.saveWorkflow(workflow(steps, { sources: both }));
		const text = (name: string, said: string) => [{ kind: 'text' as const, name, text: said }];
		const started = await tab.api.startRun('flow', {
			inputs: { topic: 'rivers' },
			sources: { notes: text('n.txt', TOKEN), open: text('o.txt', 'open words') }
		});
		if (!started.ok) throw new Error(started.failure.message);
		await status(tab, started.value, 'done');
		const { steps: ended } = await stateOf(tab, started.value);
		expect(lastAttempt(ended['first']!)?.withheld).toEqual(['notes']);
		for (const id of ['first', 'second']) expect(ended[id]?.output?.labels.reach).toBe('may-leave');
		expect(left).toHaveLength(2);
		expect(JSON.stringify(left)).not.toContain(TOKEN);
		tab.engine.close();
	});

	it('nor into a request, neither itself nor a member of what was made of it', async () => {
		const { tab, executor } = await open({}, settingsWith([near]));
		const permissions = { hosts: ['api.example.org'] };
		const propose = (id: string, from: string) => ({
			...{ id, kind: 'propose', job: 'draft', inputs: { said: from }, permissions },
			with: { url: 'https://api.example.org/tickets', json: { said: '{{said}}' } }
		});
		const steps = [
			transform('part', '{ "first": notes }', { inputs: { notes: 'sources.notes' } }),
			propose('whole', 'sources.notes'),
			propose('member', 'steps.part.output.first')
		];
		const runId = await run(tab, workflow(steps, { sources: sources('local-only') }));
		await status(tab, runId, 'failed');
		const { steps: ended } = await stateOf(tab, runId);
		for (const id of ['whole', 'member'])
			expect([id, lastAttempt(ended[id]!)?.failure?.code]).toEqual([id, 'label.local-only']);
		expect(executor.acted).toEqual([]);
		tab.engine.close();
	});

	it('an earlier answer to the same text is kept here too, once the text is', async () => {
		const { tab, left } = await open(
			{ near: () => says('near'), far: () => says('far') },
			settingsWith([near, remote('far')])
		);
		const steps = [
			ask({ id: 'near', inputs: { notes: 'sources.notes' }, model: { tier: 'small' } }),
			ask({ id: 'far', inputs: { text: 'steps.near.output' }, ...exactly })
		];
		await status(tab, await run(tab, workflow(steps, { sources: sources() })), 'done');
		expect(left).toHaveLength(1);
		const second = await run(tab, workflow(steps, { sources: sources('local-only') }));
		await status(tab, second, 'failed');
		const { steps: ended } = await stateOf(tab, second);
		expect(ended['near']?.made).toBe('reused');
		expect(lastAttempt(ended['far']!)?.failure?.code).toBe('label.local-only');
		expect(left).toHaveLength(1);
		tab.engine.close();
	});

	it('what is worked out from an item of a list is kept as the list is, though no input names it', async () => {
		const { tab, left } = await open({ near: () => says('near') }, settingsWith([near, remote('far')]));
		const runId = await run(
			tab,
			workflow(
				[
					transform('list', '[notes]', { inputs: { notes: 'sources.notes' } }),
					{
						id: 'each',
						kind: 'map',
						inputs: { over: 'steps.list.output' },
						steps: [
							transform('copy', '{ "said": item }'),
							ask({ id: 'far', inputs: { said: 'steps.copy.output' }, ...exactly })
						]
					}
				],
				{ sources: sources('local-only') }
			)
		);
		await status(tab, runId, 'failed');
		const { steps } = await stateOf(tab, runId);
		expect(steps['each[0]/copy']?.output?.labels.reach).toBe('local-only');
		expect(lastAttempt(steps['each[0]/far']!)?.failure?.code).toBe('label.local-only');
		expect(left).toEqual([]);
		tab.engine.close();
	});

	it('what is made with a note for this device only stays here, though nothing that it was made of is', async () => {
		const TOKEN = 'PLANTED-2b9c';
		const { tab, left } = await open(
			{ near: () => says(`as told: ${TOKEN}`), far: () => says('far') },
			settingsWith([near, remote('far')])
		);
		const scope = { kind: 'everywhere' as const };
		const note = { instruction: `Name ${TOKEN}.`, scope, before: '', after: '', from: null };
		await tab.api.confirmNote({ ...note, reach: 'local-only' });
		const steps = [
			ask({ id: 'near', inputs: { notes: 'sources.notes' }, model: { tier: 'small' } }),
			ask({ id: 'far', inputs: { text: 'steps.near.output' }, ...exactly })
		];
		const runId = await run(tab, workflow(steps, { sources: sources() }));
		await status(tab, runId, 'failed');
		const { steps: ended } = await stateOf(tab, runId);
		expect(lastAttempt(ended['near']!)?.prompt?.labels.reach).toBe('local-only');
		expect(ended['near']?.output?.labels.reach).toBe('local-only');
		expect(lastAttempt(ended['far']!)?.failure?.code).toBe('label.local-only');
		expect(left).toEqual([]);
		tab.engine.close();
	});

	it('a file from a library that called everything local-only says nothing; one that is called so now does', async () => {
		const { tab, left } = await open({ far: () => says('far') }, settingsWith([remote('far')]));
		const old = { path: 'Old.txt', media: 'text/plain', content: new TextEncoder().encode('old') };
		const added = await tab.api.addFiles([old]);
		if (!added.ok) throw new Error(added.failure.message);
		const entry = await tab.database.entries.get(added.value.ids[0] ?? '');
		if (!entry) throw new Error('no entry');
		const local = { ...entry.value, labels: { ...entry.value.labels, reach: 'local-only' as const } };
		const steps = [ask({ id: 'far', inputs: { notes: 'sources.notes' }, ...exactly })];
		await tab.api.saveWorkflow(workflow(steps, { sources: sources() }));
		const start = async () => {
			const chosen = { notes: [{ kind: 'entry' as const, id: entry.id }] };
			const begun = await tab.api.startRun('flow', { ...given, sources: chosen, reuse: false });
			return begun.ok ? begun.value : '';
		};
		const { labelsHold: _holds, ...older } = entry;
		await tab.database.entries.put({ ...older, value: local });
		await status(tab, await start(), 'done');
		expect(left).toHaveLength(1);
		await tab.database.entries.put({ ...entry, value: local });
		await status(tab, await start(), 'failed');
		expect(left).toHaveLength(1);
		tab.engine.close();
	});
});
