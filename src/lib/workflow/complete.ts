import type { Source, Step, Workflow, WorkflowInput } from './schema';

/** Members that may be left out, as the schema fills them in; a test holds the two against each other. */
const WORKFLOW = {
	...{ goal: '', assumptions: [], inputs: [], sources: [], steps: [], output: {} },
	triggers: [{ kind: 'person' }]
};
const INPUT = { type: 'text', required: true };
const SOURCE = { accept: [], match: [], required: true, keep: false };
const STEP = {
	...{ needs: [], inputs: {}, instructions: '', output: {}, retry: {}, timeoutSeconds: 120 },
	...{ permissions: {}, with: {} }
};
const OUTPUT = { type: 'text', media: 'text/markdown' };
const RETRY = { attempts: 2, delaySeconds: 1 };
const NAMED = { title: '' };
const PERMISSIONS = { model: 'none', write: [] };

/**
 * A document with whatever may be left out filled in. For documents inside records: those are kept and hashed as they
 * were written, by this or an earlier release, and a page reads them without the schema. The very same document where
 * nothing is missing.
 */
export function completeWorkflow(document: Workflow): Workflow {
	const whole = filled(document, WORKFLOW);
	return replaced(whole, {
		inputs: each(whole.inputs, (input) => filled<WorkflowInput>(input, INPUT)),
		sources: each(whole.sources, (source) => filled<Source>(source, SOURCE)),
		steps: each(whole.steps, completeStep),
		output: filled(whole.output, NAMED)
	});
}

function completeStep(step: Step): Step {
	const whole = filled(step, STEP);
	return replaced(whole, {
		output: filled(whole.output, OUTPUT),
		retry: filled(whole.retry, RETRY),
		permissions: filled(whole.permissions, PERMISSIONS),
		...(whole.steps ? { steps: each(whole.steps, completeStep) } : {})
	});
}

/** An object with the members that it lacks; the same one when it lacks none. */
export function filled<T extends object>(given: T, members: object): T {
	const has = given as Record<string, unknown>;
	// Most lack nothing, and a log asks this of each of its events.
	let lacking: Record<string, unknown> | null = null;
	for (const [name, member] of entriesOf(members))
		if (has[name] === undefined) (lacking ??= {})[name] = structuredClone(member);
	return lacking ? { ...given, ...lacking } : given;
}

/** The tables of members never change, so they are listed once. */
const listed = new WeakMap<object, [string, unknown][]>();

function entriesOf(members: object): [string, unknown][] {
	let known = listed.get(members);
	if (!known) listed.set(members, (known = Object.entries(members)));
	return known;
}

function replaced<T extends object>(given: T, members: Partial<T>): T {
	const names = Object.keys(members) as (keyof T)[];
	return names.every((name) => given[name] === members[name]) ? given : { ...given, ...members };
}

function each<T>(list: T[], change: (one: T) => T): T[] {
	const changed = list.map(change);
	return changed.every((one, index) => one === list[index]) ? list : changed;
}
