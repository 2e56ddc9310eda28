import { sayBytes } from '../bytes';
import type { Adapter, Device } from '../device';
import type { Gguf } from './gguf';

/** What decides whether a model suits a device. Bytes. */
export interface Need {
	/** Of the file. */
	bytes: number;
	/** Of it that are here already. */
	here: number;
	/** Of memory for each token of the context. */
	tokenBytes: number;
	context: number;
	parameters: number;
	/** Its largest tensor; null is unknown. */
	largest: number | null;
}

/** `no`: it would fail, or end the tab. `maybe`: it can, and something speaks against it. `unknown`: nobody can tell. */
export interface Verdict {
	is: 'yes' | 'maybe' | 'no' | 'unknown';
	/** In a few words. */
	title: string;
	/** Sentences, the one that decides first. */
	why: string[];
	memory: number;
}

/** The runtime itself and its buffers. */
const RUNTIME_BYTES = 250_000_000;
/** Above this share of the device's memory a tab is in danger; above half of it other programs suffer. */
const TOO_MUCH = 0.75;
const MUCH = 0.5;
/** Room that stays free on the disk for everything else of Galley. */
const SPARE_BYTES = 200_000_000;
/** Without a graphics processor, a model above this is a matter of patience. Billions of parameters. */
const SLOW_ABOVE = 1.2;

/** Memory that a model takes while it answers: all of it, its context and the runtime. */
export function memoryFor({ bytes, tokenBytes, context }: Need): number {
	return bytes + tokenBytes * context + RUNTIME_BYTES;
}

/** Bytes of memory for each token of the context, by what the file says of itself; half a megabyte where it does not say. */
export function tokenBytesOf(gguf: Gguf): number {
	const { layers, heads, keyHeads, embedding } = gguf;
	if (!layers || !heads || !embedding) return 500_000;
	return layers * (keyHeads ?? heads) * (embedding / heads) * 4;
}

/** Judged before anything is downloaded. */
export function judgeModel(need: Need, device: Device): Verdict {
	const memory = memoryFor(need);
	const missing = need.bytes - need.here;
	const no = (title: string, why: string): Verdict => ({ is: 'no', title, why: [why], memory });
	if (device.disk !== null && device.disk < missing) {
		return no(
			'No room for it',
			`It needs ${sayBytes(missing)} more on the disk, and this browser grants ${sayBytes(device.disk)}.`
		);
	}
	const share = device.memory === null ? null : memory / device.memory;
	if (share !== null && share > TOO_MUCH && !device.memoryIsCapped) {
		return no(
			'Too big for the memory',
			`It takes about ${sayBytes(memory)} of memory, and this device tells of ${sayBytes(device.memory ?? 0)}. The tab would end.`
		);
	}
	const against: string[] = [];
	if (share !== null && share > TOO_MUCH)
		against.push(
			`It takes about ${sayBytes(memory)} of memory. This device has ${sayBytes(device.memory ?? 0)} or more; browsers do not tell how much more.`
		);
	else if (share !== null && share > MUCH)
		against.push(
			`It takes about ${sayBytes(memory)} of the ${sayBytes(device.memory ?? 0)} of memory. Close other tabs first.`
		);
	if (device.disk !== null && device.disk < missing + SPARE_BYTES)
		against.push(`After it, this browser has hardly any room left for your runs.`);
	if (!device.suspends)
		against.push('This browser copies the whole model into memory before it starts, which takes longer.');
	const speed = speedOf(need, device);
	if (speed.isSlow) against.push(speed.says);
	const rest = speed.isSlow ? [] : [speed.says];
	if (against.length > 0) return { is: 'maybe', title: 'Possible', why: [...against, ...rest], memory };
	if (device.memory === null) {
		const why = `It takes about ${sayBytes(memory)} of memory, and this browser does not tell how much there is.`;
		return { is: 'unknown', title: 'Cannot be told', why: [why, ...rest], memory };
	}
	return { is: 'yes', title: 'Suits this device', why: rest, memory };
}

function speedOf({ parameters, largest }: Need, { graphics }: Device): { isSlow: boolean; says: string } {
	const why = whyNotGraphics(graphics, largest);
	if (why === null)
		return { isSlow: false, says: `It can use the graphics processor (${graphics?.name ?? ''}).` };
	const isSlow = parameters > SLOW_ABOVE;
	return {
		isSlow,
		says: `${why}, so the processor does it${isSlow ? '; expect a few words in a second at best.' : '.'}`
	};
}

/** Why llama.cpp leaves the graphics processor alone, or would fail on it; null where it can use it. Without a full stop. */
export function whyNotGraphics(graphics: Adapter | null, largest: number | null): string | null {
	if (!graphics) return 'This browser offers no graphics processor';
	if (graphics.isSoftware) return 'The graphics processor here is only simulated';
	if (!graphics.f16) return 'The graphics processor has no 16-bit numbers (shader-f16)';
	const most = Math.min(graphics.maxBinding, graphics.maxBuffer);
	if (largest === null || largest <= most) return null;
	return `The graphics processor takes pieces of up to ${sayBytes(most)}, and the largest of this model has ${sayBytes(largest)}`;
}
