import { fail, failure, ok, type Flag, type ProviderChoice, type Result } from '$lib/core';
import { providerOf } from '$lib/models';
import type { CollectedDocument } from './contract';
import type { Material } from './material';
import { passagesOf, sayPassages, shortened, type Passage } from './passages';

/** Tokens that are kept free for the rules, the task and the answer's form. */
const AROUND = 600;
/** Without room for this many tokens of material nothing is worth asking. */
const LEAST = 200;
/** Taken for an answer whose length nobody limits. */
const ANSWER = 1_500;

/** Material as it fits, with what a person has to know about it. */
export interface Fitted {
	material: Material[];
	flags: Flag[];
}

/** Roughly the tokens of a text. Three characters each: an estimate that is too low would have the model refuse. */
export function tokensOf(text: string): number {
	return Math.ceil(text.length / 3);
}

/** How many tokens of material a model takes. */
export interface Room {
	/** Beside everything else. */
	tokens: number;
	/** If it took nothing else: with more than that there is no use in asking. */
	most: number;
}

/** The room that a model's settings and the step's leave; null where nobody knows. */
export function roomOf(
	choice: ProviderChoice,
	said: { maxMaterial?: number | undefined; maxTokens?: number | undefined }
): Room | null {
	// What the person left out is what the provider takes instead, a context among them.
	const config = providerOf(choice.id)?.config.safeParse(choice.config).data ?? choice.config;
	const { context, answer, maxTokens } = config;
	const { maxMaterial = Infinity } = said;
	const stated = [answer, maxTokens].find((each): each is number => typeof each === 'number');
	const answers = said.maxTokens ?? stated ?? ANSWER;
	const most = typeof context === 'number' ? context : Infinity;
	// An answer may be shorter than it is allowed to be: half of a small window is for material whatever else is said.
	const tokens = Math.min(maxMaterial, Math.max(most - answers - AROUND, most / 2));
	return tokens === Infinity ? null : { tokens: Math.floor(tokens), most };
}

/**
 * Material as a model has room for it. What fits stays whole. Of documents that do not, the passages nearest to the task
 * are taken (BM25), each document's beginning among them; what was left out is told. Fails where even that makes no sense.
 */
export async function fitted(
	material: readonly Material[],
	{ room, task, model }: { room: Room | null; task: string; model: string }
): Promise<Result<Fitted>> {
	const sizes = material.map((item) => tokensOf(textOf(item)));
	const total = sizes.reduce((sum, size) => sum + size, 0);
	const whole = ok({ material: [...material], flags: [] });
	if (room === null || total <= room.tokens) return whole;
	const fixed = material.reduce(
		(sum, item, at) => sum + (item.kind === 'document' ? 0 : (sizes[at] ?? 0)),
		0
	);
	const left = room.tokens - fixed;
	if (left < LEAST) return total > room.most ? fail(tooMuch(total, room.most, model)) : whole;
	const documents = material.flatMap((item) => (item.kind === 'document' ? [item.document] : []));
	const chosen = await choose(documents, left, task);
	const flags: Flag[] = [];
	const fitting = material.flatMap((item): Material[] => {
		if (item.kind !== 'document') return [item];
		const { kept, all, terms } = chosen.get(item.document) ?? { kept: [], all: [], terms: [] };
		if (kept.length === all.length) return [item];
		flags.push(flagOf(item.document, { kept, all, terms, model }));
		return kept.length === 0 ? [] : [{ ...item, document: shortened(item.document, kept) }];
	});
	return ok({ material: fitting, flags });
}

interface Chosen {
	kept: Passage[];
	all: Passage[];
	/** Words of the task for which passages were taken. */
	terms: string[];
}

async function choose(
	documents: readonly CollectedDocument[],
	room: number,
	task: string
): Promise<Map<CollectedDocument, Chosen>> {
	const { default: MiniSearch } = await import('minisearch');
	const index = new MiniSearch<{ id: number; text: string }>({ fields: ['text'] });
	const passages = documents.flatMap((document) =>
		passagesOf(document.text, document.table !== null).map((passage, number) => ({
			document,
			passage,
			number
		}))
	);
	const textAt = (at: number) => {
		const { document, passage } = passages[at] ?? {};
		return document && passage ? document.text.slice(passage.start, passage.end) : '';
	};
	index.addAll(passages.map((_, id) => ({ id, text: textAt(id) })));
	const found = index.search(task, { combineWith: 'OR' });
	const first = passages.flatMap(({ number }, at) => (number === 0 ? [at] : []));
	const order = [...new Set([...first, ...found.map(({ id }) => Number(id)), ...passages.keys()])];
	const taken = new Set<number>();
	let left = room;
	for (const at of order) {
		const size = tokensOf(textAt(at)) + 2;
		if (size > left) continue;
		taken.add(at);
		left -= size;
	}
	const terms = new Map(found.map(({ id, queryTerms }) => [Number(id), queryTerms]));
	return new Map(
		documents.map((document) => {
			const own = passages.flatMap((one, at) => (one.document === document ? [{ ...one, at }] : []));
			const kept = own.filter(({ at }) => taken.has(at));
			const words = kept.flatMap(({ at }) => terms.get(at) ?? []);
			return [
				document,
				{
					kept: kept.map(({ passage }) => passage),
					all: own.map(({ passage }) => passage),
					terms: mostOf(words)
				}
			];
		})
	);
}

/** The words that occur most, at most six, each of some length. */
function mostOf(words: readonly string[]): string[] {
	const counts = new Map<string, number>();
	for (const word of words) if (word.length > 3) counts.set(word, (counts.get(word) ?? 0) + 1);
	return [...counts]
		.sort((a, b) => b[1] - a[1])
		.map(([word]) => word)
		.slice(0, 6);
}

function flagOf(document: CollectedDocument, { kept, all, terms, model }: Chosen & { model: string }): Flag {
	const where = sayPassages(document, kept.slice(0, 12));
	const why =
		terms.length > 0
			? `its beginning and what is nearest to the task (${terms.join(', ')})`
			: 'its beginning';
	const text =
		kept.length === 0
			? `“${document.name}” did not fit beside the other material that ${model} takes at once, so none of it was given.`
			: `“${document.name}” is longer than ${model} takes at once, so ${kept.length} of its ${all.length} passages were given: ${why}${where ? `; ${where}${kept.length > 12 ? ' and others' : ''}` : ''}. The rest was not seen. To have all of it read, split it with a map, or use a model that takes more.`;
	return { kind: 'uncertain', text, about: document.name };
}

function tooMuch(total: number, room: number, model: string) {
	return failure(
		'model.too-long',
		`This step has some ${total.toLocaleString('en')} tokens of material, and ${model} takes ${room.toLocaleString('en')} in all. Nothing was sent. Shorten what goes in, split it with a map, or choose a model that takes more.`,
		{ details: { asked: total, context: room } }
	);
}

function textOf(item: Material): string {
	if (item.kind === 'document') return item.document.text;
	return item.kind === 'text' ? item.text : JSON.stringify(item.data);
}
