import type { Written } from './draft';
import { proseOf, weigh } from './prose';
import type { Reading } from './prompt';
import { obey, ordersOf } from './obey';
import { render } from './document';

const DEFAULT_SENTENCES = 5;

/** The weightiest sentences of the material, word for word and in its order. */
export function summarize(reading: Reading): Written {
	const blocks = reading.blocks.filter((block) => block.kind !== 'draft');
	const all = blocks.flatMap(proseOf);
	const weights = weigh(all);
	const asked = Number(/\b(\d{1,2}) sentences\b/.exec(reading.task)?.[1] ?? DEFAULT_SENTENCES);
	const chosen = [...all].sort((a, b) => (weights.get(b) ?? 0) - (weights.get(a) ?? 0)).slice(0, asked);
	const items = all
		.filter((sentence) => chosen.includes(sentence))
		.map((sentence) => ({
			text: sentence.text,
			weight: weights.get(sentence) ?? 0,
			from: { document: sentence.document, line: sentence.line }
		}));
	const { rules, notUnderstood } = ordersOf(reading);
	const limit = reading.maxWords === null ? [] : [{ type: 'max-words' as const, words: reading.maxWords }];
	const plain = {
		title: '',
		lead: '',
		sections: [{ title: '', blocks: [{ kind: 'paragraph' as const, items }] }]
	};
	const written = obey(plain, [...rules, ...limit], (title) => ({ title, blocks: [] }));
	const text = render(written)
		.replace(/^## \n*/, '')
		.trim();
	return {
		text: text || 'The material has no sentences that could be selected.',
		evidence: items
			.filter((item) => text.includes(item.text))
			.map((item) => ({
				claim: item.text,
				document: item.from.document,
				place: `line ${item.from.line}`,
				how: 'selected sentence'
			})),
		warnings: notUnderstood.map(
			(note) => `The built-in provider selects sentences; it could not follow “${note}”.`
		)
	};
}
