/** References: `inputs.week`, `sources.notes`, `steps.extract.output.total`, `run.date`. Nothing else. */
export type Ref =
	| { root: 'inputs'; id: string }
	| { root: 'sources'; id: string }
	| { root: 'steps'; id: string; path: string[] }
	| { root: 'run'; field: RunField };

/** Facts about the run itself. `date` is the day it started as yyyy-mm-dd in the person's time zone. */
export const RUN_FIELDS = ['id', 'number', 'date'] as const;
export type RunField = (typeof RUN_FIELDS)[number];

const NAME = /^[a-z][a-z0-9_-]*$/i;

/** Reads a reference; a plain sentence says what is wrong with a bad one. */
export function parseRef(text: string): { ref: Ref } | { problem: string } {
	const parts = text.trim().split('.');
	const [root, id, ...rest] = parts;
	if (parts.some((part) => !/^[a-z0-9][a-z0-9_-]*$/i.test(part))) {
		return {
			problem: `“${text}” is not a reference: use names separated by points, such as steps.draft.output.`
		};
	}
	if (id === undefined) {
		return { problem: `“${text}” names no thing: say which one, such as inputs.week.` };
	}
	switch (root) {
		case 'inputs':
		case 'sources':
			if (rest.length > 0) return { problem: `“${text}” goes too deep: ${root}.${id} is the whole thing.` };
			return { ref: { root, id } };
		case 'run':
			if (rest.length > 0 || !RUN_FIELDS.includes(id as RunField)) {
				return {
					problem: `“${text}” is unknown: a run has ${RUN_FIELDS.map((f) => `run.${f}`).join(', ')}.`
				};
			}
			return { ref: { root, field: id as RunField } };
		case 'steps':
			if (!NAME.test(id) || rest[0] !== 'output') {
				return { problem: `“${text}” is not complete: a step is referred to as steps.${id}.output.` };
			}
			return { ref: { root, id, path: rest.slice(1) } };
		default:
			return { problem: `“${text}” starts with “${root}”: use inputs, sources, steps or run.` };
	}
}

/** The text of a reference; `parseRef` reads it back. */
export function sayRef(ref: Ref): string {
	switch (ref.root) {
		case 'run':
			return `run.${ref.field}`;
		case 'steps':
			return ['steps', ref.id, 'output', ...ref.path].join('.');
		default:
			return `${ref.root}.${ref.id}`;
	}
}
