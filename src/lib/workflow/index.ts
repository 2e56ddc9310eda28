export { foldWorkflow, type WorkflowEvent, type WorkflowRow } from './events';
export { BLOCK_KINDS, everyStep, isBlock, resultStep, type BlockKind } from './blocks';
export { routeNamed, routesOf } from './check-flow';
export { completeWorkflow, filled } from './complete';
export { gateButtons, mayPass, type NamedButton } from './gate';
export {
	ancestors,
	descendants,
	findCycle,
	inOrder,
	mayBeMissing,
	needsIn,
	needsMap,
	needsOf,
	type Need
} from './graph';
export { limitedTo, permissionRows, powersOf, sayPower, type PermissionRow, type Power } from './permissions';
export { sayPath, type Problem } from './problem';
export { parseRef, RUN_FIELDS, sayRef, type Ref, type RunField } from './refs';
export {
	FORMAT,
	idSchema,
	JOBS,
	workflowSchema,
	type Fallback,
	type Job,
	type ModelSays,
	type Source,
	type Step,
	type Workflow,
	type WorkflowInput
} from './schema';
export { follow, parseTemplate, refsIn, renderTemplate, type Lookup, type Part } from './template';
export { isRunnable, validate, type KindRules, type Validation } from './validate';
export { modelWish, type ModelWish, type Privacy } from './wish';
export { withoutDefaults } from './lean';
export { fromYaml, toYaml } from './yaml';
