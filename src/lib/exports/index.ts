export { BACKUP_FORMAT, type BackupEnd } from './backup/part';
export { isBackup, isEncrypted, readBackup, type BackupFacts, type BackupPart } from './backup/read';
export { writeBackup, type BackupSource } from './backup/write';
export { BUNDLE_FORMAT, bundleIn, packBundle, unpackBundle, type Unpacked } from './bundle';
export {
	defineExport,
	type ExportFile,
	type ExportFormat,
	type ExportSource,
	type ExportValue,
	type Purpose
} from './contract';
export { looksLikeDecision, readDecision, type PacketDecision } from './packet/decision';
export { makePacket, packetHash, packetReach, type Packet } from './packet/packet';
export type { Approved, OutputFormat } from './output-contract';
export { outputFormat, outputFormats } from './output-registry';
export { exportFormat, exportFormats } from './registry';
export { isReadable } from './schemas';
export { secretIn } from './secrets';
export { chosenByDefault, itemsOf, madeOfLeftOut, notesTold, withOnly, type ExportItem } from './selection';
export { fingerprintOf, signedBy, withSignature, wordsToSign, type Signature } from './signature';
export { readUntrusted } from './untrusted';
