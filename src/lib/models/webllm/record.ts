import { fail, failure, hashOf, ok, type Result } from '$lib/core';
import type { ModelRecord } from '@mlc-ai/web-llm';
import * as z from 'zod';
import { wholeNumber } from '../whole-number';

/** The settings of a choice: a model that WebLLM's list knows, or one from somewhere else with both addresses. */
export const webllmConfig = z.object({
	model: z
		.string()
		.trim()
		.min(1, 'Enter the model’s name.')
		.meta({ title: 'Model' })
		.describe('Its name in the list of WebLLM, such as Qwen2.5-0.5B-Instruct-q4f16_1-MLC.'),
	filesUrl: address('Files of a model of your own').optional(),
	libraryUrl: address('Library of a model of your own').optional(),
	brought: z
		.boolean()
		.optional()
		.meta({ title: 'Brought from a folder' })
		.describe('A model of your own that came from a folder on WebLLM’s page, under the name above.'),
	context: wholeNumber(256, 131_072)
		.optional()
		.meta({ title: 'Context' })
		.describe(
			'Tokens of prompt and answer together. More of it takes more memory; empty is what the model comes with.'
		)
});

export type WebllmConfig = z.output<typeof webllmConfig>;

function address(title: string) {
	return z
		.union([z.literal(''), z.url({ protocol: /^https?$/, error: 'Enter the whole address, with https://.' })])
		.meta({ title })
		.describe('Leave empty for a model of the list.');
}

/** One model: where its files are, under which names this device keeps them, and what it needs. */
export interface Source {
	id: string;
	/** Where the files are, with a slash at the end. */
	files: string;
	/** Where the compiled library is. */
	library: string;
	/** The same two as WebLLM is told them; the name is reserved, so a file that is missing can't be asked for anywhere. */
	kept: { files: string; library: string };
	overrides: ModelRecord['overrides'];
	/** Tokens of prompt and answer together that it is loaded for; null is what its own files say. */
	context: number | null;
	/** True for one that has no addresses: its files came from a folder. */
	brought: boolean;
	needsF16: boolean;
	/** Memory on the graphics device, bytes; null is unknown. */
	memory: number | null;
	/** Largest piece of memory that one shader sees, bytes; null is unknown. */
	binding: number | null;
}

/** The chat models that the installed WebLLM has a library for. Loaded when asked for: it is 60 kB of text. */
export async function listedModels(): Promise<readonly ModelRecord[]> {
	return (await import('./prebuilt.json')).default;
}

/** What a choice means. Codes: `model.unknown-model`, `model.bad-settings`. */
export async function sourceOf(config: WebllmConfig): Promise<Result<Source>> {
	const { model, filesUrl, libraryUrl, brought = false, context } = config;
	if (brought) {
		const home = `https://${hashOf(model).slice(0, 32)}.brought.invalid/resolve/main/`;
		const record = { model: home, model_id: model, model_lib: `${home}library.wasm` };
		return ok({ ...sourceFrom(record, context), brought });
	}
	if (filesUrl && libraryUrl)
		return ok(sourceFrom({ model: filesUrl, model_id: model, model_lib: libraryUrl }, context));
	if (filesUrl || libraryUrl) {
		return fail(
			failure(
				'model.bad-settings',
				'A WebLLM model of your own needs two addresses: the one of its files and the one of its compiled library (.wasm). ' +
					'Nothing was loaded. Enter the other one in Settings under Model, or leave both empty.'
			)
		);
	}
	const listed = (await listedModels()).find((one) => one.model_id === model);
	if (listed) return ok(sourceFrom(listed, context));
	return fail(
		failure(
			'model.unknown-model',
			`WebLLM’s list has no model called “${model}”. Nothing was loaded. Choose one of the list, or enter the addresses of your own.`
		)
	);
}

function sourceFrom(record: ModelRecord, context: number | undefined): Source {
	const files = filesBase(record.model);
	const home = `https://${hashOf(`${files} ${record.model_lib}`).slice(0, 32)}.webllm.invalid`;
	return {
		id: record.model_id,
		files,
		library: record.model_lib,
		kept: { files: `${home}/resolve/main/`, library: `${home}/library.wasm` },
		overrides:
			context === undefined ? record.overrides : { ...record.overrides, context_window_size: context },
		context: context ?? record.overrides?.context_window_size ?? null,
		brought: false,
		// Most entries that need it do not list it as a feature; the name says how the numbers are kept.
		needsF16: /f16/i.test(record.model_id) || (record.required_features?.includes('shader-f16') ?? false),
		memory: record.vram_required_MB === undefined ? null : record.vram_required_MB * 2 ** 20,
		binding: record.buffer_size_required_bytes ?? null
	};
}

/** WebLLM's own rule: the files of a repository are those of its main branch, unless the address names another. */
function filesBase(url: string): string {
	const slashed = url.endsWith('/') ? url : `${url}/`;
	return /\/resolve\/[^/]+\/$/.test(slashed) ? slashed : new URL('resolve/main/', slashed).href;
}

/** The entry that WebLLM is given: names that only this device's cache knows. */
export function recordFor(source: Source): ModelRecord {
	return {
		model: source.kept.files,
		model_id: source.id,
		model_lib: source.kept.library,
		...(source.overrides ? { overrides: source.overrides } : {})
	};
}

/** The hosts that a download of the model asks first; none where it came from a folder. */
export function originsOf(source: Source): string[] {
	if (source.brought) return [];
	return [...new Set([source.files, source.library].map((url) => new URL(url).origin))];
}

/** Under which the note that it is being loaded stands. */
export function markerKey(source: Source): string {
	return `webllm ${source.kept.files}`;
}
