import { failure, type Evidence, type Failure, type Usage } from '$lib/core';
import type {
	LanguageModelV4FinishReason,
	LanguageModelV4StreamPart,
	SharedV4ProviderMetadata,
	SharedV4Warning
} from '@ai-sdk/provider';
import * as z from 'zod';
import type { ModelRequest } from './contract';

/** What has arrived of an answer. Filled while the stream runs, so that half of one can be kept. */
export interface Received {
	text: string;
	warnings: string[];
	model: string | null;
	usage: Usage;
	evidence: Evidence[];
	/** Null until the stream has said how it ended. */
	finish: LanguageModelV4FinishReason['unified'] | null;
	/** The tool that it called instead of answering; steps offer none. */
	tool: string | null;
	/** The first `error` part, wrapped so that an error of `undefined` shows too. */
	error: { cause: unknown } | null;
}

export function nothingYet(): Received {
	return {
		text: '',
		warnings: [],
		model: null,
		usage: { input: null, output: null },
		evidence: [],
		finish: null,
		tool: null,
		error: null
	};
}

const evidenceSchema = z.array(
	z.object({
		claim: z.string(),
		document: z.string(),
		place: z.string(),
		how: z.string(),
		hash: z.string().optional()
	})
);

/** Takes one part in. Reasoning and files were not asked for and are passed over; that a tool was called is noted. */
export function receive(
	received: Received,
	part: LanguageModelV4StreamPart,
	onText: (piece: string) => void
): void {
	switch (part.type) {
		case 'stream-start':
			received.warnings.push(...part.warnings.map(sayWarning));
			break;
		case 'response-metadata':
			received.model = part.modelId ?? received.model;
			break;
		case 'text-delta':
			if (part.delta === '') break;
			received.text += part.delta;
			onText(part.delta);
			break;
		case 'tool-call':
			received.tool ??= part.toolName;
			break;
		case 'finish':
			received.finish = part.finishReason.unified;
			received.usage = {
				input: part.usage.inputTokens.total ?? null,
				output: part.usage.outputTokens.total ?? null
			};
			received.evidence = evidenceIn(part.providerMetadata);
			break;
		case 'error':
			received.error ??= { cause: part.error };
			break;
	}
}

/** Only our own providers write under the name `galley`; what a server sends stands under the provider's name. */
function evidenceIn(metadata: SharedV4ProviderMetadata | undefined): Evidence[] {
	const read = evidenceSchema.safeParse(metadata?.['galley']?.['evidence']);
	if (!read.success) return [];
	return read.data.map(({ hash, ...rest }) => (hash === undefined ? rest : { ...rest, hash }));
}

function sayWarning(warning: SharedV4Warning): string {
	switch (warning.type) {
		case 'unsupported':
		case 'compatibility':
			return `The model does not fully support “${warning.feature}”${warning.details ? `: ${warning.details}` : ''}.`;
		case 'deprecated':
		case 'other':
			return warning.message;
	}
}

/** What is wrong with an answer that ended properly, or null. Adds a warning where it is merely short. */
export function shortcoming(received: Received, request: ModelRequest): Failure | null {
	const { title } = request.provider;
	const isEmpty = received.text.trim() === '';
	if (received.finish === 'content-filter') {
		return failure(
			'model.filtered',
			`${title} held the answer back by its own rules on content. What had arrived is kept. ` +
				'Look at the material and the instructions, or choose another model.'
		);
	}
	if (received.tool !== null || received.finish === 'tool-calls') {
		const named = received.tool === null ? '' : ` (“${received.tool}”)`;
		return failure(
			'model.tool-call',
			`${title} wanted to use a tool${named} instead of answering; steps offer none, and none was used. ` +
				'What had arrived is kept. Say in the instructions that it has to answer itself, or choose another model.',
			{ details: received.tool === null ? {} : { tool: received.tool } }
		);
	}
	if (received.finish === 'length' && (request.json !== undefined || isEmpty)) {
		const limit = request.maxTokens === undefined ? 'its limit' : `the limit of ${request.maxTokens} tokens`;
		return failure(
			'model.cut-short',
			`The answer reached ${limit} before it was complete. What had arrived is kept. ` +
				'Raise the limit of the step, or ask for less.',
			{ details: request.maxTokens === undefined ? {} : { maxTokens: request.maxTokens } }
		);
	}
	if (isEmpty) {
		return failure(
			'model.empty',
			`${title} answered with nothing. Every earlier step is kept. Try again, or choose another model.`,
			{ retryable: true }
		);
	}
	if (received.finish === 'length') {
		received.warnings.push('The answer reached its limit of length; its end may be missing.');
	}
	return null;
}
