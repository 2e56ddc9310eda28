export { searchDesk, type SearchApi } from './desk';
export { KeptIndex } from './kept';
export { Searcher, type Found, type Hit } from './searcher';
export type { ExcerptPart } from './excerpt';
