import type { Json } from './json';

/** Something that a review left open, carried from run to run until it is settled. */
export interface OpenItem {
	/** Equal for the same thing in every run. */
	key: string;
	kind: 'criterion' | 'flag' | 'left-out' | 'remark' | 'task';
	text: string;
	/** The run that left it open first. */
	since: { runId: string; number: number; title: string; at: number };
	/** How many approved runs have left it open. */
	runs: number;
}

/** How items are kept as a value of their own: JSON of this shape. */
export interface OpenItems {
	/** The approved run that left them. */
	run: string;
	openItems: OpenItem[];
}

const KIND: Record<OpenItem['kind'], string> = {
	criterion: 'Not ticked',
	flag: 'Flagged',
	'left-out': 'Left out',
	remark: 'Remark',
	task: 'Task'
};

export function sayItemKind({ kind }: OpenItem): string {
	return KIND[kind];
}

/** `open for 3 runs, since “Week 44”`. */
export function sayAge({ runs, since }: OpenItem): string {
	return `open for ${runs === 1 ? '1 run' : `${runs} runs`}, since “${since.title}”`;
}

/** The items of a value; null for what is none of this shape. */
export function readOpenItems(content: unknown): OpenItems | null {
	if (!isObject(content)) return null;
	const { run, openItems } = content;
	if (typeof run !== 'string' || !Array.isArray(openItems) || !openItems.every(isItem)) return null;
	return { run, openItems };
}

/** As a text that a step can be given. */
export function sayOpenItems({ run, openItems }: OpenItems): string {
	const lines = openItems.map((item) => `- ${sayItemKind(item)}: ${item.text} (${sayAge(item)})`);
	return `# Still open after “${run}”\n\n${lines.join('\n') || 'Nothing.'}\n`;
}

export function openItemsAsJson({ run, openItems }: OpenItems): Json {
	return { run, openItems: openItems.map((item) => ({ ...item, since: { ...item.since } })) };
}

function isItem(value: unknown): value is OpenItem {
	if (!isObject(value) || !isObject(value['since'])) return false;
	const { key, kind, text, since, runs } = value;
	return (
		[key, text, since['runId'], since['title']].every((one) => typeof one === 'string') &&
		[runs, since['number'], since['at']].every((one) => typeof one === 'number') &&
		typeof kind === 'string' &&
		Object.hasOwn(KIND, kind)
	);
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
