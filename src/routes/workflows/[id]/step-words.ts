import type { KindInfo } from '$lib/app';
import type { Json } from '$lib/core';
import {
	everyStep,
	isBlock,
	modelWish,
	parseRef,
	parseTemplate,
	refsIn,
	type Ref,
	type Source,
	type Step,
	type Workflow
} from '$lib/workflow';

/** A step told in plain words: what it sees, what it may do, how it is checked. */

/** Something that a step looks at. */
export interface Seen {
	words: string;
	/** What kind of thing it is, in a word or two. */
	from: string;
}

const SOURCE_WORDS: Record<Source['kind'], string> = {
	files: 'files you choose',
	text: 'text you paste',
	output: 'from the library',
	library: 'found in the library',
	'last-approved': 'from the last approved run',
	page: 'a web page, fetched when you say so',
	changes: 'what changed since the last approved run',
	'open-items': 'what the last approved run left open'
};

/** Job words for people. */
export const JOB_WORDS: Record<Step['job'], string> = {
	collect: 'collects',
	extract: 'extracts',
	summarize: 'summarizes',
	draft: 'drafts',
	flag: 'flags',
	classify: 'classifies',
	evaluate: 'evaluates',
	decide: 'decides',
	act: 'acts'
};

export function saySource(source: Source): string {
	const words = SOURCE_WORDS[source.kind] ?? source.kind;
	return source.reach === 'local-only' ? `${words}, stays on this device` : words;
}

/** Everything the step is given, each thing once. */
export function seesOf(step: Step, workflow: Workflow): Seen[] {
	const refs: Ref[] = [];
	for (const text of Object.values(step.inputs)) {
		const read = parseRef(text);
		if ('ref' in read) refs.push(read.ref);
	}
	const seen = new Map<string, Seen>();
	for (const ref of [...refs, ...refsIn(step.instructions)]) {
		const one = sayReference(ref, workflow);
		if (!seen.has(one.words)) seen.set(one.words, one);
	}
	if (step.job === 'collect') {
		const wanted = texts(step.with.sources);
		for (const source of workflow.sources) {
			if (wanted.length > 0 && !wanted.includes(source.id)) continue;
			seen.set(source.title, { words: source.title, from: saySource(source) });
		}
	}
	return [...seen.values()];
}

/** What a reference stands for, by the titles of things. */
export function sayReference(ref: Ref, workflow: Workflow): Seen {
	switch (ref.root) {
		case 'inputs': {
			const input = workflow.inputs.find((one) => one.id === ref.id);
			return { words: input?.title ?? ref.id, from: 'you fill it in' };
		}
		case 'sources': {
			const source = workflow.sources.find((one) => one.id === ref.id);
			return { words: source?.title ?? ref.id, from: source ? saySource(source) : 'missing source' };
		}
		case 'run':
			return { words: `The run’s ${ref.field}`, from: 'by itself' };
		case 'item':
			return { words: ref.path.length ? `The item’s ${ref.path.join('.')}` : 'The item', from: 'the list' };
		case 'map':
			return { words: 'The number of the item', from: 'the list' };
		case 'loop':
			return {
				words: ref.field === 'round' ? 'The number of the round' : 'The result of the round before',
				from: 'the loop'
			};
		case 'steps': {
			const step = [...everyStep(workflow.steps)].find((one) => one.step.id === ref.id)?.step;
			const part = ref.path.length > 0 ? ` (${ref.path.join('.')})` : '';
			return { words: `${step?.title ?? ref.id}${part}`, from: step ? 'earlier step' : 'missing step' };
		}
	}
}

/** A template for reading: what fills each hole stands in its place, `Reports/‹Week›.md`. Anything else stays as it is. */
export function sayTemplate(template: string, workflow: Workflow): string {
	const parts = parseTemplate(template);
	if (parts.some((part) => 'problem' in part)) return template;
	return parts
		.map((part) =>
			'text' in part ? part.text : 'ref' in part ? `‹${sayReference(part.ref, workflow).words}›` : ''
		)
		.join('');
}

/** What it may do that a reader should know of. */
export function mayOf(step: Step, kind: KindInfo | undefined, workflow: Workflow): string[] {
	const may: string[] = [];
	if (kind?.gate) may.push(sayGate(step));
	may.push(...sayModel(step, workflow));
	if (step.permissions.write.length > 0)
		may.push(`Writes to ${step.permissions.write.join(', ')} in the library, never over what is there.`);
	if (step.permissions.hosts?.length) may.push(`Sends requests to ${step.permissions.hosts.join(', ')}.`);
	if (step.kind === 'ask') may.push('Asks you; what needs the answer waits for it.');
	if (may.length === 0 && isBlock(step))
		return [
			step.kind === 'workflow' ? 'What the steps of that workflow may.' : 'What the steps inside it may.'
		];
	if (may.length === 0) may.push('Uses no model, writes nothing, sends nothing.');
	return may;
}

const AFTER_DEADLINE: Record<string, string> = {
	reject: 'then that is a no',
	continue: 'then it goes on as it is'
};

/** When a review stops the run, and until when. */
function sayGate({ with: config }: Step): string {
	const { askWhen, deadlineHours, afterDeadline } = config;
	const when = typeof askWhen === 'string' && askWhen.trim() ? ` when ${askWhen.trim()},` : '';
	const after = typeof afterDeadline === 'string' ? AFTER_DEADLINE[afterDeadline] : undefined;
	const then = after ?? 'then it is shown as late';
	const until = typeof deadlineHours === 'number' ? `, for ${deadlineHours} h at most, ${then}` : '';
	return `Stops the run${when} until you decide${until}.`;
}

/** Which model it asks, and what of what it sees may leave for that. */
function sayModel(step: Step, workflow: Workflow): string[] {
	const wish = modelWish(step, workflow);
	if (!wish) return [];
	const which = wish.exact
		? `the model “${wish.exact}” and no other`
		: wish.tier
			? `a ${wish.tier} model`
			: wish.privacy === 'device'
				? 'a model'
				: 'the model chosen for the run';
	switch (wish.privacy) {
		case 'device':
			return [`Asks ${which} on this device only; nothing leaves it.`];
		case 'ask':
			return [`Asks ${which}. You agree first before what this step sees is sent to a remote one.`];
		default:
			return [
				`Asks ${which}. If that model is remote, what this step sees is sent to it.`,
				...(wish.isOutright ? ['When it cannot, another remote one is asked without asking you.'] : [])
			];
	}
}

/** How its result is checked, by rules, by other steps and by you. */
export function checksOf(step: Step, workflow: Workflow, kinds: readonly KindInfo[]): string[] {
	const found: string[] = [];
	const fields = step.output.schema?.properties;
	if (fields && typeof fields === 'object' && !Array.isArray(fields)) {
		found.push(`Its data has to fit a schema: ${Object.keys(fields).join(', ')}.`);
	}
	for (const { step: other } of everyStep(workflow.steps)) {
		if (other === step || !readsFrom(other, step.id)) continue;
		const gate = kinds.find((kind) => kind.kind === other.kind)?.gate ?? other.job === 'decide';
		if (gate) found.push(`You review it at “${other.title}”.`);
		else if (other.job === 'evaluate') found.push(`“${other.title}” holds it against rules.`);
		else if (other.job === 'flag') found.push(`“${other.title}” looks for what is odd in it.`);
	}
	return found;
}

function readsFrom(step: Step, id: string): boolean {
	return Object.values(step.inputs).some(
		(text) => text === `steps.${id}.output` || text.startsWith(`steps.${id}.output.`)
	);
}

/** Kinds whose settings flow-words.ts tells. */
const TOLD_IN_SENTENCES = ['map', 'loop', 'workflow', 'branch'];

/** The settings of a step's kind as words; empty ones are left out. Labels come from the kind's schema. */
export function settingsOf(
	step: Step,
	kind: KindInfo | undefined,
	workflow: Workflow
): { label: string; words: string }[] {
	if (TOLD_IN_SENTENCES.includes(step.kind)) return [];
	const properties = (kind?.config.properties ?? {}) as Record<string, { title?: string; format?: string }>;
	return Object.entries(step.with).flatMap(([name, value]) => {
		const words =
			properties[name]?.format === 'code' ? firstLine(value) : sayTemplate(sayValue(value), workflow);
		return words === ''
			? []
			: [
					{
						label: properties[name]?.title ?? name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase(),
						words
					}
				];
	});
}

/** Code is read in the editor; here its first line says which one it is. */
function firstLine(value: Json): string {
	const [first = '', ...more] = (typeof value === 'string' ? value : '').trim().split('\n');
	return more.length > 0 ? `${first} …` : first;
}

function sayValue(value: Json): string {
	if (value === null || value === '' || value === false) return '';
	if (value === true) return 'yes';
	if (Array.isArray(value)) return value.map(sayValue).filter(Boolean).join(' · ');
	if (typeof value === 'object') {
		const first = [value.title, ...Object.values(value)].find((one) => typeof one === 'string' && one !== '');
		return typeof first === 'string' ? first : JSON.stringify(value);
	}
	return String(value);
}

function texts(value: Json | undefined): string[] {
	return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
