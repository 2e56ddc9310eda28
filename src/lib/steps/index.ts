export { readAnswer } from './answer';
export { answerSteps, stepCalls } from './calls';
export { checkWorkflow } from './check-workflow';
export { tookTooLong, type CodeRequest, type CodeReturn, type RunCode } from './code-request';
export {
	defineStepKind,
	type CollectedDocument,
	type Collection,
	type ReadFile,
	type SaveEffect,
	type SettingProblem,
	type StepContext,
	type StepKind,
	type StepOutcome,
	type StepRun
} from './contract';
export { escapeFences, fence, type FenceFacts } from './fence';
export { collectionOf } from './material';
export { timeOf } from './point-in-time';
export { asSent, buildPrompt, type Prompt } from './prompt';
export {
	isPermitted,
	isProposalMedia,
	notPermitted,
	PROPOSAL_MEDIA,
	readProposal,
	staysHere,
	unconfirmed,
	type NotifyProposal,
	type Proposal,
	type RequestProposal
} from './proposal';
export { kindRules, stepKind, stepKinds } from './registry';
export { collectedSources, roomFor, tokensIn } from './retrieve';
export { runStep } from './run-step';
