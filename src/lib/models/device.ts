/** What this browser tells of the device, before anything is downloaded. Null is unknown. Sizes in bytes. */
export interface Device extends Room {
	/** True when the browser tells of no more memory than that: it may be any amount above. */
	memoryIsCapped: boolean;
	/** True when the browser will not clear this origin by itself. */
	persisted: boolean | null;
	/** False where a runtime call cannot be suspended (no JSPI): a model is then copied into memory as a whole. */
	suspends: boolean;
	/** Null where there is none that a page may use. */
	graphics: Adapter | null;
}

export interface Room {
	/** What this origin may still store. */
	disk: number | null;
	/** Memory of the device, rounded and capped by the browser. */
	memory: number | null;
}

/** A graphics device. */
export interface Adapter {
	/** As people may be told it. */
	name: string;
	vendor: string;
	architecture: string;
	/** True for one that is computed by the processor: it works, at a thousandth of the speed. */
	isSoftware: boolean;
	/** 16-bit numbers (shader-f16), without which llama.cpp leaves it alone. */
	f16: boolean;
	maxBuffer: number;
	maxBinding: number;
	workgroupStorage: number;
	buffersPerStage: number;
}

/** Browsers tell of no more memory than this. */
export const MOST_MEMORY_TOLD = 8 * 2 ** 30;

/** Asks the browser. For pages and workers. */
export async function deviceFacts(): Promise<Device> {
	const [room, persisted, graphics] = await Promise.all([
		roomHere(),
		navigator.storage?.persisted?.().catch(() => null) ?? null,
		findAdapter()
	]);
	return {
		...room,
		memoryIsCapped: room.memory !== null && room.memory >= MOST_MEMORY_TOLD,
		persisted,
		suspends: 'Suspending' in WebAssembly,
		graphics
	};
}

export async function roomHere(): Promise<Room> {
	const estimate = await navigator.storage?.estimate?.().catch(() => null);
	const gigabytes = (navigator as { deviceMemory?: number }).deviceMemory;
	return {
		disk: estimate?.quota === undefined ? null : Math.max(0, estimate.quota - (estimate.usage ?? 0)),
		memory: gigabytes === undefined ? null : gigabytes * 2 ** 30
	};
}

/** Null where there is none; that `navigator.gpu` exists says nothing. Asked each time: a driver may have come back. */
export async function findAdapter(): Promise<Adapter | null> {
	const gpu = (globalThis.navigator as { gpu?: GPU } | undefined)?.gpu;
	const found = await gpu?.requestAdapter({ powerPreference: 'high-performance' }).catch(() => null);
	if (!found) return null;
	const { limits } = found;
	const { vendor, architecture, description, isFallbackAdapter } = found.info;
	return {
		name: description || [vendor, architecture].filter(Boolean).join(' ') || 'one without a name',
		vendor,
		architecture,
		isSoftware: isFallbackAdapter || architecture === 'swiftshader',
		f16: found.features.has('shader-f16'),
		maxBuffer: limits.maxBufferSize,
		maxBinding: limits.maxStorageBufferBindingSize,
		workgroupStorage: limits.maxComputeWorkgroupStorageSize,
		buffersPerStage: limits.maxStorageBuffersPerShaderStage
	};
}
