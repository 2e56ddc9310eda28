import { judgeRule, parseRule } from '$lib/core';
import {
	asCheck,
	asInstruction,
	asRule,
	canHold,
	foldNote,
	judgeNotes,
	proposeNotes,
	roughTokens,
	selectNotes,
	similarNotes,
	type CorrectionNote,
	type NoteScope
} from '$lib/run';
import { runStep } from '$lib/steps';
import { fakeContext } from '$lib/steps/testing';
import { workflowSchema, type Workflow } from '$lib/workflow';
import { imperfect, numbers } from './model';
import { applies, material, report, TOPICS, WISHES, type Topic, type Wish } from './wishes';

export const WEEKS = 20;

export type Way = 'galley' | 'append' | 'append-once';

/** What run 20 is like. */
export interface Outcome {
	/** Of the corrections confirmed before it that it gives occasion for: how many its draft keeps. */
	held: number;
	of: number;
	/** Tokens of its prompts that tell the model what to heed. */
	tokens: number;
	/** Notes in use, and corrections that hold without a model. */
	notes: number;
	rules: number;
}

/** A note with how often it was missed, as its record says. */
type Kept = CorrectionNote & { missed: number; promoted: boolean };

const WORKFLOW_ID = 'weekly';
const SCOPE: NoteScope = { kind: 'workflow', workflowId: WORKFLOW_ID };
const TASK = 'Write the report on the week.';

/**
 * Twenty weeks of one report. Every week the person finds what is not as they want it, mends the draft, and keeps what
 * the edit means for the next time.
 *
 * - galley: notes are proposed, merged, chosen, given, judged and made part of the workflow as the product does and offers
 * - append: every correction is added to the prompt, as often as it is made
 * - append-once: the same, unless the very same words stand there already
 */
export async function year(seed: number, way: Way): Promise<Outcome> {
	const next = numbers(seed);
	const order = shuffled(WISHES, next);
	const meaning = new Map<string, string>();
	let workflow = start();
	let notes: Kept[] = [];
	let outcome: Outcome | null = null;
	for (let week = 1; week <= WEEKS; week++) {
		const topics = TOPICS.filter(() => next() < 0.4);
		// What the person has come to want by now; the last of it a few weeks before the end.
		const wanted = order.slice(0, Math.ceil((order.length * week) / (WEEKS - 2)));
		const confirmed = wanted.filter(({ id }) => [...meaning.values()].includes(id));
		const chosen = choose(notes, way, week, topics);
		const drafted = await draft(workflow, chosen, week, topics, imperfect(next, { week, topics, meaning }));
		const holds = (wish: Wish) => isKept(wish, drafted.text);
		if (week === WEEKS) {
			const due = confirmed.filter((wish) => applies(wish, topics));
			outcome = {
				held: due.filter(holds).length,
				of: due.length,
				tokens: drafted.tokens,
				notes: notes.filter(({ status }) => status === 'active').length,
				rules: rulesOf(workflow).length
			};
			break;
		}
		const missing = wanted.filter((wish) => applies(wish, topics) && !holds(wish));
		const reviewed = report(week, topics, new Set(keptIn(drafted.text, wanted, topics)));
		if (way === 'galley') {
			for (const { noteId } of judgeNotes(chosen, drafted.text).filter(({ verdict }) => verdict === 'missed'))
				notes = notes.map((note) => (note.id === noteId ? { ...note, missed: note.missed + 1 } : note));
			[workflow, notes] = promoted(workflow, notes);
		}
		for (const wish of missing) {
			const words = wordsFor(wish, proposeNotes(drafted.text, reviewed), next);
			meaning.set(words, wish.id);
			const rule =
				way === 'galley' && canHold(words) ? asRule(workflow, { instruction: words, scope: SCOPE }) : null;
			const known = notes.some((note) => note.instruction === words);
			if (rule) workflow = rule;
			else if (way === 'galley') notes = keep(notes, words, week, conditionOf(wish, next));
			else if (way === 'append' || !known) notes = append(notes, words, week);
		}
	}
	return outcome ?? { held: 0, of: 0, tokens: 0, notes: 0, rules: 0 };
}

/** The draft step alone; what it checks and saves is beside the point here. */
function start(): Workflow {
	return workflowSchema.parse({
		format: 1,
		id: WORKFLOW_ID,
		title: 'Weekly',
		steps: [
			{
				...{ id: 'draft', title: 'Draft', kind: 'model', job: 'draft', instructions: TASK },
				permissions: { model: 'any' }
			},
			{
				...{ id: 'review', title: 'Review', kind: 'review', job: 'decide' },
				inputs: { draft: 'steps.draft.output' }
			}
		]
	});
}

function choose(notes: readonly Kept[], way: Way, week: number, topics: readonly Topic[]) {
	if (way !== 'galley') return notes.map(({ id, instruction }) => ({ id, instruction }));
	const where = { workflowId: WORKFLOW_ID, stepId: 'draft', makes: 'text' as const };
	return selectNotes(notes, { ...where, about: material(week, topics) }).given;
}

async function draft(
	workflow: Workflow,
	notes: { id: string; instruction: string }[],
	week: number,
	topics: readonly Topic[],
	answer: ReturnType<typeof imperfect>
): Promise<{ text: string; tokens: number }> {
	const [step] = workflow.steps;
	if (!step) throw new Error('the workflow has a step');
	const prompts: string[] = [];
	const { context } = fakeContext({});
	const run = await runStep('model', {
		...context,
		step,
		instructions: step.instructions,
		notes,
		inputs: { notes: [{ content: material(week, topics), media: 'text/plain', labels: LABELS, from: [] }] },
		async generate(request) {
			prompts.push(`${request.system}\n\n${request.user}`);
			return { ok: true, value: answer(request), egress: [] };
		}
	});
	if (!run.result.ok) throw new Error(run.result.failure.message);
	const text = run.result.value.output.content;
	if (typeof text !== 'string') throw new Error('a draft is a text');
	return { text, tokens: prompts.reduce((sum, prompt) => sum + spentOnNotes(prompt, step.instructions), 0) };
}

const LABELS = { trust: 'untrusted', reach: 'local-only' } as const;

/** Tokens that tell the model what to heed: the corrections, what was added to the task, what is asked for once more. */
function spentOnNotes(prompt: string, instructions: string): number {
	const corrections = /^Corrections to obey[\s\S]*?(?=\n\n)/m.exec(prompt)?.[0] ?? '';
	const again = /^Changes asked for: .*$/m.exec(prompt)?.[0] ?? '';
	return roughTokens(corrections) + roughTokens(instructions.slice(TASK.length)) + roughTokens(again);
}

/** Rules are judged as Galley judges them; of the others the report has the sentence, or has it not. */
function isKept(wish: Wish, text: string): boolean {
	const rule = wish.rule ? parseRule(wish.rule) : null;
	return rule ? judgeRule(rule, text).held : text.includes(wish.good);
}

function keptIn(text: string, wanted: readonly Wish[], topics: readonly Topic[]): string[] {
	return WISHES.filter((wish) => wanted.includes(wish) || (applies(wish, topics) && isKept(wish, text))).map(
		({ id }) => id
	);
}

/** The words that a correction is kept in: those proposed where they are what the person means, else their own. */
function wordsFor(wish: Wish, proposals: ReturnType<typeof proposeNotes>, next: () => number): string {
	const proposed = proposals.find(({ instruction }) => instruction === wish.rule);
	return proposed?.instruction ?? wish.said[Math.floor(next() * wish.said.length)] ?? wish.rule ?? wish.id;
}

/** Half of the time somebody says of a correction when it matters. */
function conditionOf({ topic }: Wish, next: () => number): string[] {
	return topic && next() < 0.5 ? [topic] : [];
}

/** As the proposal's card offers it: in the place of a note that is like it, else as a new one. */
function keep(notes: readonly Kept[], instruction: string, at: number, when: string[]): Kept[] {
	const [like] = similarNotes(instruction, SCOPE, notes);
	if (!like) return append(notes, instruction, at, when);
	return notes.map((note) => {
		if (note.id !== like.note.id) return note;
		const now = foldNote(note, { type: 'note.edited', at, id: note.id, instruction, scope: SCOPE, when });
		return { ...note, ...now };
	});
}

function append(notes: readonly Kept[], instruction: string, at: number, when: string[] = []): Kept[] {
	const note: Kept = {
		...{ id: `n${notes.length + 1}`, instruction, scope: SCOPE, before: '', after: '', from: null },
		...{ status: 'active', when, createdAt: at, updatedAt: at, missed: 0, promoted: false }
	};
	return [...notes, note];
}

/** What was missed twice is made a part of the workflow, in the first way that the app offers. */
function promoted(workflow: Workflow, notes: readonly Kept[]): [Workflow, Kept[]] {
	let now = workflow;
	const after = notes.map((note): Kept => {
		if (note.missed < 2 || note.promoted || note.status === 'retired') return note;
		const rule = asRule(now, note);
		const next = rule ?? asCheck(now, note) ?? asInstruction(now, note);
		if (!next) return note;
		now = next;
		// A check judges what the model was told; the others say it themselves.
		return { ...note, promoted: true, ...(rule ? { status: 'retired' as const } : {}) };
	});
	return [now, after];
}

function rulesOf(workflow: Workflow): unknown[] {
	const rules = workflow.steps[0]?.with['rules'];
	return Array.isArray(rules) ? rules : [];
}

function shuffled<T>(items: readonly T[], next: () => number): T[] {
	return items
		.map((item) => ({ item, place: next() }))
		.sort((a, b) => a.place - b.place)
		.map(({ item }) => item);
}
