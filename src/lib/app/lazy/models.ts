// Loaded with the Models page.
export {
	CATALOGUE,
	bytesHere,
	deviceFacts,
	judgeModel,
	keptModels,
	memoryFor,
	tokenBytesOf,
	type CatalogueModel,
	type Device,
	type DownloadRow,
	type DownloadWish,
	type Inventory,
	type ModelState,
	type ModelWork,
	type Verdict
} from '$lib/models';
