import { expect, it } from 'vitest';
import { limitedTo, permissionRows, powersOf } from './permissions';
import { workflowSchema } from './schema';

const workflow = workflowSchema.parse({
	format: 1,
	id: 'w',
	title: 'W',
	sources: [{ id: 'mail', title: 'Mail', kind: 'files' }],
	steps: [
		{ id: 'collect', title: 'Collect', kind: 'collect', job: 'collect', with: { sources: ['mail'] } },
		{
			id: 'draft',
			title: 'Draft',
			kind: 'model',
			job: 'draft',
			inputs: { files: 'steps.collect.output' },
			permissions: { model: 'any' }
		},
		{
			id: 'propose',
			title: 'Propose',
			kind: 'propose',
			job: 'draft',
			inputs: { text: 'steps.draft.output' },
			permissions: { hosts: ['api.example.org'] },
			with: { url: 'https://api.example.org/x' }
		},
		{ id: 'look', title: 'Look', kind: 'review', job: 'decide', inputs: { draft: 'steps.propose.output' } },
		{
			id: 'send',
			title: 'Send',
			kind: 'request',
			job: 'act',
			inputs: { proposal: 'steps.look.output' },
			permissions: { hosts: ['api.example.org', 'other.example'] }
		},
		{
			id: 'each',
			title: 'Each',
			kind: 'map',
			job: 'draft',
			inputs: { over: 'steps.collect.output' },
			steps: [{ id: 'inner', title: 'Inner', kind: 'model', job: 'draft', permissions: { model: 'any' } }]
		}
	]
});

it('says of each step what it sees, may propose and do, and who checks it', () => {
	const rows = Object.fromEntries(permissionRows(workflow).map(({ step, ...row }) => [step.id, row]));
	expect(rows['collect']).toMatchObject({ sees: ['Mail'], mayDo: [], powers: [] });
	expect(rows['draft']).toEqual({
		sees: ['“Collect”'],
		mayPropose: ['a text'],
		mayDo: ['ask a model, also elsewhere'],
		checkedBy: ['Look'],
		powers: ['model']
	});
	expect(rows['propose']).toMatchObject({
		mayPropose: ['a request to api.example.org'],
		checkedBy: ['Look']
	});
	expect(rows['send']).toMatchObject({
		mayDo: ['send to api.example.org', 'send to other.example'],
		checkedBy: ['Look']
	});
	expect(rows['inner']).toMatchObject({ powers: ['model'] });
});

it('lists each power once, and leaves out what was not allowed, inside blocks too', () => {
	expect(powersOf(workflow)).toEqual(['model', 'host:api.example.org', 'host:other.example']);
	expect(powersOf(limitedTo(workflow, new Set()))).toEqual([]);
	expect(powersOf(limitedTo(workflow, new Set(['host:other.example'])))).toEqual(['host:other.example']);
	expect(limitedTo(workflow, new Set(powersOf(workflow)))).toEqual(workflow);
});

it('names the host of a web page among what a step sees, and asks for no power for it', () => {
	const page = { id: 'page', title: 'Prices', kind: 'page', url: 'https://example.org/prices?week=46' };
	const collect = { id: 'collect', title: 'Collect', kind: 'collect', job: 'collect' };
	const of = workflowSchema.parse({ format: 1, id: 'w', title: 'W', sources: [page], steps: [collect] });
	expect(permissionRows(of)[0]?.sees).toEqual(['Prices (a page of example.org, fetched when you say so)']);
	expect(powersOf(of)).toEqual([]);
});
