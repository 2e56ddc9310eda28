import { countWords, sameHeading } from '$lib/core';

/** A draft on its way: sections of paragraphs, lists and tables, each part with its importance. */
export interface Draft {
	title: string;
	/** A line under the title; empty for none. */
	lead: string;
	sections: DraftSection[];
}

export interface DraftSection {
	title: string;
	blocks: DraftBlock[];
}

export type DraftBlock =
	| { kind: 'paragraph' | 'list'; items: DraftItem[] }
	| { kind: 'table'; header: string[]; rows: string[][]; weight: number };

/** A sentence, or an entry of a list. */
export interface DraftItem {
	text: string;
	/** Higher is dropped later. */
	weight: number;
	/** Where it stands word for word, when it was taken from a document. */
	from?: { document: string; line: number };
}

/** The draft as Markdown. A section without content keeps its heading: somebody may have asked for it. */
export function render(draft: Draft): string {
	const parts = [draft.title && `# ${draft.title}`, draft.lead];
	for (const section of draft.sections) {
		parts.push(`## ${section.title}`, ...section.blocks.map(renderBlock));
	}
	return parts.filter((part) => part !== '').join('\n\n');
}

function renderBlock(block: DraftBlock): string {
	if (block.kind !== 'table') {
		const texts = block.items.map((item) => item.text);
		return block.kind === 'list' ? texts.map((text) => `- ${text}`).join('\n') : texts.join(' ');
	}
	const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
	const rule = block.header.map((_, index) => (index === 0 ? '---' : '---:'));
	return [row(block.header), row(rule), ...block.rows.map(row)].join('\n');
}

/** Every text of the draft, changed. */
export function mapTexts(draft: Draft, change: (text: string) => string): Draft {
	return {
		title: change(draft.title),
		lead: change(draft.lead),
		sections: draft.sections.map((section) => ({
			title: change(section.title),
			blocks: section.blocks.map((block): DraftBlock =>
				block.kind === 'table'
					? { ...block, header: block.header.map(change), rows: block.rows.map((row) => row.map(change)) }
					: { ...block, items: block.items.map((item) => ({ ...item, text: change(item.text) })) }
			)
		}))
	};
}

/**
 * The draft without the sentences, entries and rows that a test picks out. A heading is left as it is: what stands below it
 * was not unwanted, and a note that is missed is said.
 */
export function without(draft: Draft, unwanted: (text: string) => boolean): Draft {
	return tidy({
		...draft,
		lead: unwanted(draft.lead) ? '' : draft.lead,
		sections: draft.sections.map((section) => ({
			...section,
			blocks: section.blocks.map((block): DraftBlock =>
				block.kind === 'table'
					? { ...block, rows: block.rows.filter((row) => !row.some(unwanted)) }
					: { ...block, items: block.items.filter((item) => !unwanted(item.text)) }
			)
		}))
	});
}

/**
 * The draft with the least important parts dropped until it has at most so many words. A section that lost everything
 * goes too, unless it is one to keep.
 */
export function shortened(draft: Draft, words: number, keep: readonly string[]): Draft {
	let now = draft;
	while (countWords(render(now)) > words) {
		const least = Math.min(
			...now.sections.flatMap((section) =>
				section.blocks.flatMap((block) =>
					block.kind === 'table' ? [block.weight] : block.items.map((item) => item.weight)
				)
			)
		);
		if (!Number.isFinite(least)) return { ...now, lead: '' };
		now = dropOne(now, least);
		const wanted = (section: DraftSection) =>
			section.blocks.length > 0 || keep.some((heading) => sameHeading(heading, section.title));
		now = { ...now, sections: now.sections.filter(wanted) };
	}
	return now;
}

/** The last part of that weight goes. */
function dropOne(draft: Draft, weight: number): Draft {
	let dropped = false;
	const once = (found: boolean) => {
		if (dropped || !found) return false;
		dropped = true;
		return true;
	};
	const sections = [...draft.sections].reverse().map((section) => ({
		...section,
		blocks: [...section.blocks]
			.reverse()
			.flatMap((block): DraftBlock[] => {
				if (block.kind === 'table') return once(block.weight === weight) ? [] : [block];
				const items = [...block.items].reverse().filter((item) => !once(item.weight === weight));
				return [{ ...block, items: items.reverse() }];
			})
			.reverse()
	}));
	return tidy({ ...draft, sections: sections.reverse() });
}

function tidy(draft: Draft): Draft {
	const holds = (block: DraftBlock) =>
		block.kind === 'table' ? block.rows.length > 0 : block.items.length > 0;
	return {
		...draft,
		sections: draft.sections.map((section) => ({ ...section, blocks: section.blocks.filter(holds) }))
	};
}
