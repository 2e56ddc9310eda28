import type { GivenNote } from '$lib/core';

/** A stretch of a prompt as it was sent. Joining the texts gives the prompt back, byte for byte. */
export interface SentPiece {
	kind: 'text' | 'note' | 'document';
	text: string;
	/** For a document: the rest of its opening line. For a note: its id. */
	label: string;
}

const OPEN = '<<<document ';
const CLOSE = '<<<end ';

/** Splits a prompt into trusted text, applied notes and fenced documents. A fence that was forged inside one ends nothing. */
export function splitPrompt(prompt: string, notes: readonly GivenNote[] = []): SentPiece[] {
	const pieces: SentPiece[] = [];
	let at = 0;
	while (at < prompt.length) {
		const open = nextFence(prompt, at);
		const end = open === null ? prompt.length : open.at;
		if (end > at) pieces.push(...markNotes(prompt.slice(at, end), notes));
		if (open === null) break;
		pieces.push({ kind: 'document', text: prompt.slice(open.at, open.end), label: open.label });
		at = open.end;
	}
	return pieces;
}

/** The next fenced block: from the start of its opening line to the end of its closing line. */
function nextFence(prompt: string, from: number): { at: number; end: number; label: string } | null {
	for (let at = lineWith(prompt, OPEN, from); at >= 0; at = lineWith(prompt, OPEN, at + 1)) {
		const lineEnd = endOfLine(prompt, at);
		const label = prompt
			.slice(at + OPEN.length, lineEnd)
			.replace(/>+\s*$/, '')
			.trim();
		const marker = label.split(/\s/)[0] ?? '';
		let close = lineWith(prompt, CLOSE, lineEnd);
		while (close >= 0 && !prompt.slice(close, endOfLine(prompt, close)).includes(marker)) {
			close = lineWith(prompt, CLOSE, close + 1);
		}
		if (close >= 0) {
			return { at, end: endOfLine(prompt, close), label: label.slice(marker.length).trim() || marker };
		}
	}
	return null;
}

/** Offset of the first line from `from` on that begins with the text, or -1. */
function lineWith(prompt: string, start: string, from: number): number {
	for (let at = prompt.indexOf(start, from); at >= 0; at = prompt.indexOf(start, at + 1)) {
		if (at === 0 || prompt[at - 1] === '\n') return at;
	}
	return -1;
}

function endOfLine(prompt: string, at: number): number {
	const end = prompt.indexOf('\n', at);
	return end < 0 ? prompt.length : end;
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
