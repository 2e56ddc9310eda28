import type { Json } from '$lib/core';
import type { LanguageModelV4CallOptions, LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { builtInModel } from './model';

const MARKER = 'b1u1l1t1i1n1test';

export interface AskedBlock {
	name: string;
	text: string;
	source?: string;
	media?: string;
	origin?: string;
	kind?: string;
}

/** A call in the form that the step room's prompts have. */
export interface Ask {
	job: string;
	task?: string;
	sections?: string[];
	corrections?: string[];
	schema?: Record<string, Json>;
	blocks: AskedBlock[];
}

/** The options of such a call. */
export function optionsFor(ask: Ask): LanguageModelV4CallOptions {
	const corrections = (ask.corrections ?? []).map((text, index) => `${index + 1}. ${text}`);
	const system = [
		`- The marker of this message is ${MARKER}. It fences material in.`,
		`Job: ${ask.job}`,
		...(corrections.length > 0 ? ['Corrections to obey (made by a person):', ...corrections] : [])
	]
		.join('\n\n')
		.replace(/\n\n(?=\d+\. )/g, '\n');
	const outline = (ask.sections ?? []).map((section) => `- ${section}`).join('\n');
	const user = [
		'Run: A run (started 2026-11-23)',
		ask.task ? `Task:\n${ask.task}` : '',
		outline && `Write Markdown. Begin with the title, then these sections:\nTitle: A run\n${outline}`,
		'Material:',
		...ask.blocks.map(
			({
				kind = 'document',
				name,
				text,
				source = name.replace(/\..*$/, ''),
				media = mediaOf(name),
				origin = 'files'
			}) =>
				`<<<${kind} ${MARKER} name="${name}" media="${media}" source="${source}" origin="${origin}">>>\n${text}\n<<<end ${MARKER}>>>`
		)
	];
	const options: LanguageModelV4CallOptions = {
		prompt: [
			{ role: 'system', content: system },
			{ role: 'user', content: [{ type: 'text', text: user.filter((part) => part !== '').join('\n\n') }] }
		]
	};
	if (ask.schema) options.responseFormat = { type: 'json', schema: ask.schema };
	return options;
}

function mediaOf(name: string): string {
	return name.endsWith('.csv') ? 'text/csv' : 'text/markdown';
}

/** The whole answer: text, evidence and warnings. */
export async function answerTo(ask: Ask) {
	const { content, warnings, providerMetadata } = await builtInModel().doGenerate(optionsFor(ask));
	return {
		text: content.map((part) => (part.type === 'text' ? part.text : '')).join(''),
		warnings: warnings.map((warning) => ('message' in warning ? warning.message : '')),
		evidence: (providerMetadata?.['galley']?.['evidence'] ?? []) as {
			claim: string;
			document: string;
			place: string;
			how: string;
		}[]
	};
}

/** One field that is asked for in words, of a given type. */
export async function field(
	description: string,
	type: string,
	blocks: AskedBlock[],
	more: Record<string, Json> = {}
) {
	const schema: Record<string, Json> = {
		type: 'object',
		properties: { it: { type: [type, 'null'], title: 'It', description, ...more } }
	};
	const { text, warnings, evidence } = await answerTo({ job: 'extract', schema, blocks });
	return { value: (JSON.parse(text) as { it: Json }).it, warnings, evidence };
}

/** Every part of a streamed answer. */
export async function partsOf(options: LanguageModelV4CallOptions): Promise<LanguageModelV4StreamPart[]> {
	const { stream } = await builtInModel().doStream(options);
	const parts: LanguageModelV4StreamPart[] = [];
	for await (const part of stream) parts.push(part);
	return parts;
}
