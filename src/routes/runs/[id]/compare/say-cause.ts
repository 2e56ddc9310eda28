import type { Json } from '$lib/core';
import type { Cause } from '$lib/run';

/** A cause in words: what it is, and what it was and became where that is short. */
export interface SaidCause {
	title: string;
	says: string;
	/** The cell that it is about. */
	stepId: string | null;
}

export function sayCause(cause: Cause): SaidCause {
	switch (cause.kind) {
		case 'input':
			return { title: cause.title, says: `${say(cause.before)} → ${say(cause.after)}`, stepId: null };
		case 'source':
			return { title: cause.title, says: sayFiles(cause), stepId: null };
		case 'definition':
			return {
				title: `The workflow: ${cause.title}`,
				says: `${list(cause.members.map((name) => MEMBERS[name] ?? name))} changed`,
				stepId: cause.stepId
			};
		case 'notes': {
			const more = cause.added.map((note) => `with “${note.instruction}”`);
			const less = cause.removed.map((note) => `without “${note.instruction}”`);
			return {
				title: `Correction notes: ${cause.title}`,
				says: list([...more, ...less]),
				stepId: cause.stepId
			};
		}
		case 'model':
			return {
				title: `The model: ${cause.title}`,
				says: `${cause.before} → ${cause.after}`,
				stepId: cause.stepId
			};
		case 'model-settings':
			return {
				title: `Settings of the model: ${cause.title}`,
				says: `${list(cause.members)} changed`,
				stepId: cause.stepId
			};
		case 'person':
			return {
				title: `A person: ${cause.title}`,
				says: 'decided, edited or answered otherwise',
				stepId: cause.stepId
			};
		case 'run':
			return {
				title: `The run’s ${cause.field}`,
				says: `${say(cause.before)} → ${say(cause.after)}`,
				stepId: null
			};
		case 'sampling':
			return {
				title: `Chance: ${cause.title}`,
				says: 'everything on record is equal; the model answered differently',
				stepId: cause.stepId
			};
		case 'unknown':
			return {
				title: `Not on record: ${cause.title}`,
				says: 'the log does not tell what made the difference',
				stepId: cause.stepId
			};
	}
}

const MEMBERS: Record<string, string> = {
	with: 'settings',
	inputs: 'what it is given',
	output: 'shape of the output',
	permissions: 'permissions',
	steps: 'steps inside',
	when: 'when it runs'
};

function sayFiles({ added, removed, changed }: Extract<Cause, { kind: 'source' }>): string {
	return list([
		...changed.map((name) => `another ${name}`),
		...added.map((name) => `with ${name}`),
		...removed.map((name) => `without ${name}`)
	]);
}

function say(value: Json): string {
	return value === null || value === ''
		? '–'
		: typeof value === 'object'
			? JSON.stringify(value)
			: String(value);
}

const MOST = 4;

function list(words: readonly string[]): string {
	const more = words.length > MOST ? ` and ${words.length - MOST} more` : '';
	return words.slice(0, MOST).join(', ') + more;
}
