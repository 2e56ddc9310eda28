import { everyStep, validate, type Problem, type Step, type Validation } from '$lib/workflow';
import { kindRules, stepKind } from './registry';

/** A step, wherever in the document it stands. */
interface Place {
	step: Step;
	path: (string | number)[];
}

/**
 * Every problem of a document: those that the document itself shows, and, where settings fit their schema, those that
 * a kind finds by a closer look. That look may load a library, so it is taken only at kinds that the document uses.
 */
export async function checkWorkflow(document: unknown): Promise<Validation> {
	const validation = validate(document, kindRules());
	if (!validation.workflow) return validation;
	const closer = await Promise.all([...everyStep(validation.workflow.steps)].map(closerLook));
	return { workflow: validation.workflow, problems: [...closer.flat(), ...validation.problems] };
}

async function closerLook({ step, path: at }: Place): Promise<Problem[]> {
	const kind = stepKind(step.kind);
	const settings = kind?.check ? kind.config.safeParse(step.with) : null;
	if (!kind?.check || !settings?.success) return [];
	const problems = await kind.check(settings.data);
	return problems.map(({ path, message, hint }) => ({
		code: 'settings',
		severity: 'error',
		path: [...at, 'with', ...path],
		stepId: step.id,
		message,
		hint
	}));
}
