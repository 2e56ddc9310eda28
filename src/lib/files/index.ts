export { defineFormat, type Document, type FileFormat, type RawFile } from './contract';
export { formats, readFile } from './registry';
