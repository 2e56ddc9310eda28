import './jitless';
export { cellNumber, totalName, totalRows, type CellNumber } from './cell';
export { MODELS_CHANNEL, STREAM_CHANNEL } from './channels';
export { connectionName } from './connection';
export { failure, unexpected, type Failure } from './failure';
export { KEPT_TWICE, LARGEST_KEPT, LARGEST_READ, refusalOf } from './file-size';
export { digestOf, hashOf, hashOfJson, textOfBytes } from './hash';
export { isLoopback, isPrivateHost } from './hosts';
export { judgeRule, moneyWithDecimals } from './judge';
export { canonicalJson, hasForbiddenKey, sameJson, type Json } from './json';
export { mediaOf } from './media';
export { isMendable, mendText, rephrased, withoutCents, type Mended } from './mend';
export { nameOfItem, sayName } from './name';
export {
	openItemsAsJson,
	readOpenItems,
	sayAge,
	sayItemKind,
	sayOpenItems,
	type OpenItem,
	type OpenItems
} from './open-item';
export { isOfBefore } from './origin';
export {
	columnName,
	linesOfPlace,
	linesBefore,
	placesIn,
	sayPlaces,
	sayTime,
	whereInSource,
	type Box,
	type Place,
	type Span
} from './place';
export type { Clock, Random } from './ports';
export { attemptPlace, type Blocker, type LedgerEvent, type LedgerPlace, type Purpose } from './ledger';
export { modelsFrom } from './models';
export { BUILT_IN } from './report';
export type {
	ConfiguredModel,
	EgressRow,
	Evidence,
	Flag,
	GivenNote,
	Money,
	Price,
	ProviderChoice,
	Usage
} from './report';
export { grouped, quantitiesIn } from './quantity';
export { DONE, fail, ok, type Result } from './result';
export { LONGEST_RETRY_AFTER, retryAfterOf } from './retry-after';
export { parseRule, sayRule, type Rule } from './rule';
export {
	countWords,
	hasPhrase,
	joinSections,
	numbersIn,
	phrasePattern,
	sameHeading,
	sections,
	sentences,
	type FoundNumber,
	type Section
} from './text';
export { OPEN, stricter, type Labels, type Media, type Value, type ValueRef } from './value';
export { hasControls, visibleParts, type VisiblePart } from './visible';
