/** What this browser tells of the device, before anything is downloaded. Null is unknown. Bytes. */
export interface Device {
	/** Memory, rounded and capped by the browser. */
	memory: number | null;
	/** True when the browser tells of no more than that: it may be any amount above. */
	memoryIsCapped: boolean;
	/** Bytes that this origin may still store. */
	room: number | null;
	/** True when the browser will not clear this origin by itself. */
	persisted: boolean | null;
	/** False where a runtime call cannot be suspended (no JSPI): a model is then copied into memory as a whole. */
	suspends: boolean;
	graphics: Graphics | null;
}

export interface Graphics {
	name: string;
	/** 16-bit numbers (shader-f16), without which llama.cpp leaves the graphics processor alone. */
	f16: boolean;
	/** Computed by the processor after all. */
	isSoftware: boolean;
	maxBuffer: number;
}

/** Browsers tell of no more memory than this, in GiB. */
const TOLD_AT_MOST = 8;

/** Asks the browser. For pages and workers. */
export async function deviceFacts(): Promise<Device> {
	const told = (navigator as { deviceMemory?: number }).deviceMemory;
	const [estimate, persisted, graphics] = await Promise.all([
		navigator.storage?.estimate?.().catch(() => null) ?? null,
		navigator.storage?.persisted?.().catch(() => null) ?? null,
		graphicsOf()
	]);
	const { quota, usage } = estimate ?? {};
	return {
		memory: told === undefined ? null : told * 2 ** 30,
		memoryIsCapped: told !== undefined && told >= TOLD_AT_MOST,
		room: quota === undefined ? null : Math.max(0, quota - (usage ?? 0)),
		persisted,
		suspends: 'Suspending' in WebAssembly,
		graphics
	};
}

/** That `navigator.gpu` is there says nothing; only an adapter does. */
async function graphicsOf(): Promise<Graphics | null> {
	const { gpu } = navigator as {
		gpu?: {
			requestAdapter(): Promise<{
				features: { has(name: string): boolean };
				limits: { maxBufferSize: number };
				info: { vendor: string; architecture: string; description: string; isFallbackAdapter?: boolean };
			} | null>;
		};
	};
	const adapter = await gpu?.requestAdapter().catch(() => null);
	if (!adapter) return null;
	const { vendor, architecture, description, isFallbackAdapter } = adapter.info;
	return {
		name: description || [vendor, architecture].filter(Boolean).join(' ') || 'without a name',
		f16: adapter.features.has('shader-f16'),
		isSoftware: isFallbackAdapter === true || architecture === 'swiftshader',
		maxBuffer: adapter.limits.maxBufferSize
	};
}
