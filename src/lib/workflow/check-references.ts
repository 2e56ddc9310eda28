import { ancestors } from './graph';
import { nearest, problemAt, type Problem } from './problem';
import { parseRef, sayRef, type Ref } from './refs';
import type { Step, Workflow } from './schema';
import { blocksAround, type Scope } from './scope';
import { parseTemplate } from './template';

type Path = (string | number)[];

/** Problems of everything that a step refers to. */
export function checkReferences(workflow: Workflow, scope: Scope, step: Step, at: Path): Problem[] {
	const found = Object.entries(step.inputs).flatMap(([name, text]) =>
		checkRef(text, [...at, 'inputs', name], workflow, scope, step)
	);
	for (const [index, one] of (step.fallback ?? []).entries()) {
		if (one.use !== 'source') continue;
		found.push(...checkRef(one.from, [...at, 'fallback', index, 'from'], workflow, scope, step));
	}
	return [...found, ...checkHoles(step.instructions, [...at, 'instructions'], workflow, scope, step)];
}

/** Problems of the references in a template. */
export function checkHoles(
	template: string,
	at: Path,
	workflow: Workflow,
	scope: Scope,
	step: Step | null
): Problem[] {
	return parseTemplate(template).flatMap((part) => {
		if ('problem' in part)
			return [
				problemAt('ref.malformed', part.problem, at, step, 'Write {{inputs.name}} or \\{{ for braces.')
			];
		return 'ref' in part ? unknown(part.ref, `{{${sayRef(part.ref)}}}`, at, workflow, scope, step) : [];
	});
}

function checkRef(text: string, at: Path, workflow: Workflow, scope: Scope, step: Step): Problem[] {
	const read = parseRef(text);
	if ('problem' in read) return [problemAt('ref.malformed', read.problem, at, step, 'Write a reference.')];
	return unknown(read.ref, text, at, workflow, scope, step);
}

function unknown(
	ref: Ref,
	said: string,
	at: Path,
	workflow: Workflow,
	scope: Scope,
	step: Step | null
): Problem[] {
	switch (ref.root) {
		case 'run':
			return [];
		case 'item':
		case 'map':
			return around('map', said, at, scope, step);
		case 'loop':
			return around('loop', said, at, scope, step);
		case 'inputs':
		case 'sources':
			// What a called workflow is given is checked when it is called.
			return blocksAround(scope).some((block) => block.kind === 'workflow')
				? []
				: exists(ref, workflow[ref.root], said, at, step);
		case 'steps':
			return unknownStep(ref, said, at, scope, step);
	}
}

function around(kind: 'map' | 'loop', said: string, at: Path, scope: Scope, step: Step | null): Problem[] {
	if (blocksAround(scope).some((block) => block.kind === kind)) return [];
	return [
		problemAt(
			'ref.outside',
			`“${said}” only means something inside a ${kind}.`,
			at,
			step,
			`Put the step into a step of kind ${kind}, or refer to something else.`
		)
	];
}

function unknownStep(
	ref: Ref & { root: 'steps' },
	said: string,
	at: Path,
	scope: Scope,
	step: Step | null
): Problem[] {
	if (step && ref.id === step.id)
		return [
			problemAt('ref.self', `“${said}” refers to the step itself.`, at, step, 'Refer to an earlier step.')
		];
	if (scope.steps.some((one) => one.id === ref.id)) {
		if (!step || ancestors(step.id, scope.needs).has(ref.id)) return [];
		const hint = `Add ${ref.id} to its needs.`;
		return [problemAt('ref.later', `“${said}” refers to a step that does not come before.`, at, step, hint)];
	}
	const isSealed = scope.block?.step.kind === 'workflow';
	if (scope.block && !isSealed) return unknownStep(ref, said, at, scope.block.scope, null);
	return exists(ref, scope.steps, said, at, step);
}

function exists(
	ref: Ref & { id: string },
	known: readonly { id: string }[],
	said: string,
	at: Path,
	step: Step | null
): Problem[] {
	if (known.some((item) => item.id === ref.id)) return [];
	const ids = known.map((item) => item.id);
	const message = `“${said}” refers to ${ref.root} “${ref.id}”, which does not exist.`;
	return [problemAt('ref.unknown', message, at, step, nearest(ref.id, ids))];
}
