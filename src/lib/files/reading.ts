import { failure, type Failure, type Result } from '$lib/core';
import type { Document, RawFile } from './contract';
import { LIMITS, megabytes, type Limits } from './limits';

/** How far a long read has come: `done` of `total` units (`page`, `sheet`, `file`). */
export interface Progress {
	unit: string;
	done: number;
	total: number;
}

export interface ReadOptions {
	signal?: AbortSignal;
	onProgress?: (progress: Progress) => void;
	/** Narrower or wider than usual. */
	limits?: Partial<Limits>;
}

/**
 * A refusal on its way up. Parsers call back from deep inside, where only a throw gets out; whoever called the format
 * turns it into its failure, so it never leaves this room.
 */
export class Refused extends Error {
	constructor(readonly failure: Failure) {
		super(failure.message);
	}
}

/** What one read shares with everything nested in it: limits, what was used of them, time and cancel. */
export interface Reading {
	limits: Limits;
	/** Throws {@link Refused} when cancelled or out of time. Cheap: call it in every long loop. */
	check(): void;
	/** Tells how far it is, lets messages through and checks. */
	pause(progress?: Progress): Promise<void>;
	/** Counts bytes that `compressed` bytes were unpacked to. */
	produced(bytes: number, compressed: number): void;
	/** Counts files inside the file. */
	entries(count: number): void;
	cells(count: number): void;
	/** Looks at the size of a table of text before it is made. */
	table(columns: number, rows: number): void;
	/** Counts extracted text. */
	text(length: number): void;
	/** Reads a file that is inside this one, by its content and name. */
	open(file: RawFile): Promise<Result<Document>>;
}

/** Opens a nested file; the registry knows how, and formats must not know the registry. */
export type Opener = (file: RawFile, reading: Reading) => Promise<Result<Document>>;

const SMALL = 10 * 1024 * 1024;
const TURN_MS = 50;

export function beginReading(name: string, open: Opener, options: ReadOptions = {}): Reading {
	const limits = { ...LIMITS, ...options.limits };
	const { signal, onProgress } = options;
	const started = performance.now();
	const used = { produced: 0, compressed: 0, entries: 0, cells: 0, text: 0 };
	let turn = started;

	function check(): void {
		if (signal?.aborted) throw new Refused(cancelled(name));
		if (performance.now() - started > limits.seconds * 1000) throw new Refused(tooSlow(name, limits.seconds));
	}
	function at(depth: number): Reading {
		const reading: Reading = {
			limits,
			check,
			async pause(progress) {
				check();
				if (performance.now() - turn < TURN_MS) return;
				if (progress) onProgress?.(progress);
				await new Promise((resolve) => setTimeout(resolve, 0));
				turn = performance.now();
				check();
			},
			produced(bytes, compressed) {
				used.produced += bytes;
				used.compressed += compressed;
				const isBomb = used.produced > SMALL && used.produced > used.compressed * limits.ratio;
				if (isBomb || used.produced > limits.produced) throw new Refused(bomb(name, used, limits));
			},
			entries(count) {
				used.entries += count;
				if (used.entries > limits.entries)
					throw new Refused(tooMany(name, 'files inside it', limits.entries));
			},
			cells(count) {
				used.cells += count;
				if (used.cells > limits.cells) throw new Refused(tooMany(name, 'cells', limits.cells));
			},
			table(columns, rows) {
				if (columns * rows > limits.tableCells) throw new Refused(tooMany(name, 'cells', limits.tableCells));
				if (columns > limits.columns) throw new Refused(tooMany(name, 'columns', limits.columns));
			},
			text(length) {
				used.text += length;
				if (used.text > limits.text) throw new Refused(tooMany(name, 'letters of text', limits.text));
			},
			open: async (file) => {
				if (depth >= limits.depth) throw new Refused(tooDeep(file.name, limits.depth));
				return open(file, at(depth + 1));
			}
		};
		return reading;
	}
	return at(0);
}

function cancelled(name: string): Failure {
	return failure('file.cancelled', `Reading “${name}” was stopped. The file was left as it is.`, {
		retryable: true,
		details: { name }
	});
}

/** Said by the reader itself, or by whoever ended a reader that did not answer any more. */
export function tooSlow(name: string, seconds: number): Failure {
	return failure(
		'file.too-slow',
		`Reading “${name}” took more than ${seconds} seconds and was stopped. ` +
			'The file was left as it is. Save only the part that you need, then add it again.',
		{ details: { name, seconds } }
	);
}

function bomb(name: string, used: { produced: number; compressed: number }, limits: Limits): Failure {
	return failure(
		'file.bomb',
		`“${name}” unpacks to far more than it seems to hold (over ${megabytes(used.produced)} MB; ` +
			`the limit is ${megabytes(limits.produced)} MB, and ${limits.ratio} times its size). ` +
			'It was left as it is, nothing of it was kept. If you trust it, unpack it yourself, then add what you need again.',
		{ details: { name, ...used } }
	);
}

function tooMany(name: string, what: string, limit: number): Failure {
	return failure(
		'file.too-many',
		`“${name}” has more than ${limit.toLocaleString('en')} ${what}, which is more than Galley reads. ` +
			'The file was left as it is. Save only the part that you need, then add it again.',
		{ details: { name, limit } }
	);
}

function tooDeep(name: string, depth: number): Failure {
	return failure(
		'file.too-deep',
		`“${name}” lies inside more than ${depth} files, one in the other; Galley looks no deeper. ` +
			'The file was left as it is. Take it out of there, then add it again.',
		{ details: { name, depth } }
	);
}
