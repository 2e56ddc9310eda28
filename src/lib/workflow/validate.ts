import { hasForbiddenKey } from '$lib/core';
import type * as z from 'zod';
import { everyStep } from './blocks';
import { checkGraph } from './checks';
import type { Problem } from './problem';
import { FORMAT, workflowSchema, type Workflow } from './schema';

/** What validation needs to know of a step kind. The step registry hands it in; this room knows no kinds. */
export interface KindRules {
	title: string;
	/** Schema of `step.with`. */
	config: z.ZodType;
	/** A gate: a person decides here. */
	gate?: boolean;
	/** It changes something outside the run, so a gate has to come before it. */
	acts?: boolean;
	/** What it changes is not on this device, or leaves Galley: a person has to have said yes to it. */
	outside?: boolean;
	/** Names of inputs that it can't work without. */
	requiredInputs?: string[];
}

export interface Validation {
	/** The document with defaults filled in; null when it does not have the shape of a workflow. */
	workflow: Workflow | null;
	/** Every problem found, errors first, in document order. */
	problems: Problem[];
}

/**
 * Checks a parsed document and lists EVERY problem. `kinds` maps a step kind to its rules; without it the
 * kind-specific checks are left out.
 */
export function validate(document: unknown, kinds?: ReadonlyMap<string, KindRules>): Validation {
	if (hasForbiddenKey(document)) {
		return refuse(
			'key.forbidden',
			'The document has a key such as “__proto__”.',
			'Remove that key; no workflow needs it.'
		);
	}
	const format = (document as { format?: unknown } | null)?.format;
	if (typeof format === 'number' && format > FORMAT) {
		return refuse(
			'format.newer',
			`The document says format ${format}; this Galley reads up to format ${FORMAT}.`,
			'Update Galley, then open it again. Nothing was changed.'
		);
	}
	const parsed = workflowSchema.safeParse(document);
	if (!parsed.success) {
		return { workflow: null, problems: parsed.error.issues.map((issue) => fromIssue(issue, document)) };
	}
	const problems = [...checkGraph(parsed.data, kinds), ...checkKinds(parsed.data, kinds)];
	problems.sort((a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'));
	return { workflow: parsed.data, problems };
}

/** True when nothing keeps the workflow from running. */
export function isRunnable(validation: Validation): validation is Validation & { workflow: Workflow } {
	return validation.workflow !== null && validation.problems.every((problem) => problem.severity !== 'error');
}

function refuse(code: string, message: string, hint: string): Validation {
	return { workflow: null, problems: [{ code, severity: 'error', path: [], message, hint }] };
}

function fromIssue(issue: z.core.$ZodIssue, document: unknown): Problem {
	const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
	const step = stepAt(document, path);
	const problem: Problem = {
		code: 'schema',
		severity: 'error',
		path,
		message: sentence(issue, path),
		hint: hintFor(issue)
	};
	if (typeof step?.id === 'string') problem.stepId = step.id;
	return problem;
}

/** The innermost step that a path leads through. */
function stepAt(document: unknown, path: readonly (string | number)[]): { id?: unknown } | null {
	let here: unknown = document;
	let found: { id?: unknown } | null = null;
	for (let index = 0; path[index] === 'steps' && typeof path[index + 1] === 'number'; index += 2) {
		const steps: unknown = (here as { steps?: unknown } | null)?.steps;
		here = Array.isArray(steps) ? (steps as unknown[])[path[index + 1] as number] : null;
		if (here === null || typeof here !== 'object') break;
		found = here;
	}
	return found;
}

function sentence(issue: z.core.$ZodIssue, path: (string | number)[]): string {
	const name = path.length ? `“${String(path[path.length - 1])}”` : 'The document';
	switch (issue.code) {
		case 'invalid_type':
			return issue.input === undefined
				? `${name} is missing.`
				: `${name} should be a ${issue.expected === 'record' ? 'set of names and values' : issue.expected}.`;
		case 'unrecognized_keys':
			return `Galley does not know ${issue.keys.map((key) => `“${key}”`).join(', ')} here.`;
		case 'invalid_value':
			return `${name} should be one of ${issue.values.map((value) => `“${String(value)}”`).join(', ')}.`;
		default:
			return `${name}: ${issue.message}${/[.!]$/.test(issue.message) ? '' : '.'}`;
	}
}

function hintFor(issue: z.core.$ZodIssue): string {
	switch (issue.code) {
		case 'unrecognized_keys':
			return 'Check the spelling, or remove it.';
		case 'invalid_type':
			return issue.input === undefined ? 'Add it.' : 'Change it to the right type.';
		case 'invalid_value':
			return 'Use one of the listed values.';
		default:
			return 'Change it so that it fits.';
	}
}

function checkKinds(workflow: Workflow, kinds?: ReadonlyMap<string, KindRules>): Problem[] {
	if (!kinds) return [];
	return [...everyStep(workflow.steps)].flatMap(({ step, path: at }) => {
		const rules = kinds.get(step.kind);
		if (!rules) {
			return {
				code: 'kind.unknown',
				severity: 'error' as const,
				path: [...at, 'kind'],
				stepId: step.id,
				message: `This Galley has no step kind “${step.kind}”; the step is kept but cannot run.`,
				hint: `Use one of ${[...kinds.keys()].join(', ')}.`
			};
		}
		const parsed = rules.config.safeParse(step.with);
		const shape = parsed.success
			? []
			: parsed.error.issues.map((issue) =>
					fromIssue({ ...issue, path: [...at, 'with', ...issue.path] }, workflow)
				);
		const missing = (rules.requiredInputs ?? [])
			.filter((name) => !(name in step.inputs))
			.map((name) => ({
				code: 'input.missing',
				severity: 'error' as const,
				path: [...at, 'inputs'],
				stepId: step.id,
				message: `“${step.title}” needs an input called “${name}”.`,
				hint: `Add ${name}: steps.<id>.output to its inputs.`
			}));
		return [...shape, ...missing];
	});
}
