export { defineFormat, type Document, type FileFormat, type RawFile } from './contract';
export { MAX_BYTES } from './decode';
export { formatOf, formats, readFile } from './registry';
