import type { GivenNote } from '$lib/core';

/** A stretch of a prompt as it was sent. Joining the texts gives the prompt back, byte for byte. */
export interface SentPiece {
	kind: 'text' | 'note' | 'document';
	text: string;
	/** For a fenced block: what it is, such as `document sales.csv`. For a note: its id. */
	label: string;
}

/** An opening line: `<<<document MARKER name="sales.csv" rows=230>>>`. */
const OPEN = /^<<<(?!end )([a-z]+) (\S+?)(?: (.*))?>>>$/gm;

/** Splits a prompt into trusted text, applied notes and fenced blocks. Only a closing line with the block's own marker ends it. */
export function splitPrompt(prompt: string, notes: readonly GivenNote[] = []): SentPiece[] {
	const pieces: SentPiece[] = [];
	let at = 0;
	for (const match of prompt.matchAll(OPEN)) {
		if (match.index < at) continue;
		const closing = `\n<<<end ${match[2] ?? ''}>>>`;
		const close = prompt.indexOf(closing, match.index);
		if (close < 0) continue;
		const end = close + closing.length;
		pieces.push(...markNotes(prompt.slice(at, match.index), notes));
		pieces.push({ kind: 'document', text: prompt.slice(match.index, end), label: labelOf(match) });
		at = end;
	}
	pieces.push(...markNotes(prompt.slice(at), notes));
	return pieces;
}

function labelOf(match: RegExpExecArray): string {
	const name = /\bname="((?:[^"\\]|\\.)*)"/.exec(match[3] ?? '')?.[1];
	return [match[1], name].filter((part) => part !== undefined).join(' ');
}

function markNotes(text: string, notes: readonly GivenNote[]): SentPiece[] {
	const found = notes
		.map((note) => ({ note, at: note.instruction ? text.indexOf(note.instruction) : -1 }))
		.filter(({ at }) => at >= 0)
		.sort((a, b) => a.at - b.at);
	const pieces: SentPiece[] = [];
	let at = 0;
	for (const { note, at: start } of found) {
		if (start < at) continue;
		if (start > at) pieces.push({ kind: 'text', text: text.slice(at, start), label: '' });
		at = start + note.instruction.length;
		pieces.push({ kind: 'note', text: note.instruction, label: note.id });
	}
	if (at < text.length) pieces.push({ kind: 'text', text: text.slice(at), label: '' });
	return pieces;
}
