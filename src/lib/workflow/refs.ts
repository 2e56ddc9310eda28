/**
 * References: `inputs.week`, `sources.notes`, `steps.extract.output.total`, `run.date`; inside a map `item`, `item.name`
 * and `map.number`, inside a loop `loop.round` and `loop.last`. Nothing else.
 */
export type Ref =
	| { root: 'inputs'; id: string }
	| { root: 'sources'; id: string }
	| { root: 'steps'; id: string; path: string[] }
	| { root: 'run'; field: RunField }
	/** What the map around a step is at; a path leads into it. */
	| { root: 'item'; path: string[] }
	/** `map.number`: which item it is, 1 for the first. */
	| { root: 'map' }
	/** `loop.round`: 1 for the first. `loop.last`: what the round before made; missing in the first. */
	| { root: 'loop'; field: LoopField; path: string[] };

/** Facts about the run itself. `date` is the day it started as yyyy-mm-dd in the person's time zone. */
export const RUN_FIELDS = ['id', 'number', 'date'] as const;
export type RunField = (typeof RUN_FIELDS)[number];

export const LOOP_FIELDS = ['round', 'last'] as const;
export type LoopField = (typeof LOOP_FIELDS)[number];

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
	if (root === 'item') return { ref: { root, path: parts.slice(1) } };
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
		case 'map':
			if (id !== 'number' || rest.length > 0)
				return { problem: `“${text}” is unknown: inside a map there are item and map.number.` };
			return { ref: { root } };
		case 'loop':
			if (!LOOP_FIELDS.includes(id as LoopField) || (id === 'round' && rest.length > 0)) {
				return { problem: `“${text}” is unknown: inside a loop there are loop.round and loop.last.` };
			}
			return { ref: { root, field: id as LoopField, path: rest } };
		case 'steps':
			if (!NAME.test(id) || rest[0] !== 'output') {
				return { problem: `“${text}” is not complete: a step is referred to as steps.${id}.output.` };
			}
			return { ref: { root, id, path: rest.slice(1) } };
		default:
			return {
				problem: `“${text}” starts with “${root}”: use inputs, sources, steps or run (inside a block also item, map or loop).`
			};
	}
}

/** The text of a reference; `parseRef` reads it back. */
export function sayRef(ref: Ref): string {
	switch (ref.root) {
		case 'run':
			return `run.${ref.field}`;
		case 'item':
			return ['item', ...ref.path].join('.');
		case 'map':
			return 'map.number';
		case 'loop':
			return ['loop', ref.field, ...ref.path].join('.');
		case 'steps':
			return ['steps', ref.id, 'output', ...ref.path].join('.');
		default:
			return `${ref.root}.${ref.id}`;
	}
}
