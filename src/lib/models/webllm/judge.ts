import { failure, type Failure } from '$lib/core';
import { sayBytes } from '../bytes';
import { MOST_MEMORY_TOLD, type Adapter, type Room } from '../device';
import type { Source } from './record';

/** What the runtime asks of any device, whatever the model. */
const LEAST = { maxBuffer: 2 ** 28, maxBinding: 2 ** 27, workgroupStorage: 2 ** 15, buffersPerStage: 10 };

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
		room.memory < MOST_MEMORY_TOLD &&
		source.memory > room.memory * 0.75
	) {
		return failure(
			'model.no-memory',
			`${source.id} needs about ${sayBytes(source.memory)} of memory, and this device has about ${sayBytes(room.memory)}. ` +
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
		`The files of ${source.id} need ${sayBytes(bytes)} more, and this browser gives Galley ${sayBytes(room.disk)}. ` +
			'Nothing of them was downloaded. Free some space, delete a model, or choose a smaller one.',
		{ details: { needs: bytes, has: room.disk } }
	);
}
