import { fail, failure, ok, type Failure, type Result } from '$lib/core';
import { md5 } from '@noble/hashes/legacy.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import * as z from 'zod';
import { sayBytes } from '../bytes';
import { carriedFailure } from '../refused';
import type { LoadingProgress } from '../contract';
import {
	configFile,
	fileOf,
	inventoryOf,
	isKept,
	keep,
	keptText,
	libraryFile,
	writeInventory,
	forget,
	type Inventory,
	type ModelFile
} from './kept';
import type { Room } from '../device';
import { FileProblem } from './file-problem';
import { judgeSpace } from './judge';
import type { Source, WebllmConfig } from './record';

/** Where a model's files come from. */
export interface Supply {
	/** As progress says it: `Downloading`. */
	doing: string;
	/** `from <host>`, `in this folder`. */
	place: (file: ModelFile) => string;
	/** What to do about a file that is not the right one, as a sentence. */
	next: string;
	/** Rejects with a {@link FileProblem} where it has no such file. */
	open(
		file: ModelFile,
		signal: AbortSignal
	): Promise<{ body: ReadableStream<Uint8Array> | null; media: string }>;
	/** The failure of an error that is nothing of ours. */
	broke(cause: unknown, source: Source): Failure;
}

export interface Tools {
	supply: Supply;
	/** How the model was chosen, to be kept beside it. */
	config: WebllmConfig;
	signal: AbortSignal;
	onLoading: (progress: LoadingProgress) => void;
	/** What is free, asked anew each time. */
	room: () => Promise<Room>;
	now: () => number;
}

const AT_ONCE = 3;
const TRIES = 3;
const PAUSE_MS = 1_000;

const chatConfig = z.looseObject({ tokenizer_files: z.array(z.string()).min(1) });
const tensors = z.looseObject({
	records: z
		.array(z.looseObject({ dataPath: z.string(), nbytes: z.number(), md5sum: z.string().optional() }))
		.min(1)
});

/**
 * Brings a model's files here, each held against the size and sum that the model's own list names. Files that are here
 * already stay, so what broke off goes on. Codes: `model.no-space`, `.file-missing`, `.file-cut`, `.file-damaged`,
 * `.not-a-model`, `.download-failed` and `.copy-failed` (retryable), `.download-stopped`, or the guard's.
 */
export async function takeIn(source: Source, tools: Tools): Promise<Result<Inventory>> {
	try {
		const whole = await inventoryOf(source);
		if (whole) return ok(whole);
		const files = await listFiles(source, tools);
		const missing: ModelFile[] = [];
		for (const file of files) if (!(await isKept(file))) missing.push(file);
		const total = sum(files);
		const tight = judgeSpace(source, sum(missing), await tools.room());
		if (tight) return fail(tight);
		await fetchAll(missing, total, tools);
		const inventory: Inventory = {
			id: source.id,
			files: files.map(({ name }) => name),
			bytes: total,
			at: tools.now(),
			config: tools.config
		};
		await writeInventory(source, inventory);
		return ok(inventory);
	} catch (cause) {
		return fail(await told(cause, source, tools));
	}
}

/** The two lists come first: they name all other files. */
async function listFiles(source: Source, tools: Tools): Promise<ModelFile[]> {
	const config = configFile(source);
	const list = fileOf(source, 'tensor-cache.json', 'webllm/model');
	const { tokenizer_files: tokenizers } = await readList(config, chatConfig, tools);
	const { records } = await readList(list, tensors, tools);
	// WebLLM reads one of the two, this one if there is a choice.
	const tokenizer = ['tokenizer.json', 'tokenizer.model'].find((name) => tokenizers.includes(name));
	return [
		config,
		list,
		libraryFile(source),
		...(tokenizer ? [fileOf(source, tokenizer, 'webllm/model')] : []),
		...records.map(({ dataPath, nbytes, md5sum }) =>
			fileOf(source, dataPath, 'webllm/model', { bytes: nbytes, md5: md5sum ?? null })
		)
	];
}

async function readList<T>(file: ModelFile, shape: z.ZodType<T>, tools: Tools): Promise<T> {
	if (!(await isKept(file))) await fetchFile(file, tools, () => undefined);
	try {
		return shape.parse(JSON.parse((await keptText(file)) ?? ''));
	} catch {
		throw new FileProblem(
			'model.file-damaged',
			file,
			`${file.name} ${tools.supply.place(file)} is not the list that a model for WebLLM comes with`,
			tools.supply.next
		);
	}
}

async function fetchAll(files: ModelFile[], total: number, tools: Tools): Promise<void> {
	let done = total - sum(files);
	const onBytes = (bytes: number) => {
		done += bytes;
		tools.onLoading({
			phase: 'download',
			done,
			total,
			text: `${tools.supply.doing}, ${sayBytes(done)} of ${sayBytes(total)}`
		});
	};
	const waiting = [...files];
	const lane = async () => {
		for (let file = waiting.shift(); file; file = waiting.shift()) await fetchFile(file, tools, onBytes);
	};
	const lanes = await Promise.allSettled(Array.from({ length: AT_ONCE }, lane));
	const broken = lanes.find((one) => one.status === 'rejected');
	if (broken) throw broken.reason;
}

/** Tries again where the network is to blame; a file that is wrong stays wrong. */
async function fetchFile(file: ModelFile, tools: Tools, onBytes: (bytes: number) => void): Promise<void> {
	for (let tried = 1; ; tried += 1) {
		let arrived = 0;
		try {
			await fetchOnce(file, tools, (bytes) => {
				arrived += bytes;
				onBytes(bytes);
			});
			return;
		} catch (cause) {
			onBytes(-arrived);
			const isFinal = cause instanceof FileProblem ? !cause.failure.retryable : !(cause instanceof TypeError);
			if (tools.signal.aborted || isFinal || tried === TRIES) throw cause;
			await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * tried));
		}
	}
}

async function fetchOnce(file: ModelFile, tools: Tools, onBytes: (bytes: number) => void): Promise<void> {
	const { body, media } = await tools.supply.open(file, tools.signal);
	if (!body) throw cutShort(file, 0, tools.supply);
	const broken: { cause?: unknown } = {};
	try {
		await keep(file, checked(body, file, { onBytes, broken, supply: tools.supply }), media);
	} catch (cause) {
		// What the cache says of a stream that broke is its own; why it broke is ours.
		throw broken.cause ?? cause;
	}
}

/** The same bytes; ends in an error unless they are as many as they should be and have the right sum. */
function checked(
	body: ReadableStream<Uint8Array>,
	file: ModelFile,
	{
		onBytes,
		broken,
		supply
	}: { onBytes: (bytes: number) => void; broken: { cause?: unknown }; supply: Supply }
): ReadableStream<Uint8Array> {
	const reader = body.getReader();
	const hash = file.md5 === null ? null : md5.create();
	let length = 0;
	return new ReadableStream<Uint8Array>(
		{
			async pull(controller) {
				try {
					const { done, value } = await reader.read();
					if (!done) {
						length += value.byteLength;
						hash?.update(value);
						onBytes(value.byteLength);
						return controller.enqueue(value);
					}
					if (file.bytes !== null && length !== file.bytes) throw cutShort(file, length, supply);
					if (length === 0) throw cutShort(file, length, supply);
					if (hash && bytesToHex(hash.digest()) !== file.md5) throw damaged(file, supply);
					controller.close();
				} catch (cause) {
					broken.cause = cause;
					controller.error(cause);
				}
			},
			cancel: (reason) => reader.cancel(reason)
		},
		{ highWaterMark: 0 }
	);
}

function cutShort(file: ModelFile, length: number, { next }: Supply): FileProblem {
	const expected = file.bytes === null ? 'nothing' : `${length} of ${file.bytes} bytes`;
	return new FileProblem('model.file-cut', file, `Of ${file.name} came ${expected}`, next);
}

function damaged(file: ModelFile, { next }: Supply): FileProblem {
	const why = `${file.name} arrived, but its bytes are not the right ones`;
	return new FileProblem('model.file-damaged', file, why, next);
}

async function told(cause: unknown, source: Source, { signal, supply }: Tools): Promise<Failure> {
	if (signal.aborted) {
		return failure(
			'model.download-stopped',
			`${supply.doing} ${source.id} was stopped. The files that had arrived whole are kept; it goes on from there when you start it again.`
		);
	}
	const carried = carriedFailure(cause);
	if (carried) return carried;
	if (cause instanceof DOMException && cause.name === 'QuotaExceededError') {
		// A disk that is full of half a model would keep runs from being saved.
		await forget(source);
		return failure(
			'model.no-space',
			`The files of ${source.id} do not fit into what this browser gives Galley. What had arrived of them was deleted again, ` +
				'so that your runs have room. Free some space, delete another model, or choose a smaller one.'
		);
	}
	return supply.broke(cause, source);
}

function sum(files: readonly ModelFile[]): number {
	return files.reduce((bytes, file) => bytes + (file.bytes ?? 0), 0);
}
