import {
	fail,
	failure,
	ok,
	placesIn,
	readOpenItems,
	sayOpenItems,
	sayPlaces,
	stricter,
	type Flag,
	type Json,
	type Labels,
	type Result,
	type Value
} from '$lib/core';
import * as z from 'zod';
import {
	defineStepKind,
	type CollectedDocument,
	type Collection,
	type ReadDocument,
	type StepContext
} from '../contract';
import { named } from '../material';
import { suspicionsIn } from '../suspicion';

const config = z.strictObject({
	sources: z
		.array(z.string())
		.default([])
		.meta({ title: 'Sources' })
		.describe('Ids of the sources to read. Empty: all of the workflow.')
});

type Given = StepContext['sources'][number];

/** Sources that find by themselves what earlier runs have, which may be nothing. */
const MAY_BE_NOTHING = new Set(['changes', 'open-items']);

export default defineStepKind({
	kind: 'collect',
	title: 'Collect',
	summary: 'Reads the files, texts and earlier outputs of this run, as they are.',
	jobs: ['collect'],
	config,
	example: { sources: ['sales', 'notes'] },
	async run(context) {
		const wanted = context.config.sources;
		const chosen = context.sources.filter(({ source }) => wanted.length === 0 || wanted.includes(source.id));
		const documents: CollectedDocument[] = [];
		const flags: Flag[] = [];
		const labels: Labels[] = [{ trust: 'untrusted', reach: 'may-leave' }];
		const from: string[] = [];
		for (const given of chosen) {
			const needed = given.source.required && !MAY_BE_NOTHING.has(given.source.kind);
			if (given.values.length === 0 && needed) return fail(missing(given));
			for (const { value, hash } of given.values) {
				context.signal.throwIfAborted();
				const read = await readValue(context, given, value, hash);
				if (!read.ok) return read;
				documents.push(...read.value.documents);
				flags.push(...read.value.documents.flatMap(suspected));
				labels.push(value.labels);
				from.push(hash);
				const name = value.name ?? given.source.title;
				for (const warning of read.value.warnings)
					flags.push({
						kind: 'uncertain',
						text: warning.includes(name) ? warning : `“${name}”: ${warning}`,
						about: name
					});
			}
		}
		const collection: Collection = { documents };
		return ok({
			output: {
				content: collection as unknown as Json,
				media: 'application/json',
				labels: stricter(labels),
				from
			},
			flags
		});
	}
});

/** Material that reads like orders to a model, with its place. It goes on as it is, behind its fence; a person is told. */
function suspected({ name, text, unit, spans }: CollectedDocument): Flag[] {
	return suspicionsIn(text).map(({ start, end, what }) => {
		const line = text.slice(0, start).split('\n').length;
		const place = spans ? sayPlaces(placesIn(text, spans, start, end)) : `${unit} ${line}`;
		const words = text.slice(start, end).replace(/\s+/g, ' ').trim().slice(0, 120);
		return {
			kind: 'anomaly',
			text: `“${name}”${place ? `, ${place}` : ''}, has words that read like an order to the model: “${words}”. It ${what}. The model is given it as material only; see that the draft does not follow it.`,
			about: name
		};
	});
}

function missing({ source }: Given) {
	const what = source.kind === 'files' ? 'no file was chosen' : 'nothing was given';
	return failure(
		'source.empty',
		`“${source.title}” is needed, and ${what}. Give it something and try this step again; nothing else is lost.`,
		{ details: { sourceId: source.id } }
	);
}

async function readValue(
	{ readFile }: Pick<StepContext, 'readFile'>,
	{ source }: Given,
	value: Value,
	hash: string
): Promise<Result<{ documents: CollectedDocument[]; warnings: string[] }>> {
	const name = value.name ?? source.title;
	// Another workflow's output is material; only the own one is what a report is compared with.
	const origin = source.workflow === undefined ? source.kind : ('output' as const);
	const whole = { source: source.id, origin, hash };
	const { content } = value;
	if (content instanceof Uint8Array || value.media === 'text/csv') {
		const bytes = content instanceof Uint8Array ? content : new TextEncoder().encode(asText(content));
		const read = await readFile({
			name: content instanceof Uint8Array ? name : withExtension(name, 'csv'),
			bytes
		});
		if (!read.ok) return fail(named(read.failure, name, { sourceId: source.id }));
		const { parts, ...document } = read.value;
		// A workbook or an archive is handed on as what it holds, so that each table stays one.
		const documents = (parts ?? [{ ...document, name }]).map((part) => ({ ...plainly(part), ...whole }));
		return ok({ documents, warnings: document.warnings });
	}
	const open = origin === 'open-items' ? readOpenItems(content) : null;
	const said = open
		? { media: 'text/markdown', text: sayOpenItems(open) }
		: { media: value.media, text: asText(content) };
	const document = { name, ...said, unit: 'line' as const, table: null };
	return ok({ documents: [{ ...document, ...whole, warnings: [] }], warnings: [] });
}

/** Without what says nothing: that line n is line n. */
function plainly({ parts: _, spans = [], ...document }: ReadDocument): ReadDocument {
	const isPlain = spans.every(
		({ place }) => place.in === 'line' || (place.in === 'cell' && place.sheet === undefined)
	);
	return isPlain ? document : { ...document, spans };
}

function asText(content: string | Json): string {
	return typeof content === 'string' ? content : JSON.stringify(content, null, 2);
}

function withExtension(name: string, extension: string): string {
	return name.toLowerCase().endsWith(`.${extension}`) ? name : `${name}.${extension}`;
}
