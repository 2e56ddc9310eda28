import { isOfBefore } from '$lib/core';
import type { DraftItem } from './document';
import { AHEAD, AHEAD_HEADING, CAUSE, contentWords, proseOf, UNSURE, weigh, type Sentence } from './prose';
import type { Reading } from './prompt';

/** The sentences that a draft may quote, each at most once. */
export class Quotes {
	readonly #sentences: Sentence[];
	readonly #weights: Map<Sentence, number>;
	readonly #used = new Set<Sentence>();

	constructor(reading: Reading) {
		const blocks = reading.blocks.filter(
			(block) =>
				!isOfBefore(block.origin) &&
				block.kind !== 'draft' &&
				!/style|guide/i.test(`${block.source} ${block.name}`)
		);
		this.#sentences = blocks.flatMap(proseOf);
		this.#weights = weigh(this.#sentences);
	}

	/** What the material plans: sentences under a heading such as “Next week”, else those that speak of what will be. */
	ahead(most: number): DraftItem[] {
		const headed = this.#sentences.filter(({ heading }) => AHEAD_HEADING.test(heading));
		const found = headed.length > 0 ? headed : this.#sentences.filter(({ text }) => AHEAD.test(text));
		return this.#take(found, most);
	}

	/** What the material doubts. */
	unsure(most: number): DraftItem[] {
		return this.#take(
			this.#behind().filter(({ text }) => UNSURE.test(text)),
			most
		);
	}

	/** Causes and doubts that speak of any of these words. */
	explaining(words: readonly string[], most: number): DraftItem[] {
		const wanted = new Set(words);
		const found = this.#behind().filter(
			({ text }) =>
				(CAUSE.test(text) || UNSURE.test(text)) && contentWords(text).some((word) => wanted.has(word))
		);
		return this.#take(found, most);
	}

	/** Sentences that share words with a topic. */
	about(topic: string, most: number): DraftItem[] {
		const wanted = new Set(contentWords(topic));
		return this.#take(
			this.#sentences.filter(({ text, heading }) =>
				contentWords(`${text} ${heading}`).some((word) => wanted.has(word))
			),
			most
		);
	}

	/** The weightiest of what is left, in the order of the material. */
	best(most: number): DraftItem[] {
		return this.#take(this.#behind(), most);
	}

	/** Everything but plans: those have a section of their own. */
	#behind(): Sentence[] {
		return this.#sentences.filter(({ heading }) => !AHEAD_HEADING.test(heading));
	}

	#take(from: readonly Sentence[], most: number): DraftItem[] {
		const weight = (sentence: Sentence) => this.#weights.get(sentence) ?? 0;
		const chosen = from
			.filter((sentence) => !this.#used.has(sentence))
			.sort((a, b) => weight(b) - weight(a))
			.slice(0, most);
		chosen.forEach((sentence) => this.#used.add(sentence));
		return this.#sentences
			.filter((sentence) => chosen.includes(sentence))
			.map((sentence) => ({
				text: sentence.text,
				weight: weight(sentence),
				from: { document: sentence.document, line: sentence.line }
			}));
	}
}
