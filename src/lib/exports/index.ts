export { BUNDLE_FORMAT, packBundle, unpackBundle, type Unpacked } from './bundle';
export {
	defineExport,
	type ExportFile,
	type ExportFormat,
	type ExportSource,
	type ExportValue
} from './contract';
export type { Approved, OutputFormat } from './output-contract';
export { outputFormat, outputFormats } from './output-registry';
export { exportFormat, exportFormats } from './registry';
export { secretIn } from './secrets';
