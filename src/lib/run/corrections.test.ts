import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	diffCounts,
	diffWords,
	foldNote,
	judgeNotes,
	proposeNotes,
	safePath,
	selectNotes,
	type CorrectionNote,
	type NoteScope
} from './index';

const note = (
	id: string,
	scope: NoteScope,
	instruction = 'Give money without decimals.'
): CorrectionNote => ({
	id,
	instruction,
	scope,
	before: '',
	after: '',
	from: null,
	status: 'active',
	createdAt: Number(id),
	updatedAt: 0
});

describe('the diff', () => {
	it('gives both texts back', () => {
		fc.assert(
			fc.property(fc.string(), fc.string(), (before, after) => {
				const parts = diffWords(before, after);
				const side = (leave: string) =>
					parts
						.filter((part) => part.kind !== leave)
						.map((part) => part.text)
						.join('');
				expect(side('added')).toBe(before);
				expect(side('removed')).toBe(after);
			})
		);
	});

	it('shows a sentence written anew as one change', () => {
		const parts = diffWords('We wait for the boat today.', 'They sit on a ship now.');
		expect(parts.filter((part) => part.kind === 'added')).toHaveLength(1);
	});

	it('takes a number for one word', () => {
		const parts = diffWords('Blankets made € 11,665.69. It rained.', 'Blankets made € 11,666. It rained.');
		expect(parts.filter(({ kind }) => kind !== 'same')).toEqual([
			{ kind: 'removed', text: '11,665.69' },
			{ kind: 'added', text: '11,666' }
		]);
	});

	it('tells words of scripts without spaces apart', () => {
		const changes = diffWords('売上は減った。', '売上は増えた。').filter(({ kind }) => kind !== 'same');
		expect(changes.map(({ text }) => text)).toEqual(['減っ', '増え']);
	});

	it('counts words', () => {
		expect(diffCounts(diffWords('one two three', 'one 2 three four'))).toEqual({ added: 2, removed: 1 });
	});
});

describe('proposing notes from an edit', () => {
	const draft =
		'# Week 47\n\n## Summary\n\nTurnover fell to € 48,210.40. The turnover was low.\n\n## Outlook\n\nNothing is known.\n';
	const instructions = (reviewed: string) => proposeNotes(draft, reviewed).map((one) => one.instruction);

	it('sees words replaced throughout', () => {
		expect(instructions(draft.replaceAll('turnover', 'revenue').replaceAll('Turnover', 'Revenue'))).toContain(
			'Write “revenue” instead of “turnover”.'
		);
	});

	it('sees decimals taken off money', () => {
		expect(instructions(draft.replace('48,210.40', '48,210'))).toEqual(['Give money without decimals.']);
	});

	it('sees a section dropped and one added', () => {
		const reviewed = draft.replace(
			'## Outlook\n\nNothing is known.\n',
			'## Next steps\n\nCall the supplier.\n\n## Risks\n\nNone.\n'
		);
		expect(instructions(reviewed)).toEqual(
			expect.arrayContaining([
				'Leave out the section “Outlook”.',
				'Always include a section “Next steps”.',
				'Always include a section “Risks”.'
			])
		);
	});

	it('does not take a rewritten sentence for a rule about its small words', () => {
		const reviewed = draft.replace('Nothing is known.', 'We wait on the supplier until Monday.');
		expect(instructions(reviewed).filter((one) => one.startsWith('Write “'))).toEqual([]);
	});

	it('takes reworded titles and headings for nothing but that', () => {
		const reviewed = draft
			.replace('# Week 47', '# How the week went')
			.replace('## Outlook', '## What comes next');
		expect(instructions(reviewed).filter((one) => one !== '')).toEqual([]);
	});

	it('takes a renamed section for no rule about the words of its heading', () => {
		const text = (heading: string) => `# Week\n\n## ${heading}\n\n- The stand was busy on Monday.\n`;
		const found = proposeNotes(text('What the team says'), text('Voices of the team'));
		expect(found.filter(({ checkable }) => checkable)).toEqual([]);
	});

	it('takes a section that went and another that came in its place for what they are', () => {
		const draft =
			'# Week\n\n## Summary\n\nGood.\n\n## Next steps\n\n- The autumn bundle is set up by Thursday.\n';
		const reviewed = '# Week\n\n## Summary\n\nGood.\n\n## Risks\n\nOne supplier may be late.\n';
		expect(proposeNotes(draft, reviewed).map(({ instruction }) => instruction)).toEqual([
			'Leave out the section “Next steps”.',
			'Always include a section “Risks”.'
		]);
	});

	it('takes all words of a phrase that was written anew', () => {
		const [found] = proposeNotes(
			'It sold well again and made money.',
			'It did well once more and made money.'
		);
		expect(found?.instruction).toBe('Write “did well once more” instead of “sold well again”.');
	});

	it('offers an edit that no rule explains as an example to put into words', () => {
		const reviewed = draft.replace(
			'Nothing is known.',
			'Nothing is known. The bundle ended on Tuesday and that explains most of the fall.'
		);
		expect(proposeNotes(draft, reviewed)).toMatchObject([{ instruction: '', checkable: false }]);
	});

	it('proposes nothing for no edit, and never more than six', () => {
		expect(proposeNotes(draft, draft)).toEqual([]);
		fc.assert(
			fc.property(fc.string(), fc.string(), (a, b) => {
				expect(proposeNotes(a, b).length).toBeLessThanOrEqual(6);
			})
		);
	});
});

describe('judging', () => {
	const judge = (instruction: string, text: string) =>
		judgeNotes([{ id: 'n', instruction }], text)[0]?.verdict;

	it.each([
		['Give money without decimals.', 'We made € 48,210.', 'held'],
		['Give money without decimals.', 'We made € 48,210.40.', 'missed'],
		['Write “revenue” instead of “turnover”.', 'Revenue rose.', 'held'],
		['Write “revenue” instead of “turnover”.', 'Turnover rose.', 'missed'],
		['Leave out the section “Outlook”.', '## Outlook\n', 'missed'],
		['Always include a section “Risks”.', '## risks\nNone.', 'held'],
		['Start with the section “Changes”.', '# Week\n\n## Changes\n\n## Summary\n', 'held'],
		['Write at most 3 words.', 'one two three four', 'missed'],
		['Be kinder.', 'anything', 'cannot-tell']
	])('%s — %s — %s', (instruction, text, verdict) => {
		expect(judge(instruction, text)).toBe(verdict);
	});
});

it('never guesses about data', () => {
	expect(judgeNotes([{ id: 'n', instruction: 'Give money without decimals.' }], null)).toMatchObject([
		{ verdict: 'cannot-tell' }
	]);
});

describe('choosing notes', () => {
	const where = { workflowId: 'w', stepId: 's', makes: 'text' as const };

	it('takes active notes in scope, the narrow ones first', () => {
		const notes = [
			note('1', { kind: 'everywhere' }),
			note('2', { kind: 'workflow', workflowId: 'w' }),
			note('3', { kind: 'step', workflowId: 'w', stepId: 's' }),
			note('4', { kind: 'workflow', workflowId: 'other' }),
			{ ...note('5', { kind: 'everywhere' }), status: 'retired' as const }
		];
		expect(selectNotes(notes, where).given.map((one) => one.id)).toEqual(['3', '2', '1']);
	});

	it('gives a step that makes data no rules on wording, but what was meant for it and what no rule states', () => {
		const notes = [
			note('1', { kind: 'workflow', workflowId: 'w' }),
			note('2', { kind: 'workflow', workflowId: 'w' }, 'Count returns as negative orders.'),
			note('3', { kind: 'step', workflowId: 'w', stepId: 's' })
		];
		expect(selectNotes(notes, { ...where, makes: 'data' }).given.map((one) => one.id)).toEqual(['3', '2']);
	});

	it('tells a step that flags which words stand for which, and does not judge its data by them', () => {
		const renames = note(
			'1',
			{ kind: 'workflow', workflowId: 'w' },
			'Write “turnover” instead of “revenue”.'
		);
		const notes = [renames, note('2', { kind: 'workflow', workflowId: 'w' })];
		expect(selectNotes(notes, { ...where, makes: 'flags' }).given.map((one) => one.id)).toEqual(['1']);
		expect(selectNotes(notes, { ...where, makes: 'data' }).given).toEqual([]);
		expect(judgeNotes([renames], null)).toEqual([]);
		expect(judgeNotes([renames], 'Revenue rose.')).toMatchObject([{ verdict: 'missed' }]);
	});

	it('keeps the budget and says what it cut', () => {
		const notes = ['1', '2', '3'].map((id) => note(id, { kind: 'everywhere' }, 'x'.repeat(400)));
		const { given, cut } = selectNotes(notes, where, 220);
		expect([given.length, cut.length]).toEqual([2, 1]);
	});

	it('gives a note that waits for words only where the material has them', () => {
		const waiting = { ...note('1', { kind: 'everywhere' }), when: ['returns', 'sent back'] };
		const chosen = (about: string) => selectNotes([waiting], { ...where, about });
		expect(chosen('Two chairs were sent back.').given).toHaveLength(1);
		expect(chosen('Nothing was returned.')).toMatchObject({ given: [], cut: [], beside: [{ id: '1' }] });
	});

	it('can be retired and brought back', () => {
		const kept = foldNote(null, { type: 'note.confirmed', at: 1, note: note('1', { kind: 'everywhere' }) });
		const retired = foldNote(kept, { type: 'note.retired', at: 2, id: '1' });
		expect(retired?.status).toBe('retired');
		expect(foldNote(retired, { type: 'note.restored', at: 3, id: '1' })?.status).toBe('active');
	});
});

it.each([
	['../../etc/passwd', 'etc/passwd'],
	['/Reports//x.md', 'Reports/x.md'],
	['a\u202Egnp.exe', 'agnp.exe'],
	['', 'Untitled'],
	['C:\\temp\\con', 'C/temp/_con']
])('makes the path %j safe', (path, safe) => {
	expect(safePath(path)).toBe(safe);
});
