export { foldWorkflow, type WorkflowEvent, type WorkflowRow } from './events';
export { ancestors, descendants, findCycle, inOrder, needsMap, needsOf } from './graph';
export { sayPath, type Problem } from './problem';
export { parseRef, RUN_FIELDS, sayRef, type Ref, type RunField } from './refs';
export {
	FORMAT,
	idSchema,
	JOBS,
	workflowSchema,
	type Job,
	type Source,
	type Step,
	type Workflow,
	type WorkflowInput
} from './schema';
export { follow, parseTemplate, refsIn, renderTemplate, type Lookup, type Part } from './template';
export { isRunnable, validate, type KindRules, type Validation } from './validate';
export { fromYaml, toYaml } from './yaml';
