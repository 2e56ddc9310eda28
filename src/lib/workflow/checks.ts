import { checkFlow } from './check-flow';
import { checkHoles, checkReferences } from './check-references';
import { everyStep } from './blocks';
import { isLoopback } from '$lib/core';
import { findCycle } from './graph';
import { nearest, problemAt, type Problem } from './problem';
import type { Workflow } from './schema';
import { scopesOf, type Scope } from './scope';
import type { KindRules } from './validate';

/** Problems of the document as a graph: ids, needs, cycles, references, ways on, blocks, acts without a gate. */
export function checkGraph(workflow: Workflow, kinds?: ReadonlyMap<string, KindRules>): Problem[] {
	const scopes = scopesOf(workflow);
	const problems = [...twice(workflow)];
	for (const scope of scopes) {
		problems.push(...missingNeeds(scope), ...cycles(scope));
		for (const [index, step] of scope.steps.entries()) {
			const at = [...scope.path, index];
			problems.push(...checkReferences(workflow, scope, step, at), ...checkFlow(scope, step, at, kinds));
		}
	}
	const [top] = scopes;
	if (top) problems.push(...checkHoles(workflow.output.title, ['output', 'title'], workflow, top, null));
	return [...problems, ...emptyChoices(workflow), ...noAddress(workflow), ...noSteps(workflow)];
}

function emptyChoices(workflow: Workflow): Problem[] {
	return workflow.inputs.flatMap((input, index) => {
		if (input.type !== 'choice' || (input.options ?? []).length > 0) return [];
		const message = `“${input.title}” is a choice with nothing to choose from.`;
		const hint = 'Add options, or make it a text.';
		return [problemAt('choice.empty', message, ['inputs', index, 'options'], null, hint)];
	});
}

function noAddress(workflow: Workflow): Problem[] {
	return workflow.sources.flatMap(({ kind, title, url = '' }, index) => {
		if (kind !== 'page') return [];
		const read = URL.canParse(url) ? new URL(url) : null;
		if (read?.protocol === 'https:' || (read?.protocol === 'http:' && isLoopback(read.hostname))) return [];
		const message = `“${title}” is a web page, and its address is ${read ? 'not one of https' : 'missing or not complete'}.`;
		const hint = 'Give it a whole address, such as https://example.org/prices.';
		return [problemAt('source.url', message, ['sources', index, 'url'], null, hint)];
	});
}

function noSteps(workflow: Workflow): Problem[] {
	if (workflow.steps.length > 0) return [];
	const hint = 'Add a first step, such as one of kind collect.';
	return [problemAt('steps.none', 'The workflow has no steps.', ['steps'], null, hint)];
}

/** Inner steps share the ids of outer ones, so that a reference never depends on where it stands. */
function twice(workflow: Workflow): Problem[] {
	const lists = [
		['inputs', workflow.inputs.map((item, index) => ({ item, path: ['inputs', index] }))],
		['sources', workflow.sources.map((item, index) => ({ item, path: ['sources', index] }))],
		['steps', [...everyStep(workflow.steps)].map(({ step, path }) => ({ item: step, path }))]
	] as const;
	return lists.flatMap(([word, items]) => {
		const seen = new Map<string, number>();
		return items.flatMap(({ item, path }, index): Problem[] => {
			const first = seen.get(item.id);
			if (first === undefined) {
				seen.set(item.id, index);
				return [];
			}
			const message = `Two ${word} have the id “${item.id}” (number ${first + 1} and number ${index + 1}).`;
			const hint = 'Give one of them another id, and change what refers to it.';
			const step = word === 'steps' ? { id: item.id } : null;
			return [problemAt('id.twice', message, [...path, 'id'], step, hint)];
		});
	});
}

function missingNeeds(scope: Scope): Problem[] {
	return scope.steps.flatMap((step, index) =>
		step.needs.flatMap((need, place): Problem[] => {
			if (scope.needs.has(need)) return [];
			const message = `“${step.title}” waits for a step “${need}”, which does not exist.`;
			const at = [...scope.path, index, 'needs', place];
			return [problemAt('need.missing', message, at, step, nearest(need, [...scope.needs.keys()]))];
		})
	);
}

function cycles(scope: Scope): Problem[] {
	const cycle = findCycle(scope.needs);
	if (!cycle) return [];
	const index = scope.steps.findIndex((step) => step.id === cycle[0]);
	const message = `These steps wait for each other: ${cycle.join(' → ')}.`;
	const step = { id: cycle[0] ?? '' };
	return [
		problemAt(
			'cycle',
			message,
			[...scope.path, index, 'needs'],
			step,
			'Remove one of these needs or references.'
		)
	];
}
