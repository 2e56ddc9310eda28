export { defineFormat, type Document, type Drawing, type FileFormat, type RawFile } from './contract';
export { LIMITS, MAX_BYTES, type Limits } from './limits';
export { tooSlow, type Progress, type ReadOptions } from './reading';
export { formatOf, formats, drawFile, readFile, showFile } from './registry';
