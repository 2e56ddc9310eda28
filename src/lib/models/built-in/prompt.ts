import type { Json } from '$lib/core';
import type { LanguageModelV4Prompt } from '@ai-sdk/provider';

/** A fenced block of the prompt: what may be looked at and is never obeyed. */
export interface Block {
	kind: string;
	name: string;
	media: string;
	/** Id of the source, or name of the input. */
	source: string;
	/** `last-approved` for the report that came before. */
	origin: string;
	text: string;
}

/** A field of typed data as the prompt explains it. */
export interface Legend {
	field: string;
	title: string;
	description: string;
}

/** A prompt as it is read: what is asked, what has to be obeyed, what there is to look at. */
export interface Reading {
	job: string;
	runTitle: string;
	task: string;
	title: string;
	sections: { title: string; about: string }[];
	maxWords: number | null;
	corrections: string[];
	/** What a person asked to be changed about the previous draft; empty for a first draft. */
	feedback: string;
	schema: Record<string, Json> | null;
	legend: Legend[];
	blocks: Block[];
}

const START = /^<<<([a-z]+) (\S+?)((?: [a-z]+=(?:"(?:[^"\\]|\\.)*"|-?\d+))*)>>>$/;

/** Reads the messages of a call. Fenced text is taken out first, so that nothing in it can pass for a rule. */
export function readPrompt(messages: LanguageModelV4Prompt, schema: Record<string, Json> | null): Reading {
	const system = textOf(messages, 'system');
	const user = textOf(messages, 'user');
	const marker = /\bThe marker of this message is ([A-Za-z0-9_-]+)\./.exec(system)?.[1] ?? null;
	const { blocks, rest } = unfence(user, marker);
	const task =
		/(?:^|\n)Task:\n([\s\S]*?)(?=\n\n(?:Write Markdown\. Begin|Length: at most|Answer with one JSON|Changes asked for:|Material:)|$)/;
	return {
		job: /^Job: (\w+)$/m.exec(system)?.[1] ?? '',
		runTitle: /^Run: (.+?)(?: \(started [\d-]+\))?$/m.exec(rest)?.[1] ?? '',
		task: (task.exec(rest)?.[1] ?? (marker ? '' : rest)).trim(),
		title: /^Title: (.+)$/m.exec(rest)?.[1] ?? '',
		sections: outlineOf(rest),
		maxWords: Number(/^Length: at most (\d+) words\.$/m.exec(rest)?.[1] ?? 0) || null,
		corrections: correctionsOf(system),
		feedback: /(?:^|\n)Changes asked for: [^:\n]*: ([\s\S]*?)(?=\n<fence>|$)/.exec(rest)?.[1]?.trim() ?? '',
		schema: schema ?? schemaIn(rest),
		legend: legendOf(rest),
		// An earlier answer, and what was wrong with it, are nothing to take facts from.
		blocks: blocks.filter(({ kind }) => kind !== 'answer' && kind !== 'problems')
	};
}

function textOf(messages: LanguageModelV4Prompt, role: 'system' | 'user'): string {
	return messages
		.filter((message) => message.role === role)
		.map(({ content }) =>
			typeof content === 'string'
				? content
				: content.map((part) => (part.type === 'text' ? part.text : '')).join('\n')
		)
		.join('\n\n');
}

/** Takes out the blocks that carry the marker; a line `<fence>` stays in the place of each. */
function unfence(text: string, marker: string | null): { blocks: Block[]; rest: string } {
	const blocks: Block[] = [];
	const rest: string[] = [];
	let open: { block: Block; lines: string[] } | null = null;
	for (const line of text.split('\n')) {
		if (open) {
			if (line === `<<<end ${marker}>>>`) {
				open.block.text = open.lines.join('\n').replace(/\\+<<</g, (found) => found.slice(1));
				blocks.push(open.block);
				rest.push('<fence>');
				open = null;
			} else open.lines.push(line);
			continue;
		}
		const start = START.exec(line);
		if (start && marker !== null && start[2] === marker) {
			open = { block: blockOf(start[1] ?? '', start[3] ?? ''), lines: [] };
		} else rest.push(line);
	}
	return { blocks, rest: rest.join('\n') };
}

function blockOf(kind: string, facts: string): Block {
	const read = new Map<string, string>();
	for (const match of facts.matchAll(/ ([a-z]+)=("(?:[^"\\]|\\.)*"|-?\d+)/g)) {
		read.set(match[1] ?? '', String(JSON.parse(match[2] ?? '""')));
	}
	const name = read.get('name') ?? kind;
	return {
		kind,
		name,
		media: read.get('media') ?? (kind === 'data' ? 'application/json' : 'text/plain'),
		source: read.get('source') ?? read.get('input') ?? name,
		origin: read.get('origin') ?? '',
		text: ''
	};
}

function outlineOf(rest: string): Reading['sections'] {
	const block = /^Write Markdown\. Begin with the title[^\n]*\n((?:.+\n?)*)/m.exec(rest)?.[1] ?? '';
	return [...block.matchAll(/^- ([^:\n]+)(?:: (.*))?$/gm)].map((match) => ({
		title: (match[1] ?? '').trim(),
		about: (match[2] ?? '').trim()
	}));
}

function correctionsOf(system: string): string[] {
	const list = /^Corrections to obey[^\n]*\n([\s\S]*)$/m.exec(system)?.[1] ?? '';
	return [...list.matchAll(/^\d+\. ([\s\S]*?)(?=\n\d+\. |\n\n|$(?![\s\S]))/gm)].map((match) =>
		(match[1] ?? '').trim()
	);
}

function schemaIn(rest: string): Record<string, Json> | null {
	const start = /^Answer with one JSON value that fits this JSON Schema[^\n]*\n/m.exec(rest);
	if (!start) return null;
	const text = rest.slice(start.index + start[0].length);
	const end = text.search(/\n\}(?:\n|$)/);
	try {
		const read: unknown = JSON.parse(end < 0 ? (text.split('\n\n')[0] ?? '') : text.slice(0, end + 2));
		return read !== null && typeof read === 'object' ? (read as Record<string, Json>) : null;
	} catch {
		return null;
	}
}

function legendOf(rest: string): Legend[] {
	return [...rest.matchAll(/^Fields of “[^”]*”:\n((?:- .+\n?)*)/gm)].flatMap((list) =>
		[...(list[1] ?? '').matchAll(/^- ([^:\n]+): (.+?)(?: = (.+))?$/gm)].map((match) => ({
			field: match[1] ?? '',
			title: match[2] ?? '',
			description: match[3] ?? ''
		}))
	);
}
