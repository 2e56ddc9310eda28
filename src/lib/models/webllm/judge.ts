import { failure, type Failure } from '$lib/core';
import type { Source } from './record';

/** What the browser tells of the graphics device. Sizes in bytes. */
export interface Adapter {
	vendor: string;
	architecture: string;
	description: string;
	/** True for one that is computed by the processor: it works, at a thousandth of the speed. */
	isSoftware: boolean;
	f16: boolean;
	maxBuffer: number;
	maxBinding: number;
	workgroupStorage: number;
	buffersPerStage: number;
}

/** Null where there is none; that `navigator.gpu` exists says nothing. Asked each time: a driver may have come back. */
export async function findAdapter(): Promise<Adapter | null> {
	const gpu = (globalThis.navigator as { gpu?: GPU } | undefined)?.gpu;
	const found = await gpu?.requestAdapter({ powerPreference: 'high-performance' }).catch(() => null);
	if (!found) return null;
	const { limits, info } = found;
	return {
		vendor: info.vendor,
		architecture: info.architecture,
		description: info.description,
		isSoftware: info.isFallbackAdapter || info.architecture === 'swiftshader',
		f16: found.features.has('shader-f16'),
		maxBuffer: limits.maxBufferSize,
		maxBinding: limits.maxStorageBufferBindingSize,
		workgroupStorage: limits.maxComputeWorkgroupStorageSize,
		buffersPerStage: limits.maxStorageBuffersPerShaderStage
	};
}

/** What the runtime asks of any device, whatever the model. */
const LEAST = { maxBuffer: 2 ** 28, maxBinding: 2 ** 27, workgroupStorage: 2 ** 15, buffersPerStage: 10 };

/** What the browser tells of this device; null is unknown. Bytes. */
export interface Room {
	/** Free for this origin. */
	disk: number | null;
	/** The device's memory, rounded and capped by the browser. */
	memory: number | null;
}

/** The most that browsers tell of a device's memory: at this, it may be any amount. */
const TOLD_AT_MOST = 8 * 2 ** 30;

export async function roomHere(): Promise<Room> {
	const estimate = await navigator.storage?.estimate?.().catch(() => null);
	const gigabytes = (navigator as { deviceMemory?: number }).deviceMemory;
	return {
		disk: estimate?.quota === undefined ? null : Math.max(0, estimate.quota - (estimate.usage ?? 0)),
		memory: gigabytes === undefined ? null : gigabytes * 2 ** 30
	};
}

/**
 * Can this device run the model? Asked before anything is downloaded or loaded; null means that nothing speaks against
 * it. Codes: `model.no-webgpu`, `.no-f16`, `.gpu-too-small`, `.no-memory`.
 */
export function judge(source: Source, adapter: Adapter | null, room: Room): Failure | null {
	if (!adapter) {
		return failure(
			'model.no-webgpu',
			`${source.id} needs WebGPU, and this browser has no graphics device for it. Nothing was downloaded or loaded. ` +
				'Choose a model that runs on the processor, or open Galley in a browser with WebGPU.'
		);
	}
	if (source.needsF16 && !adapter.f16) {
		return failure(
			'model.no-f16',
			`${source.id} calculates with 16-bit numbers, which this graphics device does not offer (shader-f16). ` +
				`Nothing was downloaded or loaded. Choose the same model with “f32” in its name, or one that runs on the processor.`
		);
	}
	const lacks = Object.entries(LEAST).find(([name, least]) => adapter[name as keyof typeof LEAST] < least);
	if (lacks || (source.binding !== null && adapter.maxBinding < source.binding)) {
		return failure(
			'model.gpu-too-small',
			`The graphics device of this browser allows less than ${source.id} needs. Nothing was downloaded or loaded. ` +
				'Choose a smaller model, or one that runs on the processor.',
			{ details: { maxBuffer: adapter.maxBuffer, maxBinding: adapter.maxBinding, needs: source.binding } }
		);
	}
	if (
		source.memory !== null &&
		room.memory !== null &&
		room.memory < TOLD_AT_MOST &&
		source.memory > room.memory * 0.75
	) {
		return failure(
			'model.no-memory',
			`${source.id} needs about ${gigabytes(source.memory)} of memory, and this device has about ${gigabytes(room.memory)}. ` +
				'Nothing was downloaded or loaded, because the browser would end the page. Choose a smaller model.',
			{ details: { needs: source.memory, has: room.memory } }
		);
	}
	return null;
}

/** The refusal of a download that does not fit, or null. `bytes` are those still to come. Code: `model.no-space`. */
export function judgeSpace(source: Source, bytes: number, room: Room): Failure | null {
	if (room.disk === null || room.disk >= bytes) return null;
	return failure(
		'model.no-space',
		`The files of ${source.id} need ${gigabytes(bytes)} more, and this browser gives Galley ${gigabytes(room.disk)}. ` +
			'Nothing of them was downloaded. Free some space, delete a model, or choose a smaller one.',
		{ details: { needs: bytes, has: room.disk } }
	);
}

function gigabytes(bytes: number): string {
	return bytes < 2 ** 30 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
