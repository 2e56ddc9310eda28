import {
	countWords,
	hasPhrase,
	moneyWithDecimals,
	sameHeading,
	sayRule,
	sections,
	type Rule
} from '$lib/core';
import { diffCounts, diffWords, type DiffPart } from './diff';

/** A note that an edit suggests. The person confirms, changes or drops it; nothing is kept without that. */
export interface NoteProposal {
	instruction: string;
	before: string;
	after: string;
	/** True when a rule can obey and judge it without a model. */
	checkable: boolean;
}

const MOST = 6;

/**
 * What the edits from a draft to its reviewed version may mean for the next time, most general first, at most six.
 * Replaced words, sections dropped or added or moved to the front, decimals taken off money, a much shorter text and
 * deleted sentences are understood; any other edit is offered as an example to put into words.
 */
export function proposeNotes(draft: string, reviewed: string): NoteProposal[] {
	if (draft === reviewed) return [];
	const parts = diffWords(draft, reviewed);
	// Words that went with a section, or came with one, were not replaced by each other.
	const [before, after] = inBoth(draft, reviewed);
	const within = diffWords(before, after);
	const found = [
		...decimals(draft, reviewed),
		...sectionChanges(draft, reviewed),
		...shorter(draft, reviewed, parts),
		...replacements(within, draft, reviewed),
		...deletions(within, reviewed)
	];
	const unique = found.filter(
		(proposal, index) => found.findIndex((other) => other.instruction === proposal.instruction) === index
	);
	return (unique.length ? unique : unexplained(parts)).slice(0, MOST);
}

function fromRule(rule: Rule, before: string, after: string): NoteProposal {
	return { instruction: sayRule(rule), before, after, checkable: true };
}

function decimals(draft: string, reviewed: string): NoteProposal[] {
	const [before] = moneyWithDecimals(draft);
	if (before === undefined || moneyWithDecimals(reviewed).length > 0) return [];
	const whole = before.replace(/\.\d+/, '');
	return [fromRule({ type: 'no-decimals' }, before, whole)];
}

/** Headings of the sections of a text; a title above them (level 1) names the text and is none of them. */
function headings(text: string): string[] {
	return sections(text).flatMap((section) =>
		section.heading === null || section.level === 1 ? [] : [section.heading]
	);
}

function sectionChanges(draft: string, reviewed: string): NoteProposal[] {
	const before = headings(draft);
	const after = headings(reviewed);
	const missing = before.filter((heading) => !after.some((other) => sameHeading(heading, other)));
	const added = after.filter((heading) => !before.some((other) => sameHeading(heading, other)));
	if (missing.length > 0 && areRenamed(draft, reviewed, missing, added)) return [];
	const found = [
		...missing.map((heading) => fromRule({ type: 'no-section', heading }, heading, '')),
		...added.map((heading) => fromRule({ type: 'section', heading }, '', heading))
	];
	const first = after[0];
	if (!missing.length && !added.length && first !== undefined && first !== before[0]) {
		found.push(fromRule({ type: 'first-section', heading: first }, before[0] ?? '', first));
	}
	return found;
}

/** As many gone as came, each in its place and about the same: they were renamed, which says nothing about structure. */
function areRenamed(
	draft: string,
	reviewed: string,
	missing: readonly string[],
	added: readonly string[]
): boolean {
	const [before, after] = [below(draft), below(reviewed)];
	return (
		before.length === after.length &&
		before.every(({ heading, body }, place) => {
			const now = after[place];
			const isGone = missing.includes(heading);
			if (isGone !== added.includes(now?.heading ?? '')) return false;
			return !isGone || isAboutTheSame(body, now?.body ?? '');
		})
	);
}

/** At least half of the words of two texts are the same; two texts without words are, too. */
function isAboutTheSame(before: string, after: string): boolean {
	const same = diffWords(before, after).reduce(
		(sum, part) => sum + (part.kind === 'same' ? countWords(part.text) : 0),
		0
	);
	return 2 * same >= Math.max(countWords(before), countWords(after));
}

/** Sections below the title, with what stands in them. */
function below(text: string): { heading: string; body: string }[] {
	return sections(text).flatMap(({ heading, level, body }) =>
		heading === null || level === 1 ? [] : [{ heading, body }]
	);
}

/**
 * What both texts have, without headings: a heading that was reworded is no rule about words in the text, and neither is
 * a section that only one of them has. Sections that were renamed are in both.
 */
function inBoth(draft: string, reviewed: string): [string, string] {
	const [before, after] = [headings(draft), headings(reviewed)];
	const missing = before.filter((heading) => !after.some((other) => sameHeading(heading, other)));
	const added = after.filter((heading) => !before.some((other) => sameHeading(heading, other)));
	const gone = areRenamed(draft, reviewed, missing, added) ? [] : [...missing, ...added];
	const kept = (text: string) =>
		sections(text)
			.filter(({ heading }) => heading === null || !gone.includes(heading))
			.map(({ body }) => body)
			.join('\n');
	return [kept(draft), kept(reviewed)];
}

function shorter(draft: string, reviewed: string, parts: readonly DiffPart[]): NoteProposal[] {
	const before = countWords(draft);
	const after = countWords(reviewed);
	const { added } = diffCounts(parts);
	if (before < 60 || after > before * 0.7 || added > after * 0.5) return [];
	const words = Math.ceil(after / 10) * 10;
	return [fromRule({ type: 'max-words', words }, `${before} words`, `${after} words`)];
}

/** Short removed/added pairs: words written instead of others, when the old words are gone from the whole text. */
function replacements(parts: readonly DiffPart[], draft: string, reviewed: string): NoteProposal[] {
	const found: NoteProposal[] = [];
	for (const [index, part] of parts.entries()) {
		const next = parts[index + 1];
		if (part.kind !== 'removed' || next?.kind !== 'added') continue;
		const from = trimmed(part.text);
		const to = trimmed(next.text);
		if (!from || !to || from.toLowerCase() === to.toLowerCase()) continue;
		if (countWords(from) > 4 || countWords(to) > 6 || /\d|\n|["“”|#]/.test(from + to)) continue;
		if (hasPhrase(reviewed, from) || !hasPhrase(draft, from) || hasPhrase(to, from)) continue;
		const occurs = draft.toLowerCase().split(from.toLowerCase()).length - 1;
		found.push(
			fromRule({ type: 'replace', from: lowered(from, draft), to: lowered(to, reviewed) }, from, to)
		);
		if (occurs > 1) found.unshift(...found.splice(-1));
	}
	return found;
}

function deletions(parts: readonly DiffPart[], reviewed: string): NoteProposal[] {
	return parts.flatMap((part, index) => {
		const text = trimmed(part.text);
		const words = countWords(text);
		const replaced = parts[index + 1]?.kind === 'added';
		if (part.kind !== 'removed' || replaced || words === 0 || words > 12 || /[\n#|"“”]|\d/.test(text))
			return [];
		if (hasPhrase(reviewed, text)) return [];
		return [fromRule({ type: 'forbid', text }, text, '')];
	});
}

/** An edit that no rule explains: shown as it is, for the person to put into words. */
function unexplained(parts: readonly DiffPart[]): NoteProposal[] {
	const largest = parts
		.map((part, index) => ({
			before: part.kind === 'removed' ? part.text.trim() : '',
			after:
				part.kind === 'added'
					? part.text.trim()
					: parts[index + 1]?.kind === 'added'
						? (parts[index + 1]?.text.trim() ?? '')
						: '',
			kind: part.kind
		}))
		.filter((pair) => pair.kind !== 'same' && (pair.before || pair.after))
		.sort((a, b) => b.before.length + b.after.length - a.before.length - a.after.length)[0];
	if (!largest) return [];
	return [{ instruction: '', before: largest.before, after: largest.after, checkable: false }];
}

function trimmed(text: string): string {
	const line = text.trim().replace(/^(?:[-*+]|\d+[.)])\s+/, '');
	return line.replace(/^[,;:.!?\s]+|[,;:.!?\s]+$/g, '');
}

/** A word capitalised only because it began a sentence is proposed in its plain form. */
function lowered(words: string, text: string): string {
	const plain = words.charAt(0).toLowerCase() + words.slice(1);
	if (plain === words || /^\p{Lu}{2}/u.test(words)) return words;
	const starts = new RegExp(`(^|[.!?#*]\\s+|\\n)${words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`, 'u').test(
		text
	);
	return starts ? plain : words;
}
