import { workflowSchema } from '$lib/workflow';
import { expect, it } from 'vitest';
import { NO_RECORD, type CorrectionNote, type NoteScope } from './notes';
import { staleNotes } from './stale';

const DAY = 86_400_000;
const NOW = 400 * DAY;
const RULE = 'Give money without decimals.';
const weekly = workflowSchema.parse({
	...{ format: 1, id: 'w', title: 'W' },
	steps: [
		{ ...{ id: 'draft', title: 'Draft', kind: 'model', job: 'draft' }, with: { rules: [RULE] } },
		{ id: 'sum', title: 'Sum', kind: 'model', job: 'summarize' }
	]
});
const note = (scope: NoteScope, more: Partial<CorrectionNote> & { lastUsed?: number } = {}) => ({
	...{ id: 'n', instruction: 'Be kinder.', scope, before: '', after: '', from: null },
	...{ status: 'active' as const, createdAt: NOW - DAY, updatedAt: NOW - DAY, ...more },
	record: { ...NO_RECORD, lastUsed: more.lastUsed ?? null }
});
const why = (one: ReturnType<typeof note>) => staleNotes([one], [weekly], NOW)[0]?.why;

it.each([
	['the workflow is gone', note({ kind: 'workflow', workflowId: 'x' }), 'gone'],
	['the step is gone', note({ kind: 'step', workflowId: 'w', stepId: 'x' }), 'gone'],
	['the step holds it', note({ kind: 'workflow', workflowId: 'w' }, { instruction: RULE }), 'held'],
	['nobody was given it for long', note({ kind: 'everywhere' }, { createdAt: 1, updatedAt: 1 }), 'unused'],
	[
		'it was given lately',
		note({ kind: 'everywhere' }, { createdAt: 1, updatedAt: 1, lastUsed: NOW - DAY }),
		undefined
	],
	['it is new', note({ kind: 'step', workflowId: 'w', stepId: 'sum' }), undefined],
	['it is retired', note({ kind: 'workflow', workflowId: 'x' }, { status: 'retired' }), undefined]
])('%s', (_, one, expected) => {
	expect(why(one)).toBe(expected);
});
