export { auditOf, type AuditLine } from './audit';
export { anchorOf, placeOf, replacedAt, type Place } from './anchor';
export { sayChanges, type GivenBefore, type GivenToRun } from './changes';
export { compareData, compareTexts, type ComparedPart } from './compare-content';
export { compareRuns, type Cause, type ComparedStep, type Comparison } from './compare';
export { decide, type Command } from './decide';
export { whyNotChanged } from './decide-change';
export {
	addSpend,
	boundOfRun,
	estimateOf,
	fitsBudget,
	NO_SPEND,
	spendOfAttempt,
	spendOfRun,
	spendOfStep,
	tokensPerSecond,
	type Spend
} from './cost';
export { diffCounts, diffWords, type DiffPart } from './diff';
export { attemptId, due, mayBegin, type Effect } from './due';
export { blockRules, endOfBlock, isGivenUp, MOST_ITEMS, type BlockRules } from './blocks';
export { complete } from './complete';
export { coordsOf, localId } from './coords';
export { approvedBefore, inputsOfPath, pathInputs, type Approved, type Earlier } from './earlier';
export {
	configuredModelSchema,
	evidenceSchema,
	moneySchema,
	providerChoiceSchema,
	valueRefSchema,
	type Verdict
} from './event-parts';
export { runEventSchema, type EventOf, type RunEvent } from './event';
export { checkFeedback, type AskedFor, type SentBack } from './feedback';
export { isThrough, needsAround, needsOf, siblingsOf } from './flow';
export type { ProseCell } from './prose';
export { apply, fold, foldAll, foldMore } from './fold';
export { attemptsAllowed, nextAttempt } from './fold-attempt';
export {
	choicesFor,
	leaveOf,
	noModelFits,
	noRung,
	rungAfter,
	rungOf,
	rungsOf,
	targetOf,
	type Leave,
	type Rung,
	type Standing
} from './ladder';
export { ledgerEventSchema } from './ledger-schema';
export { foldRequest, ledgerHost, totalOf, uncertain, type LedgerRow, type LedgerTotal } from './ledger';
export type { Estimate } from './event-parts';
export { sayLadder, sayMoney, saySpend } from './ladder-words';
export { judgeNotes } from './judge';
export {
	folderOf,
	foldEntry,
	freePath,
	inFolder,
	isByTheWay,
	isBelow,
	nameOf,
	safePath,
	type LibraryEntry,
	type LibraryEvent
} from './library';
export { findsItself, looksInto, newestOutput, selectEntries, type Selected } from './select';
export { decideLibrary, type LibraryChange, type Which } from './library-change';
export { chain, emptyHead, firstBroken, headAfter, recordHash, type Head, type LogRecord } from './log';
export {
	foldNote,
	inScope,
	NO_RECORD,
	NOTE_BUDGET,
	roughTokens,
	sayScope,
	selectNotes,
	type CorrectionNote,
	type NoteEvent,
	type NoteRecord,
	type NotesChosen,
	type NotesWanted,
	type NoteScope
} from './notes';
export { asCheck, asInstruction, asRule, asTemplate, canHold, draftStepOf } from './promote';
export { mergedInto, similarNotes, similarPairs } from './similar';
export { proposeNotes, type NoteProposal } from './propose';
export {
	approvalOf,
	approvedHashes,
	buttonFor,
	confirmedFields,
	isApprovalLeft,
	keepableHashes,
	reviewRules,
	type GateButton,
	type ReviewRules
} from './review';
export type { Anchor, GateComment, ItemDecision } from './event-review';
export {
	emptyRun,
	isReady,
	lastAttempt,
	statusOf,
	stepOf,
	type AskedWhy,
	type AttemptState,
	type Because,
	type BlockState,
	type GateRequest,
	type Voided,
	type RunState,
	type RunStatus,
	saidRevision,
	type StepState,
	type Wait,
	type StepStatus
} from './state';
export { carriedInto, openAfter, settledIn, type Contents, type Settled } from './open-items';
export { flaggedBefore, foundBefore, sayMissed, upstreamOf } from './upstream';
export {
	cellsOf,
	egressOf,
	hasArrived,
	questionOf,
	rowOf,
	unseenBy,
	valuesOf,
	type CellView,
	type Opens,
	type RunRow
} from './view';
export { withInner } from './outside';
export { riskOf, type Risk, type WaitingGate } from './queue';
export { repairOf, type Repair } from './repair';
export {
	isTry,
	planReplay,
	reusedFrom,
	voidedBy,
	waitedFrom,
	type ReplayPlan,
	type ReplayWish
} from './replay';
export { sayRemark, saySentBack } from './sent-back';
export { approvedCases, comingBack, correctionsOf, type ApprovedCase, type ComesBack } from './regression';
export { staleNotes, type StaleNote } from './stale';
export { reuseKey, type Ingredients } from './reuse';
