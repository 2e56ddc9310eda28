import { ancestors, findCycle, needsMap } from './graph';
import type { Problem } from './problem';
import { parseRef, type Ref } from './refs';
import type { Step, Workflow } from './schema';
import { parseTemplate } from './template';
import type { KindRules } from './validate';

/** Problems of the document as a graph: ids, needs, cycles, references, acts without a gate. */
export function checkGraph(workflow: Workflow, kinds?: ReadonlyMap<string, KindRules>): Problem[] {
	const needs = needsMap(workflow.steps);
	const problems = [...twice(workflow), ...missingNeeds(workflow, needs)];
	const cycle = findCycle(needs);
	if (cycle) {
		const index = workflow.steps.findIndex((step) => step.id === cycle[0]);
		problems.push({
			code: 'cycle',
			severity: 'error',
			path: ['steps', index, 'needs'],
			stepId: cycle[0] ?? '',
			message: `These steps wait for each other: ${cycle.join(' → ')}.`,
			hint: 'Remove one of these needs or references.'
		});
	}
	workflow.steps.forEach((step, index) => {
		problems.push(...references(workflow, step, index, needs));
		const gate = gateProblem(workflow, step, index, needs, kinds);
		if (gate) problems.push(gate);
	});
	const title = holes(workflow.output.title, ['output', 'title'], workflow, null, needs);
	problems.push(...title);
	workflow.inputs.forEach((input, index) => {
		if (input.type !== 'choice' || (input.options ?? []).length > 0) return;
		problems.push({
			code: 'choice.empty',
			severity: 'error',
			path: ['inputs', index, 'options'],
			message: `“${input.title}” is a choice with nothing to choose from.`,
			hint: 'Add options, or make it a text.'
		});
	});
	if (workflow.steps.length === 0) {
		problems.push({
			code: 'steps.none',
			severity: 'error',
			path: ['steps'],
			message: 'The workflow has no steps.',
			hint: 'Add a first step, such as one of kind collect.'
		});
	}
	return problems;
}

function twice(workflow: Workflow): Problem[] {
	const lists = [
		['inputs', workflow.inputs, 'inputs'],
		['sources', workflow.sources, 'sources'],
		['steps', workflow.steps, 'steps']
	] as const;
	return lists.flatMap(([key, items, word]) => {
		const seen = new Map<string, number>();
		return [...items].flatMap((item, index): Problem[] => {
			const first = seen.get(item.id);
			if (first === undefined) {
				seen.set(item.id, index);
				return [];
			}
			return [
				{
					code: 'id.twice',
					severity: 'error',
					path: [key, index, 'id'],
					...(key === 'steps' ? { stepId: item.id } : {}),
					message: `Two ${word} have the id “${item.id}” (number ${first + 1} and number ${index + 1}).`,
					hint: 'Give one of them another id, and change what refers to it.'
				}
			];
		});
	});
}

function missingNeeds(workflow: Workflow, known: ReadonlyMap<string, unknown>): Problem[] {
	return workflow.steps.flatMap((step, index) =>
		step.needs.flatMap((need, place): Problem[] =>
			known.has(need)
				? []
				: [
						{
							code: 'need.missing',
							severity: 'error',
							path: ['steps', index, 'needs', place],
							stepId: step.id,
							message: `“${step.title}” waits for a step “${need}”, which does not exist.`,
							hint: nearest(need, [...known.keys()])
						}
					]
		)
	);
}

function references(
	workflow: Workflow,
	step: Step,
	index: number,
	needs: ReadonlyMap<string, readonly string[]>
): Problem[] {
	const found = Object.entries(step.inputs).flatMap(([name, text]) => {
		const at = ['steps', index, 'inputs', name];
		const read = parseRef(text);
		if ('problem' in read) return [bad('ref.malformed', read.problem, at, step, 'Write a reference.')];
		return unknown(read.ref, text, at, workflow, step, needs);
	});
	return [...found, ...holes(step.instructions, ['steps', index, 'instructions'], workflow, step, needs)];
}

function holes(
	template: string,
	at: (string | number)[],
	workflow: Workflow,
	step: Step | null,
	needs: ReadonlyMap<string, readonly string[]>
): Problem[] {
	return parseTemplate(template).flatMap((part) => {
		if ('problem' in part)
			return [bad('ref.malformed', part.problem, at, step, 'Write {{inputs.name}} or \\{{ for braces.')];
		if (!('ref' in part)) return [];
		return unknown(part.ref, '', at, workflow, step, needs);
	});
}

function unknown(
	ref: Ref,
	text: string,
	at: (string | number)[],
	workflow: Workflow,
	step: Step | null,
	needs: ReadonlyMap<string, readonly string[]>
): Problem[] {
	if (ref.root === 'run') return [];
	const known: readonly { id: string }[] = workflow[ref.root];
	const said = text || `{{${ref.root}.${ref.id}…}}`;
	if (!known.some((item) => item.id === ref.id)) {
		const hint = nearest(
			ref.id,
			known.map((item) => item.id)
		);
		return [
			bad('ref.unknown', `“${said}” refers to ${ref.root} “${ref.id}”, which does not exist.`, at, step, hint)
		];
	}
	if (ref.root === 'steps' && step && ref.id === step.id) {
		return [bad('ref.self', `“${said}” refers to the step itself.`, at, step, 'Refer to an earlier step.')];
	}
	if (ref.root === 'steps' && step && !ancestors(step.id, needs).has(ref.id)) {
		return [
			bad(
				'ref.later',
				`“${said}” refers to a step that does not come before.`,
				at,
				step,
				`Add ${ref.id} to its needs.`
			)
		];
	}
	return [];
}

function gateProblem(
	workflow: Workflow,
	step: Step,
	index: number,
	needs: ReadonlyMap<string, readonly string[]>,
	kinds?: ReadonlyMap<string, KindRules>
): Problem | null {
	const acts = step.job === 'act' || kinds?.get(step.kind)?.acts === true;
	if (!acts) return null;
	const isGate = (kind: string) => kind === 'review' || kinds?.get(kind)?.gate === true;
	const upstream = ancestors(step.id, needs);
	if (workflow.steps.some((other) => upstream.has(other.id) && isGate(other.kind))) return null;
	return {
		code: 'act.without-gate',
		severity: 'error',
		path: ['steps', index],
		stepId: step.id,
		message: `“${step.title}” acts, and no review comes before it.`,
		hint: 'Put a review step between, and let this step need it.'
	};
}

function bad(
	code: string,
	message: string,
	path: (string | number)[],
	step: Step | null,
	hint: string
): Problem {
	return { code, severity: 'error', path, message, hint, ...(step ? { stepId: step.id } : {}) };
}

function nearest(wanted: string, known: readonly string[]): string {
	const close = known.find(
		(id) =>
			id.toLowerCase().startsWith(wanted.slice(0, 3).toLowerCase()) ||
			wanted.includes(id) ||
			id.includes(wanted)
	);
	if (close) return `Did you mean “${close}”?`;
	return known.length ? `Known here: ${known.join(', ')}.` : 'Nothing of that sort exists yet; add it first.';
}
