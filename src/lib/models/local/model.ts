import type { Failure } from '$lib/core';
import type { Gguf } from './gguf';

/** Bytes that are asked for, hashed and written together. What is damaged or lost costs one of these. */
export const CHUNK_BYTES = 8 * 1024 * 1024;

/** A model file on this device, whole or on its way. What stands here is kept beside the file. */
export interface LocalModel {
	/** Names the folder; made from the file's name and where it comes from. */
	key: string;
	title: string;
	/** The file's own name. */
	file: string;
	/** Null for a file that the person brought. */
	url: string | null;
	/** Id of its entry in the catalogue, if it has one. */
	catalogueId: string | null;
	/** `partial`: not whole yet. `ready`: whole, and its bytes are what they were when it was checked. */
	state: 'partial' | 'ready' | 'damaged';
	/** Size of the whole file in bytes; null while nobody said it. */
	size: number | null;
	/** SHA-256 of each chunk that is on the disk, in hex; null for one that is missing or damaged. */
	chunks: (string | null)[];
	/** What those hashes were when the file was whole, so that a mended chunk can be held against them. */
	known: string[] | null;
	/** SHA-256 of the whole file in hex, and who says so. Null: not known yet. */
	sha256: string | null;
	hashFrom: 'catalogue' | 'host' | 'first-copy' | null;
	/** What the server called this version of the file; null where it does not say. */
	version: string | null;
	/** Why it stopped; null while nothing is wrong. */
	failure: Failure | null;
	/** What the file says of itself, once its head is here. */
	gguf: Gguf | null;
	/** When all chunks were last held against their hashes, ms since 1970. */
	checkedAt: number | null;
	trial: Trial | null;
}

/** How a model did when it was first asked something. */
export interface Trial {
	at: number;
	/** Runtime and device that it holds for; with another it is tried again. */
	with: string;
	/** Null when it did well. */
	problem: string | null;
	/** What it wrote, cut to a few words. */
	said: string;
}

/** What is told on the channel: a state, or how far work on a model has come. */
export interface ModelNews {
	key: string;
	work: ModelWork | null;
}

/** Something that is being done with a model file. Bytes. */
export interface ModelWork {
	doing: 'downloading' | 'checking' | 'bringing-in';
	done: number;
	total: number | null;
	/** Of a download: bytes for each second, lately; null until known. */
	speed: number | null;
	/** Why nothing moves just now, such as no network; null while it does. */
	waiting: string | null;
}

/** One row of what model downloads took from where. */
export interface DownloadRow {
	at: number;
	/** Hosts that answered, the one asked first. */
	hosts: string[];
	requests: number;
	/** Bytes that came. */
	received: number;
	purpose: 'model download';
	model: string;
}

/** Bytes of the file that are here. */
export function bytesHere(model: Pick<LocalModel, 'chunks' | 'size'>): number {
	const whole = model.chunks.filter((hash) => hash !== null).length * CHUNK_BYTES;
	if (model.size === null) return whole;
	const last = chunkCount(model.size) - 1;
	const shorter = model.chunks[last] ? CHUNK_BYTES - (model.size - last * CHUNK_BYTES) : 0;
	return whole - shorter;
}

export function chunkCount(size: number): number {
	return Math.ceil(size / CHUNK_BYTES);
}

/** Where a chunk lies in the file. */
export function chunkRange(index: number, size: number | null): { start: number; length: number } {
	const start = index * CHUNK_BYTES;
	return { start, length: Math.min(CHUNK_BYTES, (size ?? Infinity) - start) };
}
