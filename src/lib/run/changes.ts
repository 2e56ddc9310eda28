import { countWords } from '$lib/core';
import { diffLines } from 'diff';
import { diffCounts, diffWords } from './diff';

/** What is different from the last approved run, as a text that a step can be given. */

/** Something that a run was given. */
export interface GivenBefore {
	name: string;
	hash: string;
	/** Null for what is no text. */
	text: string | null;
}

/** What a run was given, by the titles that a person knows it by. */
export interface GivenToRun {
	inputs: Record<string, string>;
	sources: Record<string, GivenBefore[]>;
}

export interface Since {
	/** The last approved run, as it is called. */
	run: string;
	/** What the person made of its draft; null where they changed nothing. */
	edit: { draft: string; approved: string } | null;
	before: GivenToRun;
	now: GivenToRun;
}

/** Lines of one file, and edits of one result, that are told word for word. */
const MOST_LINES = 24;
const MOST_EDITS = 12;

/** What changed since the last approved run as Markdown: inputs, files with their changed lines, and the person's edits. */
export function sayChanges({ run, edit, before, now }: Since): string {
	const parts = [
		`# What changed since “${run}”`,
		section('Inputs', inputChanges(before.inputs, now.inputs)),
		...Object.keys({ ...before.sources, ...now.sources }).map((title) =>
			section(title, sourceChanges(before.sources[title] ?? [], now.sources[title] ?? []))
		),
		section('What the reviewer changed in the last result', edit ? edits(edit) : ['Nothing.'])
	];
	return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function section(title: string, lines: readonly string[]): string {
	return lines.length === 0 ? '' : `## ${title}\n\n${lines.map((line) => `- ${line}`).join('\n')}`;
}

function inputChanges(before: Record<string, string>, now: Record<string, string>): string[] {
	return Object.keys({ ...before, ...now }).flatMap((title) => {
		const [was, is] = [before[title] ?? '', now[title] ?? ''];
		return was === is ? [] : [`${title}: ${was || 'nothing'} → ${is || 'nothing'}`];
	});
}

/** Files are the same by their content; one of the same name, or the only one of both, is another version of it. */
function sourceChanges(before: readonly GivenBefore[], now: readonly GivenBefore[]): string[] {
	const isSame = (one: GivenBefore) => (other: GivenBefore) => one.hash === other.hash;
	const gone = before.filter((one) => !now.some(isSame(one)));
	const come = now.filter((one) => !before.some(isSame(one)));
	const taken = new Set<GivenBefore>();
	const said = come.map((one) => {
		const was =
			gone.find((other) => other.name === one.name && !taken.has(other)) ??
			(gone.length === 1 && come.length === 1 ? gone[0] : undefined);
		if (!was) return `${one.name} is new${size(one)}.`;
		taken.add(was);
		return versionChange(was, one);
	});
	return [
		...said,
		...gone.filter((one) => !taken.has(one)).map(({ name }) => `${name} is not there any more.`)
	];
}

function size({ text }: GivenBefore): string {
	return text === null ? '' : `, ${text.trim().split('\n').length} lines`;
}

function versionChange(was: GivenBefore, is: GivenBefore): string {
	const name = was.name === is.name ? is.name : `${is.name} in the place of ${was.name}`;
	if (was.text === null || is.text === null) return `${name}: another content, which is no text.`;
	const parts = diffLines(was.text, is.text).map(({ value, added, removed }) => ({
		sign: added ? '+' : removed ? '−' : '',
		lines: value.split('\n').filter((line) => line.trim() !== '')
	}));
	const changed = parts.flatMap(({ sign, lines }) => (sign ? lines.map((line) => ({ sign, line })) : []));
	const facts = `${name}: ${sayLines(parts)}.`;
	const shown = changed
		.slice(0, MOST_LINES)
		.map(({ sign, line }) => `  - \`${sign} ${line.replaceAll('`', '’').slice(0, 200)}\``);
	const more = changed.length > MOST_LINES ? [`  - and ${changed.length - MOST_LINES} lines more`] : [];
	return [facts, ...shown, ...more].join('\n');
}

/** A line with another one in its place has changed; it neither came nor went. */
function sayLines(parts: readonly { sign: string; lines: readonly string[] }[]): string {
	const sums = { changed: 0, new: 0, gone: 0 };
	for (const [at, { sign, lines }] of parts.entries()) {
		const replaced = sign === '−' && parts[at + 1]?.sign === '+' ? (parts[at + 1]?.lines.length ?? 0) : 0;
		const both = Math.min(lines.length, replaced);
		sums.changed += both;
		if (sign === '−') sums.gone += lines.length - both;
		if (sign === '−') sums.new -= both;
		if (sign === '+') sums.new += lines.length;
	}
	const said = Object.entries(sums).flatMap(([what, count]) =>
		count === 0 ? [] : `${count} ${count === 1 ? 'line' : 'lines'} ${what}`
	);
	return said.join(', ') || 'only empty lines changed';
}

function edits({ draft, approved }: NonNullable<Since['edit']>): string[] {
	const parts = diffWords(draft, approved);
	const { added, removed } = diffCounts(parts);
	const changes = parts.flatMap((part, at) => {
		const next = parts[at + 1];
		const words = (text: string) => `“${text.replace(/\s+/g, ' ').trim()}”`;
		if (part.kind === 'same' || countWords(part.text) === 0) return [];
		if (part.kind === 'added') return parts[at - 1]?.kind === 'removed' ? [] : [`Added: ${words(part.text)}`];
		return [
			next?.kind === 'added' ? `${words(part.text)} → ${words(next.text)}` : `Left out: ${words(part.text)}`
		];
	});
	const more = changes.length > MOST_EDITS ? [`and ${changes.length - MOST_EDITS} more`] : [];
	return [`+${added} −${removed} words.`, ...changes.slice(0, MOST_EDITS), ...more];
}
