import { hasPhrase, type Json } from '$lib/core';
import { nothing, type Answer } from './answer';
import { proseOf } from './prose';
import type { Block, Reading } from './prompt';

/** A class with the words that speak for it. */
interface Class {
	name: string;
	words: string[];
}

/** The value of an `enum` whose words occur most. Words of a class: `billing (invoice, refund)` in the description. */
export function classOf(schema: Record<string, Json>, blocks: readonly Block[]): Answer {
	const names = (Array.isArray(schema['enum']) ? schema['enum'] : []).filter(
		(item) => typeof item === 'string'
	);
	const description = typeof schema['description'] === 'string' ? schema['description'] : '';
	const classes = names.map((name) => ({ name, words: [name, ...wordsFor(name, description)] }));
	const best = decide(classes, blocks);
	if (best) {
		const [line] = best.lines;
		const evidence = line
			? [
					{
						document: line.document,
						place: `line ${line.line}`,
						how: `words for “${best.name}”: ${best.found.join(', ')}`
					}
				]
			: [];
		return { value: best.name, evidence, why: '' };
	}
	const open = names.find((name) => /^(?:other|unknown|unclear|none)$/i.test(name));
	return open
		? { value: open, evidence: [], why: '' }
		: nothing('no word of any class occurs, or two classes fit alike');
}

/** Classes named in the task: `Categories: billing (invoice, refund), technical (error)`. Answers with one name. */
export function classify(reading: Reading): string {
	const list = /^(?:categories|classes|labels)\s*:\s*(.+)$/im.exec(reading.task)?.[1] ?? '';
	const classes = [...list.matchAll(/([^,()]+?)\s*(?:\(([^)]*)\))?\s*(?:,|$)/g)]
		.map((match) => ({ name: (match[1] ?? '').trim(), words: [(match[1] ?? '').trim(), ...split(match[2])] }))
		.filter(({ name }) => name !== '');
	return decide(classes, reading.blocks)?.name ?? 'unclear';
}

function wordsFor(name: string, description: string): string[] {
	const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
	return split(new RegExp(`\\b${escaped}\\s*[(:]\\s*([^);]*)`, 'i').exec(description)?.[1]);
}

function split(words: string | undefined): string[] {
	return (words ?? '')
		.split(',')
		.map((word) => word.trim())
		.filter((word) => word !== '');
}

/** The class with the most sentences on its side; null without any, or when two are equal. */
function decide(classes: readonly Class[], blocks: readonly Block[]) {
	const sentences = blocks.flatMap(proseOf);
	const order = classes
		.map(({ name, words }) => {
			const lines = sentences.filter(({ text }) => words.some((word) => hasPhrase(text, word)));
			const found = words.filter((word) => lines.some(({ text }) => hasPhrase(text, word)));
			return { name, lines, found, score: lines.length };
		})
		.sort((a, b) => b.score - a.score);
	const [best, second] = order;
	return best && best.score > 0 && best.score !== second?.score ? best : null;
}
