export { defineFormat, type Document, type Drawing, type FileFormat, type RawFile } from './contract';
export { LIMITS, LARGEST_TEXT, type Limits } from './limits';
export { tooSlow, type Progress, type ReadOptions } from './reading';
export { formatOf, formats, drawFile, readFile, showFile } from './registry';
