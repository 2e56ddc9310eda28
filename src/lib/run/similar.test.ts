import { describe, expect, it } from 'vitest';
import { workflowSchema, type Workflow } from '$lib/workflow';
import { selectNotes, type CorrectionNote, type NoteScope } from './notes';
import { asCheck, asInstruction, asRule, asTemplate, isInTemplate } from './promote';
import { likeness, mergedInto, similarNotes, similarPairs } from './similar';

let made = 0;
function note(instruction: string, scope: NoteScope = { kind: 'everywhere' }): CorrectionNote {
	made += 1;
	return {
		...{ id: `n${made}`, instruction, scope, before: '', after: '', from: null, status: 'active' },
		...{ createdAt: made, updatedAt: made }
	};
}

describe('how alike two corrections are', () => {
	it.each([
		['Give money without decimals.', 'No cents, please.', 'same'],
		['Write “customers” instead of “users”.', 'Use “customers”, never “users”', 'same'],
		['Write “customers” instead of “users”.', 'Write “people” instead of “users”.', 'conflict'],
		['Write “customers” instead of “users”.', 'Write “users” instead of “customers”.', 'conflict'],
		['Never write “users”.', 'Write “customers” instead of “users”.', 'close'],
		['Never write “customers”.', 'Write “customers” instead of “users”.', 'conflict'],
		['Leave out the section “Outlook”.', 'Always include a section “Outlook”.', 'conflict'],
		['Write at most 200 words.', 'Keep it under 300 words.', 'conflict'],
		['Write at most 200 words.', 'Give money without decimals.', null],
		['Mention the weather in every summary.', 'The summary should always mention the weather.', 'close'],
		['Compare sales with last year as well.', 'Sales: a comparison with last year, too.', 'close'],
		['Mention the weather in every summary.', 'Name the author of each quotation.', null],
		['Be kind.', 'Be brief.', null]
	])('%s — %s — %s', (one, other, how) => {
		expect([likeness(one, other), likeness(other, one)]).toEqual([how, how]);
	});

	it('counts only where both can hold, and never for a note out of use', () => {
		const step: NoteScope = { kind: 'step', workflowId: 'w', stepId: 's' };
		const notes = [
			note('No cents.', step),
			note('No cents.', { kind: 'step', workflowId: 'w', stepId: 'other' }),
			note('No cents.', { kind: 'workflow', workflowId: 'other' }),
			{ ...note('No cents.'), status: 'retired' as const }
		];
		expect(similarNotes('No decimals.', step, notes).map(({ note }) => note.id)).toEqual([notes[0]?.id]);
		expect(similarPairs([...notes, note('No decimals.')])).toHaveLength(3);
	});
});

describe('which notes are given where there is no room for all', () => {
	const where = { workflowId: 'w', stepId: 's', makes: 'text' as const };
	const weather = note('Say what the weather was like in each region.');
	const filler = Array.from({ length: 40 }, (_, number) =>
		note(`Rule ${number} about things of no interest.`)
	);
	const own = note('Name the author.', { kind: 'step', workflowId: 'w', stepId: 's' });

	it('those of the step first, then those that have to do with what it works on', () => {
		const about = 'The weather in the north region was bad; sales of umbrellas rose.';
		const { given, cut } = selectNotes([...filler, weather, own], { ...where, about }, 80);
		expect(given.slice(0, 2).map(({ id }) => id)).toEqual([own.id, weather.id]);
		expect(given.length + cut.length).toBe(42);
	});

	it('in the old order where nothing is known of the work', () => {
		const { given } = selectNotes([weather, own, ...filler], where, 80);
		expect(given.map(({ id }) => id)).not.toContain(weather.id);
	});

	it('a note for this device only goes to no other, and that is said', () => {
		const secret = { ...note('Never name Project Heron.'), reach: 'local-only' as const };
		const open = note('Be brief.');
		expect(selectNotes([secret, open], { ...where, onDevice: true })).toMatchObject({ withheld: [] });
		const { given, cut, withheld } = selectNotes([secret, open], { ...where, onDevice: false });
		expect([given, cut, withheld].map((list) => list.map(({ id }) => id))).toEqual([
			[open.id],
			[],
			[secret.id]
		]);
	});
});

describe('a note that becomes a part of the workflow', () => {
	const weekly = (steps: object[]): Workflow =>
		workflowSchema.parse({ format: 1, id: 'w', title: 'W', steps });
	const draft = { id: 'draft', title: 'Draft', kind: 'model', job: 'draft', instructions: 'Write.' };
	const review = {
		...{ id: 'review', title: 'Review', kind: 'review', job: 'decide' },
		inputs: { draft: 'steps.draft.output' }
	};
	const rule = note('Give money without decimals.', { kind: 'workflow', workflowId: 'w' });

	it('is added to the check of the draft that is reviewed, once', () => {
		const check = {
			...{ id: 'check', title: 'Check', kind: 'check', job: 'evaluate' },
			...{ inputs: { draft: 'steps.draft.output' }, with: { maxWords: 9 } }
		};
		const changed = asCheck(weekly([draft, check, review]), rule);
		expect(changed?.steps[1]?.with).toEqual({ maxWords: 9, rules: [rule.instruction] });
		expect(changed && asCheck(changed, rule)).toBeNull();
	});

	it('makes a check where there is none, that is a sound step', () => {
		const changed = asCheck(weekly([draft, review]), rule);
		expect(changed?.steps.map(({ id }) => id)).toEqual(['draft', 'rules', 'review']);
		// A review that did not wait for it would not show what it finds.
		expect(changed?.steps[2]?.needs).toEqual(['rules']);
		expect(workflowSchema.parse(changed)).toEqual(changed);
	});

	it('is no check of data, which no rule on wording can judge', () => {
		const data = { ...draft, output: { type: 'json', media: 'application/json' } };
		expect(asCheck(weekly([data, review]), rule)).toBeNull();
	});

	it('changes the sections that the step asks for', () => {
		const sections = ['Summary', 'Outlook'].map((title) => ({ title, about: 'It.' }));
		const workflow = weekly([{ ...draft, with: { sections } }, review]);
		const titles = (instruction: string, reach?: 'local-only') =>
			(
				asTemplate(workflow, { ...note(instruction), reach })?.steps[0]?.with['sections'] as typeof sections
			)?.map(({ title }) => title);
		expect(titles('Always include a section “Risks”.')).toEqual(['Summary', 'Outlook', 'Risks']);
		expect(titles('Leave out the section “outlook”.')).toEqual(['Summary']);
		expect(titles('Start with the section “Outlook”.')).toEqual(['Outlook', 'Summary']);
		for (const said of [
			'Start with the section “Summary”.',
			'Always include a section “Outlook”.',
			'Be brief.'
		])
			expect(titles(said)).toBeUndefined();
		// Sections are told to whatever model the step asks.
		expect(titles('Always include a section “Heron”.', 'local-only')).toBeUndefined();
		// Where the model decides on the sections there is none to change.
		expect(asTemplate(weekly([draft, review]), note('Always include a section “Risks”.'))).toBeNull();
		const step = workflow.steps[0];
		expect(step && isInTemplate(step, 'Start with the section “Summary”.')).toBe(true);
		expect(step && isInTemplate(step, 'Always include a section “Risks”.')).toBe(false);
	});

	it('is a rule that the step which writes the draft holds by itself, once', () => {
		const changed = asRule(weekly([draft, review]), rule);
		expect(changed?.steps[0]?.with).toEqual({ rules: [rule.instruction] });
		expect(changed && asRule(changed, rule)).toBeNull();
		// Which words to drop, and what “kind” is, only a writer knows.
		expect(asRule(weekly([draft, review]), note('Write at most 90 words.'))).toBeNull();
		expect(asRule(weekly([draft, review]), note('Be kinder.'))).toBeNull();
	});

	it('goes nowhere that a model elsewhere reads, where it is for this device only', () => {
		const kept = { scope: rule.scope, reach: 'local-only' as const };
		const section = { ...rule, ...kept, instruction: 'Always include a section “Heron”.' };
		expect(asRule(weekly([draft, review]), section)).toBeNull();
		expect(asInstruction(weekly([draft, review]), section)).toBeNull();
		// What is put right without a model is told to none.
		expect(asRule(weekly([draft, review]), { ...rule, ...kept })).not.toBeNull();
	});

	it('stands in the instructions of the step', () => {
		const free = note('Name {{everything}}.', { kind: 'step', workflowId: 'w', stepId: 'draft' });
		expect(asInstruction(weekly([draft, review]), free)?.steps[0]?.instructions).toBe(
			'Write.\nName \\{{everything}}.'
		);
		expect(asCheck(weekly([draft, review]), free)).toBeNull();
	});
});

describe('a note that another one is taken into', () => {
	const step: NoteScope = { kind: 'step', workflowId: 'w', stepId: 's' };
	const workflow: NoteScope = { kind: 'workflow', workflowId: 'w' };

	it('counts where either did, and stays on this device where either had to', () => {
		const everywhere: NoteScope = { kind: 'everywhere' };
		const local = 'local-only' as const;
		expect(mergedInto({ scope: everywhere, reach: local }, { scope: workflow, reach: 'may-leave' })).toEqual({
			scope: everywhere,
			reach: local
		});
		expect(mergedInto({ scope: step }, { scope: workflow, reach: local })).toEqual({
			scope: workflow,
			reach: local
		});
		expect(mergedInto({ scope: step }, { scope: step })).toEqual({ scope: step, reach: 'may-leave' });
	});
});
