import { fail, failure, ok, type Flag, type Json, type ProviderChoice, type Result } from '$lib/core';
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
	return tokensIn(text.length);
}

/** The same for a text of which only its length, in characters, is known. */
export function tokensIn(characters: number): number {
	return Math.ceil(characters / 3);
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

/** Tokens of material that a model step of a definition has room for; null where nobody knows. */
export function roomFor(step: { with: Record<string, Json> }, choice: ProviderChoice): number | null {
	const numberOf = (name: string) => {
		const said = step.with[name];
		return typeof said === 'number' ? said : undefined;
	};
	return (
		roomOf(choice, { maxMaterial: numberOf('maxMaterial'), maxTokens: numberOf('maxTokens') })?.tokens ?? null
	);
}

/** Ids of the sources that a collect step of a definition reads; null for all of them. */
export function collectedSources({ with: { sources } }: { with: Record<string, Json> }): string[] | null {
	const ids = Array.isArray(sources) ? sources.filter((id) => typeof id === 'string') : [];
	return ids.length > 0 ? ids : null;
}

/**
 * Material as a model has room for it. What fits stays whole. Of documents that do not, the passages nearest to the task
 * are taken (BM25), with the beginnings of the documents that they are from; of texts only where they alone are too much.
 * What was left out is told. Fails where even that makes no sense.
 */
export async function fitted(
	material: readonly Material[],
	{ room, task, model }: { room: Room | null; task: string; model: string }
): Promise<Result<Fitted>> {
	const sizes = material.map((item) => tokensOf(textOf(item)));
	const total = sizes.reduce((sum, size) => sum + size, 0);
	const whole = ok({ material: [...material], flags: [] });
	if (room === null || total <= room.tokens) return whole;
	const leftBeside = (kinds: readonly Material['kind'][]) =>
		material.reduce(
			(left, { kind }, at) => left - (kinds.includes(kind) ? 0 : (sizes[at] ?? 0)),
			room.tokens
		);
	const hasDocuments = material.some(({ kind }) => kind === 'document');
	const shortening = [['document'], ['document', 'text']] as const;
	const kinds = shortening.find((some) => leftBeside(some) >= LEAST && (hasDocuments || some.length > 1));
	if (!kinds) return total > room.most ? fail(tooMuch(total, room.most, model)) : whole;
	const documents = new Map(
		material.flatMap((item) => {
			const document = kinds.some((kind) => kind === item.kind) ? documentOf(item) : null;
			return document ? [[item, document] as const] : [];
		})
	);
	const chosen = await choose([...documents.values()], leftBeside(kinds), task);
	const shortenedOnes: Shortened[] = [];
	const fitting = material.flatMap((item): Material[] => {
		const document = documents.get(item);
		const passages = document && chosen.get(document);
		if (!passages || passages.kept.length === passages.all.length) return [item];
		shortenedOnes.push({ document, ...passages });
		if (passages.kept.length === 0) return [];
		const short = shortened(document, passages.kept);
		return [
			item.kind === 'text'
				? { ...item, text: short.text }
				: { kind: 'document', input: item.input, document: short }
		];
	});
	return ok({ material: fitting, flags: flagsOf(shortenedOnes, model) });
}

/** A text is cut and told of like a document. */
function documentOf(item: Material): CollectedDocument | null {
	if (item.kind === 'data') return null;
	if (item.kind === 'document') return item.document;
	const { name, media, text } = item;
	const table = media === 'text/csv' ? { columns: [], rows: 0 } : null;
	const facts = {
		source: item.input,
		origin: 'output' as const,
		hash: '',
		unit: table ? 'row' : 'line'
	} as const;
	return { ...facts, name, media, text, table, warnings: [] };
}

interface Chosen {
	kept: Passage[];
	all: Passage[];
	/** Words of the task for which passages were taken. */
	terms: string[];
}

interface Shortened extends Chosen {
	document: CollectedDocument;
}

/** Beginnings of all documents are given where they take no more than this part of the room. */
const BEGINNINGS = 1 / 4;

async function choose(
	documents: readonly CollectedDocument[],
	room: number,
	task: string
): Promise<Map<CollectedDocument, Chosen>> {
	const { default: MiniSearch } = await import('minisearch');
	const index = new MiniSearch<{ id: number; text: string }>({ fields: ['text'] });
	const passages: { document: CollectedDocument; passage: Passage; text: string; first: number }[] = [];
	for (const document of documents) {
		const first = passages.length;
		for (const passage of passagesOf(document.text, document.table !== null))
			passages.push({ document, passage, first, text: document.text.slice(passage.start, passage.end) });
	}
	index.addAll(passages.map(({ text }, id) => ({ id, text })));
	const found = index.search(task, { combineWith: 'OR' });
	const taken = new Set<number>();
	let left = room;
	const take = (ids: readonly number[]) => {
		const wanted = [...new Set(ids)].filter((id) => !taken.has(id));
		const size = wanted.reduce((sum, id) => sum + tokensOf(passages[id]?.text ?? '') + 2, 0);
		if (size > left) return;
		for (const id of wanted) taken.add(id);
		left -= size;
	};
	// Many documents' beginnings would leave no room for what was looked for.
	const beginnings = [...new Set(passages.map(({ first }) => first))];
	const sizeOfAll = beginnings.reduce((sum, id) => sum + tokensOf(passages[id]?.text ?? '') + 2, 0);
	if (sizeOfAll <= room * BEGINNINGS || documents.length === 1) for (const id of beginnings) take([id]);
	// A passage says little without the head of its document: the title, the names of the columns.
	const ranked = [...found.map(({ id }) => Number(id)), ...passages.keys()];
	for (const id of ranked) take([passages[id]?.first ?? id, id]);
	const terms = new Map(found.map(({ id, queryTerms }) => [Number(id), queryTerms]));
	const chosen = new Map<CollectedDocument, Chosen>(
		documents.map((document) => [document, { kept: [], all: [], terms: [] }])
	);
	passages.forEach(({ document, passage }, id) => {
		const one = chosen.get(document);
		one?.all.push(passage);
		if (!taken.has(id)) return;
		one?.kept.push(passage);
		one?.terms.push(...(terms.get(id) ?? []));
	});
	return chosen;
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

/** Documents that are told of one by one: each of these has to be looked at before anything is approved. */
const MOST_TOLD = 8;
const WAYS_ON = 'To have all of it read, split it with a map, or use a model that takes more.';

function flagsOf(short: readonly Shortened[], model: string): Flag[] {
	const part = short.filter(({ kept }) => kept.length > 0);
	const none = short.filter(({ kept }) => kept.length === 0);
	const flags = part.slice(0, MOST_TOLD).map((one) => flagOf(one, model));
	const rest = part.slice(MOST_TOLD);
	if (rest.length > 0)
		flags.push({
			kind: 'uncertain',
			text: `Of ${rest.length} more documents only passages were given to ${model} too: ${namesOf(rest)}. ${WAYS_ON}`
		});
	const [only] = none;
	if (only && none.length === 1)
		flags.push({
			kind: 'uncertain',
			text: `“${only.document.name}” did not fit beside the other material that ${model} takes at once, so none of it was given. ${WAYS_ON}`,
			about: only.document.name
		});
	else if (none.length > 1)
		flags.push({
			kind: 'uncertain',
			text: `${none.length} documents did not fit beside the other material that ${model} takes at once, so none of them was given: ${namesOf(none)}. ${WAYS_ON}`
		});
	return flags;
}

function namesOf(some: readonly Shortened[]): string {
	const names = some.slice(0, MOST_TOLD).map(({ document }) => `“${document.name}”`);
	const more = some.length - names.length;
	return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ');
}

function flagOf({ document, kept, all, terms }: Shortened, model: string): Flag {
	const where = sayPassages(document, kept.slice(0, 12));
	const words = mostOf(terms);
	const hasBeginning = kept[0] === all[0];
	const nearest = words.length > 0 ? `what is nearest to the task (${words.join(', ')})` : '';
	const why = [hasBeginning ? 'its beginning' : '', nearest].filter(Boolean).join(' and ');
	const places = where ? `; ${where}${kept.length > 12 ? ' and others' : ''}` : '';
	return {
		kind: 'uncertain',
		text: `“${document.name}” is longer than ${model} takes at once, so ${kept.length} of its ${all.length} passages were given${why ? `: ${why}` : ''}${places}. The rest was not seen. ${WAYS_ON}`,
		about: document.name
	};
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
